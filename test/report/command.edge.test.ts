import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import jsonPatch from "fast-json-patch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";

const PAIRS = path.resolve("recordings/geth-1.16.7-to-1.17.0.pairs.jsonl");

let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-report-"));
  const { code, stderr } = await runCli(["compare", PAIRS, "--out", "run"], { cwd });
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
});
afterAll(() => rmSync(cwd, { recursive: true }));

const read = (name: string): string => readFileSync(path.join(cwd, name), "utf8");

test("each format goes to its file in the run's folder, and the command says where", async () => {
  const formats = ["html", "json", "junit", "markdown", "github"].flatMap((name) => [
    "--format",
    name,
  ]);
  const { code, stdout, stderr } = await runCli(["report", "run", ...formats], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n").filter((line) => !line.startsWith("::"))).toEqual([
    "html: run/report.html",
    "json: run/findings.json",
    "junit: run/junit.xml",
    "markdown: run/report.md",
    "github: run/github-summary.md",
    "",
  ]);
  expect(stdout).toContain("::error title=error-code-changed eth_simulateV1::");
  expect(read("run/report.html")).toContain("blockTimestamp is new.");
});

function bodyOf(value: unknown, text: string | undefined): unknown {
  return text === undefined ? value : JSON.parse(text);
}

interface Findings {
  readonly findings: readonly {
    readonly fingerprint: string;
    readonly customers: readonly { readonly id: string }[];
    readonly samples: readonly {
      readonly name: string;
      readonly customer: string;
      readonly patch: jsonPatch.Operation[];
    }[];
  }[];
}

test("findings.json: a sample for each finding and customer, and patches that give the candidate's answer", async () => {
  await runCli(["report", "run", "--format", "json"], { cwd });
  const { findings } = JSON.parse(read("run/findings.json")) as Findings;
  const lines = readFileSync(PAIRS, "utf8").trim().split("\n");
  const pairs = new Map(
    lines.map((line) => {
      const pair = JSON.parse(line) as {
        name: string;
        old?: unknown;
        oldText?: string;
        candidate?: unknown;
        candidateText?: string;
      };
      return [
        pair.name,
        {
          old: bodyOf(pair.old, pair.oldText),
          candidate: bodyOf(pair.candidate, pair.candidateText),
        },
      ];
    }),
  );
  expect(findings.length).toBeGreaterThan(5);
  for (const { customers, samples } of findings) {
    expect(new Set(samples.map((sample) => sample.customer))).toEqual(
      new Set(customers.map((customer) => customer.id)),
    );
    for (const { name, patch } of samples) {
      const pair = pairs.get(name);
      expect(jsonPatch.applyPatch(structuredClone(pair?.old), patch).newDocument).toEqual(
        pair?.candidate,
      );
    }
  }
});

test("the accepted file decides status, and its owner and reason are in the report", async () => {
  await runCli(["report", "run", "--format", "json"], { cwd });
  const { findings } = JSON.parse(read("run/findings.json")) as Findings;
  const fingerprint = findings[0]?.fingerprint ?? "";
  const entry = {
    fingerprint,
    reason: "announced to all",
    owner: "rpc-team",
    expires: "2099-01-01",
  };
  writeFileSync(path.join(cwd, "decided.yaml"), JSON.stringify({ accepted: [entry] }));
  const { code } = await runCli(
    ["report", "run", "--accepted", "decided.yaml", "--out", "decided.html"],
    { cwd },
  );
  expect(code).toBe(0);
  expect(read("decided.html")).toMatch(
    /<b>rpc-team<\/b> accepted .*until 2099-01-01 \(UTC\): announced to all/,
  );
});

test("--since counts what is new and still there", async () => {
  const { code } = await runCli(
    ["report", "run", "--since", "run", "--format", "json", "--out", "since.json"],
    { cwd },
  );
  expect(code).toBe(0);
  const { since, findings } = JSON.parse(read("since.json")) as Findings & { since: object };
  expect(since).toMatchObject({ new: 0, grown: 0, stillThere: findings.length, gone: [] });
});

test("GitHub's own summary file is added to, not replaced", async () => {
  const summary = path.join(cwd, "summary.md");
  writeFileSync(summary, "earlier step\n");
  await runCli(["report", "run", "--format", "github"], {
    cwd,
    env: { GITHUB_STEP_SUMMARY: summary },
  });
  expect(read("summary.md")).toMatch(/^earlier step\n<!-- shadowdiff/);
});

test("--split-assets puts style and script beside the report", async () => {
  const { stdout } = await runCli(["report", "run", "--split-assets", "--out", "split.html"], {
    cwd,
  });
  expect(stdout).toBe("html: split.html\nhtml: report.css\nhtml: report.js\n");
  expect(read("split.html")).toContain('<link rel="stylesheet" href="report.css">');
});

test.each([
  [["report"]],
  [["report", "nowhere"]],
  [["report", "run", "--format", "pdf"]],
  [["report", "run", "--format", "html", "--format", "json", "--out", "x"]],
  [["report", "run", "--templates", "nowhere"]],
  [["report", "run", "--accepted", "nowhere.yaml"]],
  [["report", "run", "--since", "nowhere"]],
  [["report", "run", "--out", "no/such/folder.html"]],
])("%j says what is wrong", async (argv) => {
  const { code, stdout, stderr } = await runCli(argv, { cwd });
  expect({ code, stdout, stderr: stderr.replaceAll(cwd, "CWD") }).toMatchSnapshot();
});

test("a template with a mistake is named, and nothing is written", async () => {
  writeFileSync(path.join(cwd, "report.hbs"), "{{#if}}");
  const { code, stderr } = await runCli(
    ["report", "run", "--templates", ".", "--out", "broken.html"],
    { cwd },
  );
  expect({ code, stderr: stderr.replaceAll(cwd, "CWD") }).toMatchInlineSnapshot(`
    {
      "code": 2,
      "stderr": "A template in CWD can't be used: Parse error on line 1:
    ",
    }
  `);
  expect(() => read("broken.html")).toThrow("ENOENT");
});
