import { parseJudging } from "../../../src/config/judging.ts";
import { judge } from "../../../src/judge/judge.ts";
import { BUILT_AT } from "../../support/facts.ts";
import { run, withKind, changelogCase, pass, fail, open, CLEAN, BROKEN, type Row } from "./row.ts";

/** Earlier runs, changelog cases, noise, latency and size. */
export const OTHER: readonly Row[] = [
  // Against an earlier run.
  {
    name: "known from the earlier run",
    facts: BROKEN,
    extras: { since: judge(BROKEN, parseJudging({}), [], BUILT_AT) },
    ...pass,
    because: [],
  },
  {
    name: "new since the earlier run",
    facts: BROKEN,
    extras: { since: judge(CLEAN, parseJudging({}), [], BUILT_AT) },
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "more frequent than in the earlier run",
    facts: run([withKind("field-removed", 200)]),
    settings: { limits: {} },
    extras: { since: judge(BROKEN, parseJudging({}), [], BUILT_AT) },
    ...fail,
    because: ["finding.breaking"],
  },
  // Changelog cases.
  {
    name: "an open case",
    facts: run([], { cases: [changelogCase("open")] }),
    ...open,
    because: ["require.changelogCases"],
  },
  {
    name: "an open case, only listed",
    facts: run([], { cases: [changelogCase("open")] }),
    settings: { require: { changelogCases: "any" } },
    ...pass,
    because: [],
  },
  {
    name: "cases tested and waived",
    facts: run([], {
      cases: [
        changelogCase("confirmed"),
        changelogCase("not-seen"),
        changelogCase("waived", "no customer calls it"),
      ],
    }),
    ...pass,
    because: [],
  },
  {
    name: "a case waived without a reason",
    facts: run([], { cases: [changelogCase("waived")] }),
    ...open,
    because: ["require.changelogCases"],
  },
  // Noise.
  {
    name: "candidate differs where old does, as often",
    facts: run([withKind("value-changed", 5, { confidence: "flaky" })], {
      noise: [
        {
          method: "eth_call",
          path: "/result",
          kind: "value-changed",
          candidateOnly: 5,
          controlOnly: 4,
          both: 2,
        },
      ],
    }),
    ...pass,
    because: ["noise value-changed eth_call /result dismissed"],
  },
  {
    name: "candidate differs where old does, far more often",
    facts: run([withKind("value-changed", 40)], {
      noise: [
        {
          method: "eth_call",
          path: "/result",
          kind: "value-changed",
          candidateOnly: 40,
          controlOnly: 4,
          both: 2,
        },
      ],
    }),
    ...fail,
    because: ["finding.breaking", "limit.mismatchRate"],
  },
  {
    name: "the test for noise turned off",
    facts: run([withKind("value-changed", 5)], {
      noise: [
        {
          method: "eth_call",
          path: "/result",
          kind: "value-changed",
          candidateOnly: 5,
          controlOnly: 4,
          both: 2,
        },
      ],
    }),
    settings: { noise: { test: false } },
    ...fail,
    because: ["finding.breaking"],
  },
  // Latency and size.
  {
    name: "slower, but only risky",
    facts: run([
      {
        method: "eth_getBalance",
        count: 200,
        latency: (call) => [10 + (call % 7), 20 + (call % 5)],
      },
    ]),
    ...pass,
    because: ["latency-regression eth_getBalance p95 16 ms → 24 ms, 1.5 times"],
  },
  {
    name: "slower, failing on risky",
    facts: run([
      {
        method: "eth_getBalance",
        count: 200,
        latency: (call) => [10 + (call % 7), 20 + (call % 5)],
      },
    ]),
    settings: { failOn: "risky" },
    ...fail,
    because: ["finding.risky"],
  },
  {
    name: "as slow as is allowed",
    facts: run([
      {
        method: "eth_getBalance",
        count: 200,
        latency: (call) => [10 + (call % 7), 11 + (call % 7)],
      },
    ]),
    settings: { failOn: "risky" },
    ...pass,
    because: [],
  },
  {
    name: "a slow percentile that neither paired test bears out",
    facts: run([
      {
        method: "eth_getBalance",
        count: 188,
        latency: (call) => [10 + (call % 7), 10 + ((call + 3) % 7)],
      },
      { method: "eth_getBalance", count: 12, latency: () => [10, 90] },
      { method: "eth_getBalance", count: 6, latency: () => [90, 10] },
    ]),
    settings: { failOn: "risky" },
    ...pass,
    because: [],
  },
  {
    name: "larger answers, failing on risky",
    facts: run([{ method: "eth_getBalance", count: 200, bytes: { old: 100, candidate: 250 } }]),
    settings: { failOn: "risky" },
    ...fail,
    because: ["finding.risky"],
  },
];
