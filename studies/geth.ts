import { writeFileSync } from "node:fs";
import { examine } from "../src/classify/examine.ts";
import { fingerprint } from "../src/classify/fingerprint.ts";
import { knownChangeFor } from "../src/classify/knowledge/known-changes.ts";
import { severityOf } from "../src/classify/severity/severity.ts";
import type { Difference } from "../src/model/difference.ts";
import { gethPairs } from "./support/responses.ts";

interface Row {
  readonly method: string;
  readonly difference: Difference;
  calls: number;
}

const UPGRADE = { oldVersion: "Geth/v1.16.7", candidateVersion: "Geth/v1.17.0" };

function rowsOf(): Row[] {
  const rows = new Map<string, Row>();
  for (const pair of gethPairs()) {
    const seen = new Set<string>();
    for (const difference of examine(pair).differences) {
      const name = fingerprint(difference.kind, pair.method, difference.pattern);
      const row = rows.get(name) ?? { method: pair.method, difference, calls: 0 };
      if (!seen.has(name)) row.calls += 1;
      seen.add(name);
      rows.set(name, row);
    }
  }
  return [...rows.values()];
}

function text(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 90) ?? "(absent)";
}

function line({ method, difference, calls }: Row): string {
  const { kind, pattern, old, candidate } = difference;
  const variants = [{ old: text(old), candidate: text(candidate), calls }];
  const { severity } = severityOf({ kind, method, path: pattern, variants });
  const known = knownChangeFor({ kind, method, path: pattern, ...UPGRADE });
  const cells = [
    severity,
    kind,
    method,
    pattern || "(whole)",
    String(calls),
    known?.source ?? "none known",
  ];
  return `| ${cells.join(" | ")} |`;
}

export const study = {
  name: "geth",
  summary: "the findings of Geth 1.16.7 to 1.17.0, each with the pull request that made it",
  run(): Promise<void> {
    const document = [
      "# Geth 1.16.7 to 1.17.0",
      "",
      `\`npm run study geth\` on the captured answers in recordings/, ${new Date().toISOString().slice(0, 10)}.`,
      "",
      "| severity | kind | method | path | calls | made by |",
      "| --- | --- | --- | --- | --- | --- |",
      ...rowsOf().map(line),
    ].join("\n");
    process.stdout.write(`${document}\n`);
    writeFileSync(new URL("../docs/evidence/geth.md", import.meta.url), `${document}\n`);
    return Promise.resolve();
  },
};
