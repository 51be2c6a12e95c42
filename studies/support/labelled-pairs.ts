import { readFileSync } from "node:fs";
import jsonPatch from "fast-json-patch";
import type { PatchOperation } from "../../src/diff/patch.ts";
import type { Kind } from "../../src/model/kinds.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Pair } from "../../src/model/pair.ts";
import { ownResponses } from "./responses.ts";
import { pairOf } from "./pairs.ts";

export interface LabelledPair {
  readonly label: string;
  /** Where the change was made; null where the label says no more than the kind. */
  readonly path: string | null;
  readonly pair: Pair;
}

/** One change of a real answer of ours, as scripts/own-chain/label.ts writes it. */
export interface OwnLabel {
  /** The answer: its file, its name there, and the side. */
  readonly of: string;
  readonly label: Kind;
  readonly path: string;
  /** Applied to the answer it gives the candidate's. */
  readonly patch: readonly PatchOperation[];
}

const OWN = new URL("../../test/fixtures/own-answers/labelled.jsonl", import.meta.url);

/** Pairs whose labels are true by construction: real answers of nodes of ours, each with one change. */
export function ownLabelledPairs(): LabelledPair[] {
  const answers = new Map(ownResponses().map((response) => [response.name, response]));
  return linesOf(OWN).map((text, index) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a fixture of our own
    const { of, label, path, patch } = JSON.parse(text) as OwnLabel;
    const answer = answers.get(of);
    if (answer === undefined) throw new Error(`${of} is not among the captured answers`);
    const candidate = JSON.stringify(patched(answer.text, patch));
    const pair = pairOf(answer.text, candidate, "eth_anything");
    return { label, path, pair: { ...pair, id: `own:${index + 1}`, name: of } };
  });
}

function patched(text: string, patch: readonly PatchOperation[]): JsonValue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is a JSON value
  const document = JSON.parse(text) as JsonValue;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- operations as the library itself made them
  const operations = patch as jsonPatch.Operation[];
  return jsonPatch.applyPatch(document, operations, false, true, false).newDocument;
}

interface Line {
  readonly name: string;
  readonly label: string;
  readonly request: { readonly method: string };
  readonly old: JsonValue;
  readonly candidate: JsonValue;
}

/** Pairs of a file that others made: one label a line, for the change that its commit was for. */
export function labelledPairs(file: string): LabelledPair[] {
  return linesOf(file).map((text, index) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its README says
    const line = JSON.parse(text) as Line;
    const pair = pairOf(
      JSON.stringify(line.old),
      JSON.stringify(line.candidate),
      line.request.method,
    );
    const request = Buffer.from(JSON.stringify(line.request));
    const { label, name } = line;
    return { label, path: null, pair: { ...pair, id: `labelled:${index + 1}`, name, request } };
  });
}

function linesOf(file: string | URL): string[] {
  return readFileSync(file, "utf8").trim().split("\n");
}
