import { run, withKind, pass, fail, open, CLEAN, type Row } from "./row.ts";

/** Limits. */
export const LIMITS: readonly Row[] = [
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
];
