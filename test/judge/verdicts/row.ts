import type { Accepted } from "../../../src/config/accepted.ts";
import type { JudgeExtras } from "../../../src/judge/judge.ts";
import type { Kind } from "../../../src/model/kinds.ts";
import type { VerdictKind } from "../../../src/model/judged.ts";
import type { CaseFacts, RunFacts } from "../../../src/model/run.ts";
import { buildFacts, builtFingerprint, type BuiltCalls } from "../../support/facts.ts";

export interface Row {
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

export function run(
  extra: readonly BuiltCalls[] = [],
  overrides: Partial<RunFacts> = {},
): RunFacts {
  return buildFacts([...HEALTHY, ...extra], overrides);
}

export function withKind(
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

export const FINGERPRINT = builtFingerprint("field-removed", "eth_call");
export const SEEN = {
  rate: 3 / 2_003,
  calls: 3,
  comparedCalls: 2_003,
  paths: ["/result"],
  customers: 0,
};

export function accept(more: Partial<Accepted> = {}): readonly Accepted[] {
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

export function changelogCase(
  outcome: CaseFacts["outcome"],
  reason: string | null = null,
): CaseFacts {
  return { name: `case-${outcome}`, title: "a change", source: null, outcome, reason };
}

export function at(time: string): Date {
  return new Date(time);
}

export const pass = { verdict: "pass", exit: 0 } as const;
export const fail = { verdict: "fail", exit: 1 } as const;
export const open = { verdict: "inconclusive", exit: 3 } as const;

export const CLEAN = run();
export const BROKEN = run([withKind("field-removed")]);
