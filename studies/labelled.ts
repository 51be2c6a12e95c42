import { writeFileSync } from "node:fs";
import { examine } from "../src/classify/examine.ts";
import { patchOf } from "../src/diff/patch.ts";
import { explaining } from "./support/explained.ts";
import type { Difference } from "../src/model/difference.ts";
import { labelledPairs, ownLabelledPairs, type LabelledPair } from "./support/labelled-pairs.ts";
import { provenance } from "./support/replaying.ts";

export interface LabelledResult {
  /** Per label: lines, and lines whose kinds include it. */
  readonly labels: ReadonlyMap<string, { readonly lines: number; readonly found: number }>;
  /** Per label: how many lines have each kind. */
  readonly kinds: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Mean over labels of the share of lines whose kinds include the label. */
  readonly recall: number;
  readonly operations: number;
  /** Operations that are explained by no difference, or by several. */
  readonly unexplained: readonly string[];
  readonly missed: readonly string[];
}

/** Runs labelled pairs through examine() and counts. */
export function measureLabelled(pairs: readonly LabelledPair[]): LabelledResult {
  const labels = new Map<string, { lines: number; found: number }>();
  const kinds = new Map<string, Map<string, number>>();
  const unexplained: string[] = [];
  const missed: string[] = [];
  let operations = 0;
  for (const { label, path, pair } of pairs) {
    const { differences } = examine(pair);
    const row = labels.get(label) ?? { lines: 0, found: 0 };
    row.lines += 1;
    const isRight = ({ kind, path: at }: Difference): boolean =>
      kind === label && (path === null || at === path);
    if (differences.some(isRight)) row.found += 1;
    else missed.push(`${label}: ${pair.name} (${differences[0]?.kind} ${differences[0]?.pattern})`);
    labels.set(label, row);
    const seen = kinds.get(label) ?? new Map<string, number>();
    for (const kind of new Set(differences.map(({ kind }) => kind)))
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    kinds.set(label, seen);
    const { patch } = patchOf(String(pair.old.body), String(pair.candidate.body));
    for (const operation of patch ?? []) {
      operations += 1;
      const by = explaining(operation, differences).length;
      if (by !== 1) unexplained.push(`${pair.name} ${operation.op} ${operation.path}: ${by}`);
    }
  }
  const shares = [...labels.values()].map(({ lines, found }) => found / lines);
  const recall = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return { labels, kinds, recall, operations, unexplained, missed };
}

/** Every difference that its line's label does not name, for checking by hand: `npm run study labelled -- --beyond FILE`. */
function beyondLabels(pairs: readonly LabelledPair[]): string[] {
  return pairs.flatMap(({ label, pair }) =>
    examine(pair)
      .differences.filter(({ kind }) => kind !== label)
      .map(({ kind, path, old, candidate }) => {
        const values = [old, candidate].map(
          (value) => JSON.stringify(value)?.slice(0, 80) ?? "(absent)",
        );
        return `${kind} ${path} ${values.join(" → ")} (${pair.name}, ${label})`;
      }),
  );
}

function report(result: LabelledResult, words: string): string {
  const rows = [...result.labels].map(([label, { lines, found }]) => {
    const kinds = [...(result.kinds.get(label) ?? [])].sort((a, b) => b[1] - a[1]);
    const list = kinds.map(([kind, count]) => `${kind} ${count}`).join(", ");
    return `| ${label} | ${lines} | ${found} | ${((100 * found) / lines).toFixed(1)} % | ${list} |`;
  });
  return [
    "# Labelled pairs",
    "",
    provenance(`npm run study labelled${words}`),
    "",
    "| label | lines | found | recall | kinds seen in those lines |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    `Mean recall over labels: **${result.recall.toFixed(4)}**.`,
    "",
    `Patch operations explained by exactly one difference: **${result.operations - result.unexplained.length} of ${result.operations}**.`,
    "",
    "Lines whose kinds do not include their label:",
    "",
    ...result.missed.map((line) => `- ${line}`),
    "",
    ...result.unexplained.slice(0, 20).map((line) => `- not explained once: ${line}`),
  ].join("\n");
}

export const study = {
  name: "labelled",
  summary:
    "recall on labelled pairs: ours, or those of a file; whether each patch operation is explained once",
  run(args: string[]): Promise<void> {
    const file = args.find((word) => !word.startsWith("--"));
    const pairs = file === undefined ? ownLabelledPairs() : labelledPairs(file);
    if (args.includes("--beyond")) {
      process.stdout.write(`${beyondLabels(pairs).join("\n")}\n`);
      return Promise.resolve();
    }
    const text = report(measureLabelled(pairs), file === undefined ? "" : " -- labelled.jsonl");
    process.stdout.write(`${text}\n`);
    const name = file === undefined ? "labelled-own" : "labelled";
    writeFileSync(new URL(`../docs/evidence/${name}.md`, import.meta.url), `${text.trimEnd()}\n`);
    return Promise.resolve();
  },
};
