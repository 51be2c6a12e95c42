import { readFileSync } from "node:fs";
import { patternOf } from "../../src/diff/path.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Pair } from "../../src/model/pair.ts";
import { labelledPairs, outcomeOf, pairOf } from "./labelled-pairs.ts";

export interface RealResponse {
  readonly method: string;
  readonly text: string;
}

const GETH = new URL("../../recordings/geth-1.16.7-to-1.17.0.pairs.jsonl", import.meta.url);

interface CapturedLine {
  readonly name: string;
  readonly request: string;
  readonly oldText: string;
  readonly candidateText: string;
  readonly controlText?: string;
}

/** The captured answers of the two Geth versions, as `compare` reads them. */
export function gethPairs(): Pair[] {
  const lines = readFileSync(GETH, "utf8").trim().split("\n");
  return lines.flatMap((text, index) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
    const line = JSON.parse(text) as CapturedLine;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
    const { method } = JSON.parse(line.request) as { method?: string };
    if (method === undefined) return [];
    const control = line.controlText === undefined ? null : outcomeOf(line.controlText);
    const pair = pairOf(line.oldText, line.candidateText, method);
    const request = Buffer.from(line.request);
    return [{ ...pair, id: `geth:${index + 1}`, name: line.name, request, control }];
  });
}

/** Real responses, each once: both sides of the labelled pairs and of the captured Geth answers. */
export function realResponses(): RealResponse[] {
  const found = new Map<string, RealResponse>();
  const pairs = [...labelledPairs().map(({ pair }) => pair), ...gethPairs()];
  for (const { method, old, candidate } of pairs)
    for (const { body } of [old, candidate]) {
      const text = String(body).trimEnd();
      found.set(text, { method, text });
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
