import { describe, expect, test } from "vitest";
import { VERDICT_EXIT } from "../../src/cli/gate-outputs.ts";
import type { Accepted } from "../../src/config/accepted.ts";
import { parseJudging } from "../../src/config/judging.ts";
import { judge, type JudgeExtras } from "../../src/judge/judge.ts";
import type { Kind } from "../../src/model/difference.ts";
import type { VerdictKind } from "../../src/model/judged.ts";
import type { CaseFacts, RunFacts } from "../../src/model/run.ts";
import { BUILT_AT, buildFacts, builtFingerprint, type BuiltCalls } from "../support/facts.ts";

interface Row {
  readonly name: string;
  readonly facts: RunFacts;
  readonly settings?: Record<string, unknown>;
  readonly accepted?: readonly Accepted[];
  readonly now?: Date;
  readonly extras?: JudgeExtras;
  readonly verdict: VerdictKind;
  readonly exit: number;
  /** Codes of the reasons that decide, or, of a pass, parts of what is noted. */
  readonly because: readonly string[];
}

const HEALTHY: readonly BuiltCalls[] = [
  { method: "eth_call", count: 2_000, customer: "cus_a" },
  { method: "eth_getLogs", count: 1_100, customer: "cus_b" },
];

function run(extra: readonly BuiltCalls[] = [], overrides: Partial<RunFacts> = {}): RunFacts {
  return buildFacts([...HEALTHY, ...extra], overrides);
}

function withKind(
  kind: Kind,
  count = 3,
  more: Partial<BuiltCalls> & { confidence?: "probable" | "flaky" } = {},
): BuiltCalls {
  const { confidence, ...rest } = more;
  return {
    method: "eth_call",
    count,
    findings: [{ kind, ...(confidence && { confidence }) }],
    ...rest,
  };
}

const FINGERPRINT = builtFingerprint("field-removed", "eth_call");
const SEEN = { rate: 3 / 2_003, calls: 3, comparedCalls: 2_003, paths: ["/result"], customers: 0 };

function accept(more: Partial<Accepted> = {}): readonly Accepted[] {
  return [
    {
      fingerprint: FINGERPRINT,
      reason: "announced",
      owner: "ops",
      expires: "2026-12-01",
      seen: SEEN,
      ...more,
    },
  ];
}

function changelogCase(outcome: CaseFacts["outcome"], reason: string | null = null): CaseFacts {
  return { name: `case-${outcome}`, title: "a change", source: null, outcome, reason };
}

function at(time: string): Date {
  return new Date(time);
}

const pass = { verdict: "pass", exit: 0 } as const;
const fail = { verdict: "fail", exit: 1 } as const;
const open = { verdict: "inconclusive", exit: 3 } as const;

const CLEAN = run();
const BROKEN = run([withKind("field-removed")]);

