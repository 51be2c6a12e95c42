import { buildFacts } from "../../support/facts.ts";
import { run, withKind, pass, fail, open, BROKEN, type Row } from "./row.ts";

/** Findings. */
export const FINDINGS: readonly Row[] = [
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
    name: "a method that names the node is gone: that counts as of any other",
    facts: run([
      {
        method: "web3_clientVersion",
        count: 100,
        customer: "cus_a",
        findings: [{ kind: "method-removed" }],
      },
    ]),
    ...fail,
    because: ["finding.breaking"],
  },
];
