import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chainNamed, methodKnowledge } from "../../src/chains/index.ts";
import { examine } from "../../src/classify/examine.ts";
import { contextFor } from "../../src/classify/facts/context.ts";
import { patternOf } from "../../src/diff/path.ts";
import type { ChainName } from "../../src/model/exchange.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import type { Pair } from "../../src/model/pair.ts";
import { mutationsOf } from "../../studies/support/mutated-answers.ts";
import { pairOf } from "../../studies/support/pairs.ts";
import { gave } from "./pairs.ts";

function answersOf(chain: ChainName): [string, JsonValue][] {
  const file = new URL(`../fixtures/answers/${chain}.json`, import.meta.url);
  return Object.entries(JSON.parse(readFileSync(file, "utf8")) as JsonObject);
}

/** A pair of two results as `compare` has it; `control` is old asked again. */
function pairOfResults(
  chain: ChainName,
  method: string,
  old: JsonValue | null,
  candidate: { result: JsonValue } | { error: JsonValue },
  control = false,
): Pair {
  const rest = chain === "stacks";
  const text = (answer: JsonObject): string =>
    JSON.stringify(
      rest ? (answer["result"] ?? answer["error"] ?? null) : { jsonrpc: "2.0", id: 1, ...answer },
    );
  const status = "error" in candidate && rest ? 404 : 200;
  return {
    ...pairOf("{}", "{}", method),
    chain,
    protocol: rest ? "rest" : "json-rpc",
    old: gave(text({ result: old }), { kind: "reply" }),
    candidate: gave(text(candidate), { kind: "error" in candidate ? "fault" : "reply", status }),
    control: control ? gave(text({ result: old }), { kind: "reply" }) : null,
  };
}

/** Keys that are data (an account in the pool) and fields that depend on the head may come and go. */
function mayGo(chain: ChainName, method: string, path: string): boolean {
  const context = contextFor(chain, method);
  const whole = chain === "stacks" ? path : `/result${path}`;
  const pattern = patternOf(whole, context.isMap);
  const isKey = pattern.endsWith("/*") && !/^\d+$/.test(path.slice(path.lastIndexOf("/") + 1));
  const optional = context.knowledge.drifts.some((row) => row.presence && row.path === pattern);
  return isKey || optional;
}

const CHAINS: readonly ChainName[] = ["ethereum", "bitcoin", "solana", "stacks"];

describe.each(CHAINS)("every method of %s", (chain) => {
  test("has an answer of its own here, if it may be asked", () => {
    const known = new Set(answersOf(chain).map(([method]) => method));
    const missing = Object.keys(chainNamed(chain).methods).filter(
      (method) => methodKnowledge(chain, method).safe && !known.has(method),
    );
    expect(missing).toEqual([]);
  });

  test.each(answersOf(chain))("%s: what breaks a client is never the same", (method, result) => {
    const hidden: string[] = [];
    const look = (what: string, candidate: Parameters<typeof pairOfResults>[3]): void => {
      for (const control of [false, true])
        if (examine(pairOfResults(chain, method, result, candidate, control)).state === "same")
          hidden.push(`${what}${control ? " (old repeats)" : ""}`);
    };
    for (const { what, value } of mutationsOf(result)) {
      const [operation = "", path = ""] = what.split(" ");
      if (operation === "dropped" && mayGo(chain, method, path)) continue;
      look(what, { result: value });
    }
    look("null", { result: null });
    look("error", { error: { code: -32000, message: "something else" } });
    expect(hidden).toEqual([]);
  });

  test.each(answersOf(chain))("%s: unchanged is no difference", (method, result) => {
    for (const control of [false, true]) {
      const same = examine(pairOfResults(chain, method, result, { result }, control));
      expect([same.state, same.differences]).toEqual(["same", []]);
    }
  });
});
