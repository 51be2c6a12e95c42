import { readFileSync } from "node:fs";
import { chainOf } from "../../src/chains/index.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";

export interface LabelledPair {
  readonly label: string;
  readonly pair: Pair;
}

interface Line {
  readonly name: string;
  readonly label: string;
  readonly request: { readonly method: string };
  readonly old: JsonValue;
  readonly candidate: JsonValue;
}

const FILE = new URL("../../test/fixtures/labelled/labelled.jsonl", import.meta.url);

/** The 324 labelled pairs of the fixture, as a replay would have made them. */
export function labelledPairs(): LabelledPair[] {
  const lines = readFileSync(FILE, "utf8").trim().split("\n");
  return lines.map((text, index) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a fixture of our own
    const line = JSON.parse(text) as Line;
    return {
      label: line.label,
      pair: {
        ...pairOf(JSON.stringify(line.old), JSON.stringify(line.candidate), line.request.method),
        id: `labelled:${index + 1}`,
        name: line.name,
        request: Buffer.from(JSON.stringify(line.request)),
      },
    };
  });
}

/** A pair of two JSON-RPC response texts. */
export function pairOf(old: string, candidate: string, method = "eth_call"): Pair {
  return {
    id: "1",
    name: null,
    protocol: "json-rpc",
    chain: chainOf("json-rpc", method),
    method,
    customer: null,
    client: null,
    at: null,
    weight: 1,
    request: Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] })),
    old: outcomeOf(old),
    candidate: outcomeOf(candidate),
    control: null,
    recorded: null,
  };
}

export function outcomeOf(text: string): Outcome {
  const kind =
    /^\s*\{[^]*"error"\s*:\s*\{/.test(text) && !text.includes('"result"') ? "fault" : "reply";
  return { kind, status: 200, headers: {}, body: Buffer.from(text), ms: null, target: 0 };
}
