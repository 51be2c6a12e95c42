import { writeFileSync } from "node:fs";
import { examine } from "../src/classify/examine.ts";
import { patchOf } from "../src/diff/patch.ts";
import type { Kind } from "../src/model/kinds.ts";
import type { JsonObject } from "../src/model/json.ts";
import { explaining } from "./support/explained.ts";
import { pairOf } from "./support/pairs.ts";
import { MUTATIONS } from "./support/mutations.ts";
import { pick, seeded } from "./support/random.ts";
import { mostDifferent, ownResponses } from "./support/responses.ts";
import { provenance } from "./support/replaying.ts";

export interface MutationResult {
  readonly responses: number;
  readonly cases: number;
  /** The right kind at the right path is among the differences. */
  readonly right: number;
  /** Nothing else is. */
  readonly alone: number;
  /** Patch operations, and those that not exactly one difference explains. */
  readonly operations: number;
  readonly unexplained: number;
  /** Kind that was made, kind that was found (or "nothing"), how often. */
  readonly confusion: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** First example of each cell off the diagonal, and of each right kind at another path. */
  readonly examples: ReadonlyMap<string, string>;
}

/** Makes `cases` seeded mutations of real responses and counts what the differ says of them. */
export function measureMutations(cases: number, seed: number, count = 1_000): MutationResult {
  const responses = mostDifferent(ownResponses(), count);
  const random = seeded(seed);
  const confusion = new Map<string, Map<string, number>>();
  const examples = new Map<string, string>();
  let made = 0;
  let right = 0;
  let alone = 0;
  let operations = 0;
  let unexplained = 0;
  for (let attempt = 0; made < cases && attempt < cases * 50; attempt += 1) {
    const [kind, mutate] = MUTATIONS[attempt % MUTATIONS.length] ?? [];
    const response = pick(responses, random);
    if (kind === undefined || mutate === undefined || response === undefined) break;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a JSON-RPC response
    const value = JSON.parse(response.text) as JsonObject;
    const mutated = mutate(value, random);
    if (mutated === null || mutated.candidate === JSON.stringify(value)) continue;
    made += 1;
    // A method of no knowledge: none of the answers may be taken for drift.
    const { differences } = examine(pairOf(response.text, mutated.candidate, "eth_anything"));
    for (const operation of patchOf(response.text, mutated.candidate).patch ?? []) {
      operations += 1;
      if (explaining(operation, differences).length !== 1) unexplained += 1;
    }
    const hit = differences.some((found) => found.kind === kind && found.path === mutated.path);
    if (hit) right += 1;
    if (hit && differences.length === 1) alone += 1;
    countKinds(
      confusion,
      kind,
      differences.length === 0 ? ["nothing"] : differences.map((d) => d.kind),
    );
    const seen = differences
      .map((found) => `${found.kind} ${found.path}`)
      .slice(0, 4)
      .join(", ");
    const cell =
      differences.length === 1 && hit ? null : `${kind} → ${differences[0]?.kind ?? "nothing"}`;
    if (cell !== null && !examples.has(cell))
      examples.set(cell, `at ${mutated.path}: ${seen} (${response.method})`);
  }
  return {
    responses: responses.length,
    cases: made,
    right,
    alone,
    operations,
    unexplained,
    confusion,
    examples,
  };
}

function countKinds(
  table: Map<string, Map<string, number>>,
  made: Kind,
  found: readonly string[],
): void {
  const row = table.get(made) ?? new Map<string, number>();
  for (const kind of new Set(found)) row.set(kind, (row.get(kind) ?? 0) + 1);
  table.set(made, row);
}

/** What was found when each cell off the diagonal was looked at. */
const STUDIED: Readonly<Record<string, string>> = {
  "error-message-changed → method-added":
    "the new message no longer says that the method does not exist: by its error it is there now",
  "array-items-added → array-items-added":
    "the inserted item equals its neighbour, so that either place is right",
};

function report(
  { responses, cases, right, alone, operations, unexplained, confusion, examples }: MutationResult,
  seed: number,
): string {
  const share = (part: number): string => `${((100 * part) / cases).toFixed(2)} %`;
  return [
    "# Mutations of real responses",
    "",
    `${provenance("npm run study mutation")} Seed ${seed}.`,
    "",
    `${responses} responses, ${cases} mutations. Right kind at the right path: **${share(right)}** (${right}). Nothing else found: **${share(alone)}** (${alone}).`,
    "",
    `Patch operations explained by exactly one difference: **${operations - unexplained} of ${operations}**.`,
    "",
    "| made | found |",
    "| --- | --- |",
    ...[...confusion].map(
      ([made, found]) =>
        `| ${made} | ${[...found]
          .sort((a, b) => b[1] - a[1])
          .map(([kind, count]) => `${kind} ${count}`)
          .join(", ")} |`,
    ),
    "",
    "Cells off the diagonal, each with its first case:",
    "",
    ...[...examples].map(
      ([cell, text]) => `- ${cell}: ${text}: ${STUDIED[cell] ?? "not yet looked at"}`,
    ),
  ].join("\n");
}

export const study = {
  name: "mutation",
  summary: "seeded mutations of real responses: the right kind at the right path, and nothing else",
  run(args: string[]): Promise<void> {
    const cases = Number(args[0] ?? 20_000);
    const seed = Number(args[1] ?? 1);
    const text = report(measureMutations(cases, seed), seed);
    process.stdout.write(`${text}\n`);
    writeFileSync(new URL("../docs/evidence/mutation.md", import.meta.url), `${text.trimEnd()}\n`);
    return Promise.resolve();
  },
};
