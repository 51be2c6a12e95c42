import { writeFileSync } from "node:fs";
import { patchOf } from "../../src/diff/patch.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { OwnLabel } from "../../studies/support/labelled-pairs.ts";
import { MUTATIONS } from "../../studies/support/mutations.ts";
import { pick, seeded } from "../../studies/support/random.ts";
import { mostDifferent, ownResponses } from "../../studies/support/responses.ts";

/**
 * Makes test/fixtures/own-answers/labelled.jsonl anew from the captured answers: each line is one change of one answer, and
 * its label is what was done.
 *   node scripts/own-chain/label.ts OUT.jsonl
 */
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: label.ts OUT.jsonl");

/** Enough of each way to change an answer to see it at many methods, few enough to be read through. */
const OF_EACH = 12;
const ATTEMPTS = 4_000;
const SEED = 2026;

/** What `JSON.stringify` writes otherwise (`0.0`) would be a second change. */
const answers = mostDifferent(
  ownResponses().filter(({ text }) => JSON.stringify(JSON.parse(text)) === text),
  250,
);
const random = seeded(SEED);
const lines = MUTATIONS.flatMap(([label, mutate]) => {
  const made = new Map<string, string>();
  for (let attempt = 0; made.size < OF_EACH && attempt < ATTEMPTS; attempt += 1) {
    const answer = pick(answers, random);
    if (answer === undefined || made.has(answer.name)) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a JSON-RPC response
    const mutated = mutate(JSON.parse(answer.text) as JsonObject, random);
    if (mutated === null) continue;
    const { patch } = patchOf(answer.text, mutated.candidate);
    if (patch === null || patch.length === 0) continue;
    const line: OwnLabel = { of: answer.name, label, path: mutated.path, patch };
    made.set(answer.name, JSON.stringify(line));
  }
  return [...made.values()];
});
writeFileSync(out, `${lines.join("\n")}\n`);
console.log(`${lines.length} pairs, ${MUTATIONS.length} ways, ${answers.length} answers`);