const RUNS: readonly Row[] = [
  // What a run must have before it may pass.
  { name: "nothing differs", facts: CLEAN, ...pass, because: [] },
  { name: "no calls", facts: buildFacts([]), ...open, because: ["run.noData"] },
  {
    name: "no calls, and nothing required",
    facts: buildFacts([]),
    settings: {
      limits: {},
      failOn: "never",
      require: {
        comparedCalls: 0,
        callsPerMethod: 0,
        methodCoverage: 0,
        uncomparableRate: 1,
        noiseRate: 1,
        maxAge: "999d",
        changelogCases: "any",
      },
    },
    ...open,
    because: ["run.noData"],
  },
  {
    name: "all uncomparable",
    facts: buildFacts([
      { method: "eth_call", count: 5_000, state: "uncomparable", reason: "rate-limited" },
    ]),
    ...open,
    because: ["run.noData", "require.uncomparableRate"],
  },
  {
    name: "all skipped",
    facts: buildFacts([
      { method: "eth_sendRawTransaction", count: 5_000, state: "skipped", reason: "writes" },
    ]),
    ...open,
    because: ["run.noData", "require.methodCoverage"],
  },
  {
    name: "ten calls",
    facts: buildFacts([{ method: "eth_call", count: 10 }]),
    ...open,
    because: ["require.comparedCalls", "limit.mismatchRate", "require.methodCoverage"],
  },
  {
    name: "one call too few",
    facts: buildFacts([{ method: "eth_call", count: 2_999 }]),
    ...open,
    because: ["require.comparedCalls"],
  },
  {
    name: "just enough calls",
    facts: buildFacts([{ method: "eth_call", count: 3_000 }]),
    ...pass,
    because: [],
  },
  {
    name: "only one method of those required",
    facts: buildFacts([{ method: "eth_call", count: 5_000 }]),
    settings: { require: { methods: ["eth_call", "eth_getLogs"] } },
    ...open,
    because: ["require.methods"],
  },
  {
    name: "a required method with too few calls",
    facts: run([{ method: "eth_getBalance", count: 29 }]),
    settings: { require: { methods: ["eth_getBalance"] } },
    ...open,
    because: ["require.methods"],
  },
  {
    name: "a required method with just enough",
    facts: run([{ method: "eth_getBalance", count: 30 }]),
    settings: { require: { methods: ["eth_getBalance"] } },
    ...pass,
    because: [],
  },
  {
    name: "all errors alike on both sides",
    facts: buildFacts([{ method: "eth_call", count: 5_000, agreedOnError: true }]),
    ...open,
    because: ["run.errorsOnly", "require.methodCoverage"],
  },
  {
    name: "a method that only agreed on errors is not covered",
    facts: run([{ method: "debug_traceCall", count: 300, agreedOnError: true }]),
    ...open,
    because: ["require.methodCoverage"],
  },
  {
    name: "a method with some errors alike is covered",
    facts: run([
      { method: "debug_traceCall", count: 299, agreedOnError: true },
      { method: "debug_traceCall", count: 1 },
    ]),
    ...pass,
    because: [],
  },
  {
    name: "traffic in methods with too few calls",
    facts: run(
      Array.from({ length: 20 }, (_, index) => ({ method: `eth_rare${index}`, count: 10 })),
    ),
    ...open,
    because: ["require.methodCoverage"],
  },
  {
    name: "writes do not lower the coverage, they are told",
    facts: run([
      { method: "eth_sendRawTransaction", count: 900, state: "skipped", reason: "writes" },
    ]),
    ...pass,
    because: ["not-tested skipped, writes: 900 calls, 0.23 of the traffic"],
  },
  {
    name: "methods that were excluded do lower it",
    facts: run([{ method: "eth_getBalance", count: 900, state: "skipped", reason: "excluded" }]),
    ...open,
    because: ["require.methodCoverage"],
  },
  {
    name: "too much uncomparable",
    facts: run([{ method: "eth_call", count: 200, state: "uncomparable", reason: "node-behind" }]),
    ...open,
    because: ["require.uncomparableRate"],
  },
  {
    name: "as much uncomparable as is allowed",
    facts: buildFacts([
      { method: "eth_call", count: 3_800 },
      { method: "eth_call", count: 200, state: "uncomparable" },
    ]),
    ...pass,
    because: ["not-tested uncomparable, rate-limited: 200 calls, 0.05 of the traffic"],
  },
  {
    name: "uncomparable calls of great weight",
    facts: run([{ method: "eth_call", count: 10, weight: 100, state: "uncomparable" }]),
    ...open,
    because: ["require.uncomparableRate"],
  },
  {
    name: "old does not repeat itself",
    facts: run([], {
      noise: [
        {
          method: "eth_call",
          path: "/result",
          kind: "value-changed",
          candidateOnly: 0,
          controlOnly: 30,
          both: 20,
        },
      ],
    }),
    ...open,
    because: ["require.noiseRate"],
  },
  {
    name: "noise that an invariant explains",
    facts: run([], {
      noise: [
        {
          method: "eth_gasPrice",
          path: "/result",
          kind: "value-drift",
          candidateOnly: 0,
          controlOnly: 900,
          both: 900,
        },
      ],
    }),
    ...pass,
    because: [],
  },
  {
    name: "incomplete",
    facts: run([], { complete: false, incompleteReason: "interrupted" }),
    ...open,
    because: ["run.incomplete"],
  },
  {
    name: "incomplete, but what there is fails",
    facts: { ...BROKEN, complete: false, incompleteReason: "interrupted" },
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "a day and a minute old",
    facts: CLEAN,
    now: at("2026-11-22T10:01:00Z"),
    ...open,
    because: ["require.maxAge"],
  },
  { name: "a day old", facts: CLEAN, now: at("2026-11-22T10:00:00Z"), ...pass, because: [] },
  {
    name: "a clock that is a minute behind",
    facts: CLEAN,
    now: at("2026-11-21T09:59:00Z"),
    ...pass,
    because: [],
  },
  {
    name: "a clock that is an hour behind",
    facts: CLEAN,
    now: at("2026-11-21T09:00:00Z"),
    ...open,
    because: ["require.maxAge"],
  },
  {
    name: "no date",
    facts: run([], { finishedAt: "yesterday" }),
    ...open,
    because: ["require.maxAge"],
  },
  {
    name: "never finished, and made long ago",
    facts: run([], {
      finishedAt: null,
      header: { ...CLEAN.header, createdAt: "2026-11-01T00:00:00Z" },
    }),
    ...open,
    because: ["require.maxAge"],
  },
  // Numbers that are none.
  {
    name: "NaN in the counts",
    facts: run([], { counts: { ...CLEAN.counts, compared: Number.NaN } }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "NaN in a method's weight",
    facts: run([], {
      methods: CLEAN.methods.map((method) => ({ ...method, comparedWeight: Number.NaN })),
    }),
    ...open,
    because: ["run.inconsistent", "limit.mismatchRate"],
  },
  {
    name: "infinite weight",
    facts: run([], { methods: CLEAN.methods.map((method) => ({ ...method, weight: Infinity })) }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "negative counts",
    facts: run([], { counts: { ...CLEAN.counts, skipped: -5, calls: CLEAN.counts.calls - 5 } }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "counts that do not add up",
    facts: run([], { counts: { ...CLEAN.counts, same: 7 } }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "methods that lack the calls of the run",
    facts: run([], { methods: CLEAN.methods.slice(0, 1) }),
    ...open,
    because: ["run.inconsistent"],
  },
  {
    name: "weights of zero",
    facts: run([], {
      methods: CLEAN.methods.map((method) => ({
        ...method,
        weight: 0,
        comparedWeight: 0,
        weightSquares: 0,
      })),
    }),
    ...open,
    because: ["run.inconsistent", "limit.mismatchRate"],
  },
  // Findings.
  { name: "a breaking finding", facts: BROKEN, ...fail, because: ["finding.breaking"] },
  {
    name: "a breaking finding in too few calls to pass",
    facts: buildFacts([withKind("field-removed", 1)]),
    ...fail,
    because: ["finding.breaking", "limit.mismatchRate"],
  },
  {
    name: "probable is enough",
    facts: run([withKind("field-removed", 3, { confidence: "probable" })]),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "flaky alone",
    facts: run([withKind("field-removed", 3, { confidence: "flaky" })]),
    ...open,
    because: ["finding.breaking"],
  },
  {
    name: "flaky in one call, confirmed in another",
    facts: run([
      withKind("field-removed", 3, { confidence: "flaky" }),
      withKind("field-removed", 1),
    ]),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "a risky finding, failing on breaking",
    facts: run([withKind("letter-case-changed")]),
    ...pass,
    because: [],
  },
  {
    name: "a risky finding, failing on risky",
    facts: run([withKind("letter-case-changed")]),
    settings: { failOn: "risky" },
    ...fail,
    because: ["finding.risky"],
  },
  {
    name: "info, failing on risky",
    facts: run([withKind("field-added")]),
    settings: { failOn: "risky" },
    ...pass,
    because: [],
  },
  {
    name: "info, failing on info",
    facts: run([withKind("field-added")]),
    settings: { failOn: "info" },
    ...fail,
    because: ["finding.info"],
  },
  {
    name: "noise, failing on info",
    facts: run([withKind("serialisation-changed")]),
    settings: { failOn: "info" },
    ...pass,
    because: [],
  },
  {
    name: "breaking, failing on nothing, no limits",
    facts: BROKEN,
    settings: { failOn: "never", limits: {} },
    ...pass,
    because: [],
  },
  {
    name: "a method that never fails",
    facts: run([withKind("field-removed", 500, { customer: "cus_a" })]),
    settings: { methods: { eth_call: { failOn: "never" } } },
    ...pass,
    because: [],
  },
  {
    name: "a method that fails on less",
    facts: run([withKind("field-added")]),
    settings: { methods: { eth_call: { failOn: "info" } } },
    ...fail,
    because: ["finding.info"],
  },
  {
    name: "a customer for whom less fails",
    facts: run([withKind("field-added", 2, { customer: "cus_a" })]),
    settings: { customers: { cus_a: { failOn: "info" } } },
    ...fail,
    because: ["finding.info"],
  },
  {
    name: "a finding that only an exempted customer has",
    facts: run([withKind("field-removed", 2, { customer: "cus_a" })]),
    settings: { customers: { cus_a: { failOn: "never" } } },
    ...pass,
    because: [],
  },
  {
    name: "a finding that an exempted customer shares",
    facts: run([
      withKind("field-removed", 2, { customer: "cus_a" }),
      withKind("field-removed", 2, { customer: "cus_b" }),
    ]),
    settings: { customers: { cus_a: { failOn: "never" } } },
    ...fail,
    because: ["finding.breaking", "limit.affectedCustomers"],
  },
  {
    name: "a severity that the configuration lowers",
    facts: BROKEN,
    settings: { severity: [{ kind: "field-removed", severity: "info", reason: "agreed" }] },
    ...pass,
    because: [],
  },
  {
    name: "a node that names itself otherwise",
    facts: run([
      {
        method: "web3_clientVersion",
        count: 100,
        customer: "cus_a",
        findings: [{ kind: "value-changed" }],
      },
    ]),
    settings: { failOn: "info" },
    ...pass,
    because: ["never-fails web3_clientVersion"],
  },
  // Limits.
  {
    name: "mismatches over the limit",
    facts: run([withKind("letter-case-changed", 60)]),
    ...fail,
    because: ["limit.mismatchRate"],
  },
  {
    name: "only the upper bound over the limit",
    facts: run([withKind("letter-case-changed", 13)]),
    ...open,
    because: ["limit.mismatchRate"],
  },
  {
    name: "the upper bound under the limit",
    facts: run([withKind("letter-case-changed", 3)]),
    ...pass,
    because: [],
  },
  {
    name: "flaky mismatches over the limit",
    facts: run([withKind("letter-case-changed", 60, { confidence: "flaky" })]),
    ...open,
    because: ["limit.mismatchRate"],
  },
  {
    name: "few mismatches of great weight",
    facts: run([withKind("letter-case-changed", 3, { weight: 100 })]),
    ...fail,
    because: ["limit.mismatchRate"],
  },
  {
    name: "no limits",
    facts: run([withKind("letter-case-changed", 900)]),
    settings: { limits: {} },
    ...pass,
    because: [],
  },
  {
    name: "a customer affected",
    facts: run([withKind("letter-case-changed", 1, { customer: "cus_a" })]),
    ...fail,
    because: ["limit.affectedCustomers"],
  },
  {
    name: "as many customers affected as are allowed",
    facts: run([withKind("letter-case-changed", 1, { customer: "cus_a" })]),
    settings: { limits: { affectedCustomers: 1 } },
    ...pass,
    because: [],
  },
  {
    name: "a customer affected by flaky calls",
    facts: run([withKind("letter-case-changed", 1, { customer: "cus_a", confidence: "flaky" })]),
    ...open,
    because: ["limit.affectedCustomers"],
  },
  {
    name: "an objection",
    facts: CLEAN,
    extras: { objections: [{ customer: "cus_a", reason: "we need a month" }] },
    ...fail,
    because: ["limit.objections"],
  },
  {
    name: "a method's own limit",
    facts: run([withKind("letter-case-changed", 3)]),
    settings: { methods: { eth_call: { limits: { mismatchRate: 0.0001 } } } },
    ...fail,
    because: ["limit.methods.eth_call.mismatchRate"],
  },
  {
    name: "a limit of a method that was not called",
    facts: CLEAN,
    settings: { methods: { eth_feeHistory: { limits: { mismatchRate: 0.01 } } } },
    ...open,
    because: ["limit.methods.eth_feeHistory.mismatchRate"],
  },
  {
    name: "a customer's own limit",
    facts: run([withKind("letter-case-changed", 3, { customer: "cus_a" })]),
    settings: { limits: {}, customers: { cus_a: { limits: { mismatchRate: 0.0001 } } } },
    ...fail,
    because: ["limit.customers.cus_a.mismatchRate"],
  },
  {
    name: "a customer who must be in the sample",
    facts: CLEAN,
    settings: { customers: { cus_big: { require: { comparedCalls: 100 } } } },
    ...open,
    because: ["require.customers.cus_big.comparedCalls"],
  },
  // Accepted findings.
  {
    name: "accepted",
    facts: BROKEN,
    accepted: accept(),
    ...pass,
    because: ["accepted 1 finding of this run is accepted"],
  },
  {
    name: "expires today",
    facts: BROKEN,
    accepted: accept({ expires: "2026-11-21" }),
    ...pass,
    because: [],
  },
  {
    name: "expires today, a minute before midnight",
    facts: BROKEN,
    accepted: accept({ expires: "2026-11-21" }),
    now: at("2026-11-21T23:59:00Z"),
    ...pass,
    because: [],
  },
  {
    name: "expired yesterday",
    facts: BROKEN,
    accepted: accept({ expires: "2026-11-20" }),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "expires on no day",
    facts: BROKEN,
    accepted: accept({ expires: "2026-02-30" }),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "expires in words",
    facts: BROKEN,
    accepted: accept({ expires: "soon" }),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "no expiry",
    facts: BROKEN,
    accepted: accept({ expires: "" }),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "accepted, and grown in rate",
    facts: BROKEN,
    accepted: accept({ seen: { ...SEEN, rate: 0.00001, calls: 1, comparedCalls: 100_000 } }),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "accepted, and seen at a new path",
    facts: BROKEN,
    accepted: accept({ seen: { ...SEEN, paths: ["/result/other"] } }),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "accepted, and met by a new customer",
    facts: run([withKind("field-removed", 3, { customer: "cus_a" })]),
    accepted: accept(),
    ...fail,
    because: ["finding.breaking", "limit.affectedCustomers"],
  },
  {
    name: "accepted, one call more than chance explains away",
    facts: run([withKind("field-removed", 4)]),
    accepted: accept(),
    ...pass,
    because: ["accepted 1 finding of this run"],
  },
  {
    name: "another finding than the accepted one",
    facts: run([withKind("field-renamed")]),
    accepted: accept(),
    ...fail,
    because: ["finding.breaking"],
  },
  {
    name: "an accepted finding that does not occur",
    facts: CLEAN,
    accepted: accept(),
    ...pass,
    because: [`accepted.unused ${FINGERPRINT}`],
  },
  {
    name: "the same, strictly",
    facts: CLEAN,
    accepted: accept(),
    extras: { strictAccepted: true },
    ...fail,
    because: ["accepted.unused"],
  },
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
    name: "a slow percentile that the rank test does not bear out",
    facts: run([
      {
        method: "eth_getBalance",
        count: 188,
        latency: (call) => [10 + (call % 7), 10 + ((call + 3) % 7)],
      },
      { method: "eth_getBalance", count: 12, latency: () => [10, 90] },
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

describe("runs and their verdicts", () => {
  test("are at least sixty, each with a name of its own", () => {
    expect(RUNS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(RUNS.map(({ name }) => name)).size).toBe(RUNS.length);
  });

  test.each(RUNS)("$name: $verdict", (row) => {
    const settings = parseJudging(row.settings ?? {});
    const { verdict } = judge(
      row.facts,
      settings,
      row.accepted ?? [],
      row.now ?? BUILT_AT,
      row.extras,
    );
    expect(verdict.verdict).toBe(row.verdict);
    expect(VERDICT_EXIT[verdict.verdict]).toBe(row.exit);
    const deciding = verdict.reasons.filter((reason) => reason.verdict === row.verdict);
    // Of a pass, every reason says pass, and the notes tell what did not count.
    expect(deciding.length).toBe(
      row.verdict === "pass" ? verdict.reasons.length : Math.max(1, deciding.length),
    );
    const told = row.verdict === "pass" ? verdict.notes : deciding.map(({ text }) => text);
    const untold = row.because.filter((part) => !told.some((line) => line.startsWith(part)));
    expect(untold).toEqual([]);
    for (const { code, text } of deciding) expect(text.startsWith(`${code} `)).toBe(true);
    for (const { text } of verdict.reasons) expect(text).not.toMatch(/undefined|\[object/);
  });
});
