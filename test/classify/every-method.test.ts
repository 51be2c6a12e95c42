import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chainNamed } from "../../src/chains/index.ts";
import { examine } from "../../src/classify/examine.ts";
import { contextFor } from "../../src/classify/facts/context.ts";
import { severityOf } from "../../src/classify/severity/severity.ts";
import { patternOf } from "../../src/diff/path.ts";
import type { Comparison } from "../../src/model/comparison.ts";
import type { ChainName } from "../../src/model/exchange.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { SEVERITIES, type Severity } from "../../src/model/kinds.ts";
import type { Pair } from "../../src/model/pair.ts";
import {
  mutationsOf,
  withSecondItems,
  type MutatedAnswer,
} from "../../studies/support/mutated-answers.ts";
import { pairOf } from "../../studies/support/pairs.ts";
import { gave } from "./pairs.ts";

function answersOf(chain: ChainName): [string, JsonValue][] {
  const file = new URL(`../fixtures/answers/${chain}.json`, import.meta.url);
  return Object.entries(JSON.parse(readFileSync(file, "utf8")) as JsonObject);
}

type Given = { readonly result: JsonValue } | { readonly error: JsonValue };

/** A pair of two results as `compare` has it; `control` is old asked again. */
function pairOfResults(
  chain: ChainName,
  method: string,
  old: JsonValue,
  candidate: Given,
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

/**
 * What breaks nobody: a key that is data may come and go (whether an account is in the pool is no field of the answer),
 * and null is a value where the chain's data says so.
 */
function isHarmless(chain: ChainName, method: string, { operation, path }: MutatedAnswer): boolean {
  const { isMap, knowledge } = contextFor(chain, method);
  const pattern = patternOf(chain === "stacks" ? path : `/result${path}`, isMap);
  if (operation === "nulled" || operation === "filled")
    return knowledge.drifts.some((row) => row.mayBeNull === true && row.path === pattern);
  return (operation === "dropped" || operation === "renamed") && pattern.endsWith("/*");
}

/** The most that the gate's severities say of a comparison's differences. */
function worstOf({ method, differences }: Comparison): Severity {
  const said = differences.map(
    ({ kind, pattern, old, candidate }) =>
      severityOf({
        kind,
        method,
        path: pattern,
        variants: [{ old: textOf(old), candidate: textOf(candidate), calls: 1 }],
      }).severity,
  );
  return SEVERITIES.find((severity) => said.includes(severity)) ?? "noise";
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined ? "" : JSON.stringify(value);
}

/** What is wrong with what was said of a mutation; null where it was told. */
function fault(pair: Pair, least: Severity): string | null {
  const comparison = examine(pair);
  if (comparison.state === "same") return "is the same";
  // A list that holds nothing on one side says nothing of its items, and an answer that proves nothing is never the same.
  if (comparison.state === "uncomparable") return null;
  const worst = worstOf(comparison);
  return SEVERITIES.indexOf(worst) <= SEVERITIES.indexOf(least) ? null : `is only ${worst}`;
}

const CHAINS: readonly ChainName[] = ["ethereum", "bitcoin", "solana", "stacks"];

describe.each(CHAINS)("every method of %s", (chain) => {
  test("has an answer of its own here", () => {
    const known = new Set(answersOf(chain).map(([method]) => method));
    const missing = Object.keys(chainNamed(chain).methods).filter((method) => !known.has(method));
    expect(missing).toEqual([]);
  });

  test.each(answersOf(chain))("%s: what breaks a client is told, and breaks", (method, result) => {
    const wrong: string[] = [];
    const look = (what: string, old: JsonValue, candidate: Given, least: Severity): void => {
      for (const control of [false, true]) {
        const said = fault(pairOfResults(chain, method, old, candidate, control), least);
        if (said !== null) wrong.push(`${what}${control ? " (old repeats)" : ""} ${said}`);
      }
    };
    const two = withSecondItems(result);
    for (const old of JSON.stringify(two) === JSON.stringify(result) ? [result] : [result, two])
      for (const mutation of mutationsOf(old))
        if (!isHarmless(chain, method, mutation))
          look(mutation.what, old, { result: mutation.value }, mutation.least);
    const error = { code: -32000, message: "something else" };
    look("an error", result, { error }, "breaking");
    look("no method", result, { error: { code: -32601, message: "Method not found" } }, "breaking");
    expect(wrong).toEqual([]);
  });

  test.each(answersOf(chain))("%s: unchanged is no difference", (method, result) => {
    for (const control of [false, true]) {
      const same = examine(pairOfResults(chain, method, result, { result }, control));
      expect([same.state, same.differences]).toEqual(["same", []]);
    }
  });
});
