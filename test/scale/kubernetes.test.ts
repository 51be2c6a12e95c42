import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { Job } from "kubernetes-models/batch/v1/Job";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { COMMANDS } from "../../src/cli/registry.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../docs/integrations/kubernetes");
const KINDS = { Deployment, Job, StatefulSet };

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly resources?: { readonly requests?: object; readonly limits?: object };
}

interface Manifest {
  readonly kind: keyof typeof KINDS;
  readonly spec: {
    readonly completions?: number;
    readonly template: { readonly spec: { readonly containers: readonly Container[] } };
  };
}

const MANIFESTS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => [name, readFileSync(path.join(FOLDER, name), "utf8")] as const);

/** Checks types, required fields and enumerations against the API's own schema, offline. */
function validate(manifest: Manifest): void {
  new KINDS[manifest.kind](manifest as never).validate();
}

describe.each(MANIFESTS)("%s", (_name, text) => {
  const manifest = parse(text) as Manifest;
  const ours = manifest.spec.template.spec.containers.filter(({ image }) =>
    image.includes("shadowdiff"),
  );

  test("is what the API takes", () => {
    expect(() => validate(manifest)).not.toThrow();
    const broken = structuredClone(manifest) as unknown as { spec: { template: unknown } };
    broken.spec.template = 7;
    expect(() => validate(broken as unknown as Manifest)).toThrow("template");
  });

  test("names commands and options that there are, and says what it needs", async () => {
    expect(ours.length).toBeGreaterThan(0);
    for (const { command, args = [], resources } of ours) {
      expect(resources).toMatchObject({ requests: {}, limits: {} });
      const lines =
        command === undefined
          ? [args]
          : [...(args[0] ?? "").matchAll(/shadowdiff (.*)/g)].map(([, line = ""]) =>
              line.split(" "),
            );
      for (const words of lines) {
        const row = COMMANDS.find(({ name }) => name === words[0]);
        expect(row?.name).toBe(words[0]);
        const known = Object.keys((await row?.load())?.command.options.shape ?? {});
        for (const word of words.filter((each) => each.startsWith("--"))) {
          const name = (word.slice(2).split("=")[0] ?? "").replaceAll(
            /-(\w)/g,
            (_, letter: string) => letter.toUpperCase(),
          );
          expect(known).toContain(name);
        }
      }
    }
  });
});

test("an Indexed Job has as many completions as shards", () => {
  const [, text = ""] = MANIFESTS.find(([name]) => name === "replay-job.yaml") ?? [];
  const { spec } = parse(text) as Manifest;
  const [replay] = spec.template.spec.containers;
  expect(replay?.args).toContain(`--shard=$(SHARD)/${spec.completions}`);
});
