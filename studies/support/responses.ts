import { readFileSync } from "node:fs";
import { patternOf } from "../../src/diff/path.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { labelledPairs } from "./labelled-pairs.ts";

export interface RealResponse {
  readonly method: string;
  readonly text: string;
}

const GETH = new URL("../../recordings/geth-1.16.7-to-1.17.0.pairs.jsonl", import.meta.url);

/** Real responses, each once: both sides of the labelled pairs and of the captured Geth answers. */
export function realResponses(): RealResponse[] {
  const found = new Map<string, RealResponse>();
  const add = (method: string, text: string): void => void found.set(text, { method, text });
  for (const { pair } of labelledPairs()) {
    add(pair.method, String(pair.old.body));
    add(pair.method, String(pair.candidate.body));
  }
  for (const line of readFileSync(GETH, "utf8").trim().split("\n")) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
    const pair = JSON.parse(line) as {
      request: { method: string } | string;
      oldText: string;
      candidateText: string;
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of our own
    const request = (
      typeof pair.request === "string" ? JSON.parse(pair.request) : pair.request
    ) as { method?: string };
    if (request.method === undefined) continue;
    add(request.method, pair.oldText.trimEnd());
    add(request.method, pair.candidateText.trimEnd());
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
