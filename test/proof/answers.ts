import { readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { isProvable } from "../../src/proof/claims.ts";

export interface RealAnswer {
  readonly name: string;
  readonly method: string;
  readonly params: readonly JsonValue[];
  readonly result: JsonValue;
}

interface Line {
  readonly name: string;
  readonly request: string;
  readonly oldText: string;
  readonly candidateText: string;
}

interface Captured {
  readonly calls: readonly Omit<RealAnswer, "name">[];
}

function text(file: string): string {
  return readFileSync(file, "utf8");
}

function gethAnswers(): RealAnswer[] {
  return text("recordings/geth-1.16.7-to-1.17.0.pairs.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line)
    .flatMap(({ name, request, oldText, candidateText }) => {
      const { method, params = [] } = JSON.parse(request) as {
        method: string;
        params?: JsonValue[];
      };
      return [oldText, candidateText].flatMap((body) => {
        const { result } = JSON.parse(body) as JsonObject;
        return result == null ? [] : [{ name, method, params, result }];
      });
    });
}

function anvilAnswers(): RealAnswer[] {
  const { calls } = JSON.parse(text("test/fixtures/proof/anvil-1.7.1.json")) as Captured;
  return calls.map((call, index) => ({ ...call, name: `anvil ${index} ${call.method}` }));
}

/** Real answers of two versions of Geth and of anvil: blocks of all forks, transactions of all five types. */
export const ANSWERS: readonly RealAnswer[] = [...gethAnswers(), ...anvilAnswers()].filter(
  ({ method }) => isProvable(method),
);
