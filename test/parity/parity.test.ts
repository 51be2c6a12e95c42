import { expect, test } from "vitest";
import { DEFAULT_JUDGING } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import type { Conformance } from "../../src/model/evidence.ts";
import type { JudgedRun } from "../../src/model/judged.ts";
import { parityPage } from "../../src/parity/html.ts";
import { parityOf } from "../../src/parity/parity.ts";
import { parityText } from "../../src/parity/text.ts";
import { answerOf } from "../../src/parity/words.ts";
import { BUILT_AT, buildFacts, type BuiltCalls } from "../support/facts.ts";

const [A, B, C] = ["a", "b", "c"].map((letter) => `cus_${letter.repeat(16)}`) as [
  string,
  string,
  string,
];

function judgedOf(rows: readonly BuiltCalls[]): JudgedRun {
  return judge(buildFacts(rows), DEFAULT_JUDGING, [], BUILT_AT);
}

const ROWS: readonly BuiltCalls[] = [
  { method: "eth_call", count: 60, customer: A },
  {
    method: "eth_call",
    count: 20,
    customer: B,
    findings: [{ kind: "field-added", path: "/result/x" }],
  },
  {
    method: "eth_getLogs",
    count: 6,
    customer: C,
    findings: [{ kind: "array-items-missing", path: "/result/*", confidence: "confirmed" }],
  },
  { method: "eth_getLogs", count: 4, customer: C },
  {
    method: "trace_block",
    count: 4,
    customer: C,
    findings: [{ kind: "method-removed", path: "", confidence: "confirmed" }],
  },
  {
    method: "eth_gasPrice",
    count: 2,
    customer: A,
    findings: [{ kind: "value-changed", confidence: "flaky" }],
  },
  { method: "eth_sendRawTransaction", count: 4, customer: A, state: "skipped", reason: "writes" },
];

test("shares of traffic add up, and what was not compared is not the same", () => {
  const { shares, canFailOver } = parityOf(judgedOf(ROWS));
  expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  expect(shares).toMatchObject({ harmless: 0.2, untested: 0.04 });
  expect(
    [shares.same, shares.breaks, shares.absent, shares.unsure].map((share) =>
      Math.round(share * 100),
    ),
  ).toEqual([64, 6, 4, 2]);
  expect(canFailOver).toBeCloseTo(0.84);
});

test("the answer in one sentence", () => {
  expect(answerOf(parityOf(judgedOf(ROWS)))).toBe(
    "84 % of your traffic can fail over; these 2 methods can't; this customer must not; 4 % was not tested.",
  );
  expect(answerOf(parityOf(judgedOf([{ method: "eth_call", count: 3 }])))).toBe(
    "100 % of your traffic can fail over.",
  );
  expect(
    answerOf(parityOf(judgedOf([{ method: "m", count: 1, state: "skipped", reason: "writes" }]))),
  ).toBe("Nothing was compared: this run says nothing of a fail-over.");
});

test("by method and by customer, worst first", () => {
  const { methods, customers } = parityOf(judgedOf(ROWS), new Map([[C, "Acme"]]));
  expect(methods.map(({ method, outcome }) => `${method} ${outcome}`)).toEqual([
    "trace_block absent",
    "eth_getLogs breaks",
    "eth_gasPrice unsure",
    "eth_call harmless",
    "eth_sendRawTransaction untested",
  ]);
  expect(customers.map(({ name, answer, methods: own }) => [name, answer, own])).toEqual([
    ["Acme", "must-not", ["eth_getLogs", "trace_block"]],
    [null, "unsure", []],
    [null, "can", []],
  ]);
});

test("keys of one customer are one", () => {
  const { customers } = parityOf(
    judgedOf(ROWS),
    new Map([
      [A, "Acme"],
      [C, "Acme"],
    ]),
  );
  expect(customers.map(({ name, calls, answer }) => [name, calls, answer])).toEqual([
    ["Acme", 80, "must-not"],
    [null, 20, "can"],
  ]);
});

function withStanding(standing: Conformance): JudgedRun {
  const judged = judgedOf([
    {
      method: "eth_getBlockByNumber",
      count: 10,
      customer: A,
      findings: [{ kind: "field-removed", path: "/result/extra" }],
    },
  ]);
  const conformance = {
    standing,
    reason: "The specification allows both.",
    specification: "Test 1",
  };
  return { ...judged, findings: judged.findings.map((finding) => ({ ...finding, conformance })) };
}

test("the specification is the judge of form: what it allows breaks nobody, what it asks for does", () => {
  expect(parityOf(withStanding("both-conform")).shares.harmless).toBe(1);
  expect(parityOf(withStanding("gained")).shares.harmless).toBe(1);
  expect(parityOf(withStanding("lost")).shares.breaks).toBe(1);
  expect(parityOf(withStanding("both-depart")).shares.breaks).toBe(1);
  expect(parityOf(withStanding("no-schema")).shares.breaks).toBe(1);
});

test("a header more leaves an answer the same", () => {
  const judged = judgedOf([
    { method: "m", count: 1, findings: [{ kind: "header-added", path: "/headers/vary" }] },
  ]);
  expect(parityOf(judged).shares.same).toBe(1);
});

test("a wrong value breaks, whatever the specification allows", () => {
  const judged = judgedOf([
    { method: "eth_call", count: 1, findings: [{ kind: "value-changed" }] },
  ]);
  const conformance = { standing: "both-conform", reason: "", specification: "Test 1" } as const;
  const findings = judged.findings.map((finding) => ({ ...finding, conformance }));
  expect(parityOf({ ...judged, findings }).shares.breaks).toBe(1);
});

test("what is known between clients is told as known", () => {
  const judged = judgedOf([
    {
      method: "eth_call",
      count: 1,
      findings: [{ kind: "error-message-changed", path: "/error/message" }],
    },
  ]);
  const findings = judged.findings.map((finding) => ({
    ...finding,
    severity: "info" as const,
    severityReason: "Clients word it differently (https://example.com)",
  }));
  const text = parityText(parityOf({ ...judged, findings }));
  expect(text).toContain("Known, and no reason to stay");
  expect(text.replaceAll(/\s+/g, " ")).toContain(
    "Clients word it differently (https://example.com)",
  );
});

test("the text keeps to 80 columns", () => {
  const text = parityText(parityOf(judgedOf(ROWS)));
  expect(text).toMatchSnapshot();
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("the page escapes what nodes and customers wrote", () => {
  const evil = `<img src=x onerror="alert(1)">`;
  const judged = judgedOf([
    {
      method: evil,
      count: 1,
      customer: A,
      findings: [{ kind: "value-changed", old: evil, candidate: evil }],
    },
  ]);
  const page = parityPage(parityOf(judged, new Map([[A, evil]])), BUILT_AT);
  expect(page).not.toContain("<img");
  expect(page).toContain("&lt;img");
});
