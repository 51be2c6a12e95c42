import type { JudgeConfiguration } from "../../config/judging.ts";
import type { Finding, Reason, VerdictKind } from "../../model/judged.ts";
import type { RunFacts, Signature } from "../../model/run.ts";
import { exempt } from "../exemptions.ts";
import { plural, rate, whole } from "../../words.ts";
import { baseOf, signaturesWith, weightedRate, type Base } from "../rates.ts";
import { atLeast } from "../severity.ts";
import { counts } from "./of-findings.ts";
import { inconclusive } from "./of-run.ts";

/** A customer's answer to a notice that speaks against the upgrade. */
export interface Objection {
  readonly customer: string;
  readonly reason: string;
}

/** The limits that are set, globally and for single methods and customers; each gives one reason. */
export function checkLimits(
  facts: RunFacts,
  findings: readonly Finding[],
  configuration: JudgeConfiguration,
  objections: readonly Objection[],
): Reason[] {
  const { limits } = configuration;
  const hits = hitsOf(facts, findings, configuration);
  const reasons: Reason[] = [];
  if (limits.mismatchRate !== undefined) {
    reasons.push(checkRate("limit.mismatchRate", limits.mismatchRate, hits, baseOf(facts.methods)));
  }
  if (limits.affectedCustomers !== undefined) {
    reasons.push(checkCustomers("limit.affectedCustomers", limits.affectedCustomers, hits));
  }
  if (limits.objections !== undefined) {
    reasons.push(checkObjections(limits.objections, objections));
  }
  return [
    ...reasons,
    ...methodLimits(facts, hits, configuration),
    ...customerLimits(facts, hits, configuration),
  ];
}

/** Calls with an unaccepted finding of risky or worse. */
interface Hits {
  /** With at least one that was confirmed or probable. */
  readonly sure: readonly Signature[];
  /** Those, and the ones that were seen but once. */
  readonly all: readonly Signature[];
}

function hitsOf(
  facts: RunFacts,
  findings: readonly Finding[],
  configuration: JudgeConfiguration,
): Hits {
  const weighty = findings.filter(
    (finding) => counts(finding) && atLeast(finding.severity, "risky"),
  );
  const fingerprints = new Set(weighty.map(({ fingerprint }) => fingerprint));
  const all = signaturesWith(facts.signatures, fingerprints).filter(
    ({ method, customer }) => !exempt(configuration, method, customer),
  );
  return { all, sure: all.filter(({ confidence }) => confidence !== "flaky") };
}

function checkRate(code: string, limit: number, hits: Hits, base: Base): Reason {
  const seen = weightedRate(hits.sure, base);
  const withFlaky = weightedRate(hits.all, base);
  if (![seen.rate, withFlaky.rate, withFlaky.upper].every(Number.isFinite)) {
    return inconclusive(code, `can't be computed over ${plural(base.compared, "compared call")}`);
  }
  const verdict = seen.rate > limit ? "fail" : withFlaky.upper > limit ? "inconclusive" : "pass";
  const shown = verdict === "inconclusive" ? withFlaky : seen;
  const sign = shown.rate > limit ? ">" : "≤";
  const numbers =
    `${whole(shown.hits)} of ${whole(shown.calls)}; 95 % ${rate(shown.lower)} to ${rate(shown.upper, limit)}` +
    (shown.weighted ? `; weighted, effective sample size ${whole(shown.effective)}` : "");
  const open =
    verdict !== "inconclusive"
      ? ""
      : withFlaky.rate > limit
        ? ": only with flaky calls over it"
        : ": its upper bound is over it, too few calls to tell";
  return {
    code,
    verdict,
    text: `${code} ${rate(shown.rate, limit)} ${sign} ${rate(limit)} (${numbers})${open}`,
  };
}

function checkCustomers(code: string, limit: number, hits: Hits): Reason {
  const sure = customersOf(hits.sure);
  const all = customersOf(hits.all);
  if (sure.size > limit) return exceeds("fail", code, sure.size, limit, [...sure].sort());
  if (all.size > limit)
    return exceeds("inconclusive", code, all.size, limit, ["flaky calls among them"]);
  return { code, verdict: "pass", text: `${code} ${whole(sure.size)} ≤ ${whole(limit)}` };
}

function checkObjections(limit: number, objections: readonly Objection[]): Reason {
  const code = "limit.objections";
  if (objections.length > limit) {
    const told = objections.map(({ customer, reason }) => `${customer}: ${reason}`);
    return exceeds("fail", code, objections.length, limit, told);
  }
  return { code, verdict: "pass", text: `${code} ${whole(objections.length)} ≤ ${whole(limit)}` };
}

const NAMED = 3;

function exceeds(
  verdict: VerdictKind,
  code: string,
  count: number,
  limit: number,
  names: readonly string[],
): Reason {
  const more = names.length > NAMED ? ` and ${whole(names.length - NAMED)} more` : "";
  const named = `${names.slice(0, NAMED).join(", ")}${more}`;
  return { code, verdict, text: `${code} ${whole(count)} > ${whole(limit)} (${named})` };
}

function customersOf(signatures: readonly Signature[]): Set<string> {
  return new Set(signatures.flatMap(({ customer }) => customer ?? []));
}

function methodLimits(facts: RunFacts, hits: Hits, { methods }: JudgeConfiguration): Reason[] {
  return Object.entries(methods).flatMap(([method, { limits }]) => {
    const own = only(hits, (signature) => signature.method === method);
    const base = baseOf(facts.methods.filter((row) => row.method === method));
    return [
      ...(limits?.mismatchRate === undefined
        ? []
        : [checkRate(`limit.methods.${method}.mismatchRate`, limits.mismatchRate, own, base)]),
      ...(limits?.affectedCustomers === undefined
        ? []
        : [
            checkCustomers(
              `limit.methods.${method}.affectedCustomers`,
              limits.affectedCustomers,
              own,
            ),
          ]),
    ];
  });
}

function customerLimits(facts: RunFacts, hits: Hits, { customers }: JudgeConfiguration): Reason[] {
  return Object.entries(customers).flatMap(([id, { limits }]) => {
    if (limits?.mismatchRate === undefined) return [];
    const own = only(hits, (signature) => signature.customer === id);
    const bases = facts.customers
      .filter((row) => row.id === id)
      .map((row) => ({
        ...row,
        comparedWeight: row.calls === 0 ? 0 : (row.weight * row.compared) / row.calls,
      }));
    return [
      checkRate(`limit.customers.${id}.mismatchRate`, limits.mismatchRate, own, baseOf(bases)),
    ];
  });
}

function only(hits: Hits, keep: (signature: Signature) => boolean): Hits {
  return { sure: hits.sure.filter(keep), all: hits.all.filter(keep) };
}
