import { buildFacts } from "../../support/facts.ts";
import { run, at, pass, fail, open, CLEAN, BROKEN, type Row } from "./row.ts";

/** What a run must have before it may pass. */
export const REQUIREMENTS: readonly Row[] = [
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
];
