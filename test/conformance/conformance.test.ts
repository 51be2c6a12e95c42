import { expect, test } from "vitest";
import { overall } from "../../src/conformance/conformance.ts";
import type { Conformance, ConformanceFacts } from "../../src/model/evidence.ts";
import { DOCUMENT, judged, type Difference } from "./document.ts";

const good = { number: "0x1", timestamp: "0x2" };
const error = (code: number, data?: string): object => ({
  error: { code, message: "m", ...(data === undefined ? {} : { data }) },
});

const CASES: Readonly<Record<string, readonly [Conformance, Difference]>> = {
  "a required field that old lacks": [
    "gained",
    { path: "/result/timestamp", old: { result: { number: "0x1" } }, candidate: { result: good } },
  ],
  "a required field that is gone": [
    "lost",
    { path: "/result/timestamp", old: { result: good }, candidate: { result: { number: "0x1" } } },
  ],
  "an optional field that is gone": [
    "both-conform",
    {
      path: "/result/size",
      old: { result: { ...good, size: "0x1" } },
      candidate: { result: good },
    },
  ],
  "a field that nobody specified": [
    "lost",
    {
      path: "/result/mined",
      old: { result: good },
      candidate: { result: { ...good, mined: true } },
    },
  ],
  "a number that loses its encoding": [
    "lost",
    {
      path: "/result/number",
      old: { result: good },
      candidate: { result: { ...good, number: 1 } },
    },
  ],
  "another value, both as they should be": [
    "both-conform",
    {
      path: "/result/number",
      old: { result: good },
      candidate: { result: { ...good, number: "0x9" } },
    },
  ],
  "two forms, neither of them allowed": [
    "both-depart",
    {
      path: "/result/number",
      old: { result: { ...good, number: "0x01" } },
      candidate: { result: { ...good, number: 1 } },
    },
  ],
  "a mend beside another fault that stays": [
    "gained",
    {
      path: "/result/timestamp",
      old: { result: { number: 7 } },
      candidate: { result: { number: 7, timestamp: "0x2" } },
    },
  ],
  "a loss in an item of a list that moved": [
    "lost",
    {
      path: "/result/uncles/1/number",
      old: { result: { ...good, uncles: [{ ...good, number: "0x5" }] } },
      candidate: { result: { ...good, uncles: [good, { ...good, number: "05" }] } },
      values: { old: "0x5", candidate: "05" },
    },
  ],
  "null where the result may be null": [
    "both-conform",
    { path: "/result", old: { result: good }, candidate: { result: null } },
  ],
  "null where it may not": [
    "lost",
    {
      method: "eth_chainId",
      params: [],
      path: "/result",
      old: { result: "0x1" },
      candidate: { result: null },
    },
  ],
  "an error that the method may give": [
    "gained",
    { path: "/error/code", old: error(-32000), candidate: error(4444) },
  ],
  "an error that it may not give": [
    "lost",
    { path: "", old: { result: good }, candidate: error(-32000) },
  ],
  "two errors that are not listed": [
    "no-schema",
    { path: "/error/code", old: error(-32000), candidate: error(-32005) },
  ],
  "an error of a method without listed errors": [
    "no-schema",
    {
      method: "eth_chainId",
      params: [],
      path: "",
      old: { result: "0x1" },
      candidate: error(-32000),
    },
  ],
  "a specified method that is not there": [
    "lost",
    {
      method: "eth_chainId",
      params: [],
      path: "",
      old: { result: "0x1" },
      candidate: error(-32601),
    },
  ],
  "a refusal of parameters that are not allowed": [
    "gained",
    { params: ["0x01", false], path: "/error/code", old: error(-32000), candidate: error(-32602) },
  ],
  "the same by name": [
    "gained",
    {
      params: { block: 1, full: true },
      path: "/error/code",
      old: error(-32000),
      candidate: error(-32602),
    },
  ],
  "a refusal of parameters that are allowed": [
    "no-schema",
    {
      params: { block: "0x1", full: true },
      path: "/error/code",
      old: error(4444),
      candidate: error(-32602),
    },
  ],
  "too many parameters": [
    "gained",
    { params: ["0x1", true, 1], path: "/error/code", old: error(-32000), candidate: error(-32602) },
  ],
  "error data that departs": [
    "lost",
    { method: "eth_call", path: "/error/data", old: error(3, "0x08"), candidate: error(3, "08") },
  ],
  "an error code that is text": [
    "lost",
    { path: "/error/code", old: error(4444), candidate: { error: { code: "4444", message: "" } } },
  ],
  "a method that is not described": [
    "no-schema",
    { method: "eth_foo", path: "/result", old: { result: 1 }, candidate: { result: 2 } },
  ],
  "a schema of another document": [
    "no-schema",
    {
      method: "eth_elsewhere",
      path: "/result/a",
      old: { result: { a: 1 } },
      candidate: { result: { a: 2 } },
    },
  ],
  "a header": [
    "no-schema",
    { path: "/headers/vary", old: { result: good }, candidate: { result: good } },
  ],
  "an answer that is none": ["no-schema", { path: "", old: { result: good }, candidate: [] }],
};

test.each(Object.entries(CASES))("%s", (_, [standing, difference]) => {
  expect(judged(difference).standing).toBe(standing);
});

test("the sides swapped give the mirror", () => {
  const mirror: Partial<Record<Conformance, Conformance>> = { gained: "lost", lost: "gained" };
  for (const [standing, difference] of Object.values(CASES)) {
    const { old, candidate, values } = difference;
    if (values !== undefined) continue;
    const swapped = judged({ ...difference, old: candidate, candidate: old }).standing;
    expect(swapped).toBe(mirror[standing] ?? standing);
  }
});

test("the reason names the place and what is asked there", () => {
  const [, difference] = CASES["a required field that is gone"]!;
  expect(judged(difference)).toEqual({
    standing: "lost",
    reason:
      "Old follows the specification and the candidate departs from it: /result/timestamp is missing.",
    specification: "Test service 3",
  });
});

function facts(standing: Conformance): ConformanceFacts {
  return { standing, reason: `${standing}.`, specification: "x" };
}

test("a finding is what the worst of its examples is, and says in how many", () => {
  expect(overall([facts("gained"), facts("lost"), facts("gained")])).toEqual({
    ...facts("lost"),
    reason: "lost. So in 1 of 3 examples.",
  });
  expect(overall([facts("gained"), facts("gained")])).toEqual(facts("gained"));
  expect(overall([])).toBeNull();
});

test("a value that the store cut is judged by the whole answers", () => {
  const cut = `abc… (70000 characters, sha256 ${"0".repeat(64)})`;
  const difference: Difference = {
    path: "/result/size",
    old: { result: { ...good, size: "x".repeat(10) } },
    candidate: { result: { ...good, size: 7 } },
    values: { old: cut, candidate: 7 },
  };
  expect(judged(difference, DOCUMENT).standing).toBe("lost");
});
