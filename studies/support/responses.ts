import { readFileSync } from "node:fs";
import { patternOf } from "../../src/diff/path.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Pair } from "../../src/model/pair.ts";
import { outcomeOf, pairOf } from "./pairs.ts";

export interface RealResponse {
  /** Its file, its request's name, and the side: `geth eth_call: reverts (old)`. */
  readonly name: string;
  readonly method: string;
  readonly text: string;
}

const CAPTURED = {
  geth: new URL("../../recordings/geth-1.16.7-to-1.17.0.pairs.jsonl", import.meta.url),
  anvil: new URL(
    "../../test/fixtures/own-answers/anvil-1.6.0-rc1-to-1.7.1.pairs.jsonl",
    import.meta.url,
  ),
} as const;

interface CapturedLine {
  readonly name: string;
  readonly request: string;
  readonly oldText: string;
  readonly candidateText: string;
  readonly controlText: string;
}

/** The captured answers of two versions, as `compare` reads them. */
function capturedPairs(client: keyof typeof CAPTURED): Pair[] {
  const lines = readFileSync(CAPTURED[client], "utf8").trim().split("\n");
  return lines.map((text, index) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
    const line = JSON.parse(text) as CapturedLine;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
    const { method } = JSON.parse(line.request) as { method: string };
    const pair = pairOf(line.oldText, line.candidateText, method);
    const control = outcomeOf(line.controlText);
    const name = `${client} ${line.name}`;
    const request = Buffer.from(line.request);
    return { ...pair, id: `${client}:${index + 1}`, name, request, control };
  });
}

export const gethPairs = (): Pair[] => capturedPairs("geth");
export const anvilPairs = (): Pair[] => capturedPairs("anvil");

/** Real answers of both sides of nodes of ours, each text once. */
export function ownResponses(): RealResponse[] {
  const found = new Map<string, RealResponse>();
  for (const { name, method, old, candidate } of [...gethPairs(), ...anvilPairs()])
    for (const [side, { body }] of Object.entries({ old, candidate })) {
      const text = String(body).trimEnd();
      if (!found.has(text)) found.set(text, { name: `${name} (${side})`, method, text });
    }
  return [...found.values()];
}

/** The `count` responses that show the most different shapes: each adds as many new places and types as it can. */
export function mostDifferent(responses: readonly RealResponse[], count: number): RealResponse[] {
  const shapes = responses.map((response) => ({ response, shape: shapeOf(response) }));
  const seen = new Set<string>();
  const chosen: RealResponse[] = [];
  // Rare places first; among the rest the order of the files decides.
  const order = shapes.toSorted((a, b) => b.shape.size - a.shape.size);
  for (const wantNew of [true, false])
    for (const { response, shape } of order) {
      if (chosen.length >= count) return chosen;
      const isNew = [...shape].some((place) => !seen.has(place));
      if (isNew !== wantNew || chosen.includes(response)) continue;
      for (const place of shape) seen.add(place);
      chosen.push(response);
    }
  return chosen;
}

/** Places and types, below the method's name. */
function shapeOf({ method, text }: RealResponse): Set<string> {
  const shape = new Set<string>();
  const visit = (value: JsonValue, path: string): void => {
    shape.add(`${method} ${patternOf(path)} ${value === null ? "null" : typeof value}`);
    if (typeof value === "object" && value !== null)
      for (const [key, item] of Object.entries(value)) visit(item, `${path}/${key}`);
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is a JSON value
  visit(JSON.parse(text) as JsonValue, "");
  return shape;
}
