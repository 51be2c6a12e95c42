import type { JudgeConfiguration } from "../../config/judging.ts";
import type { Reason } from "../../model/judged.ts";
import type { MethodFacts, RunFacts } from "../../model/run.ts";
import { plural, rate, whole } from "../../words.ts";
import { sum } from "../rates.ts";
import { inconclusive } from "./of-run.ts";
import { NOISE_KINDS } from "../../model/kinds.ts";

/** Skipped by their nature: what was never to be replayed can't lower the coverage of what was. It is said in a note. */
const NEVER_REPLAYED = new Set(["writes", "notification", "subscription"]);

/** What the run must have shown before it may pass; each requirement gives one reason, unmet ones inconclusive. */
export function checkRequirements(facts: RunFacts, configuration: JudgeConfiguration): Reason[] {
  const { require } = configuration;
  return [
    atLeastCalls("require.comparedCalls", facts.counts.compared, require.comparedCalls),
    checkCoverage(facts, require),
    ...require.methods.map((method) => checkMethod(facts, method, require.callsPerMethod)),
    ...ownRequirements(facts, configuration),
    atMost("require.uncomparableRate", uncomparableRate(facts), require.uncomparableRate),
    atMost("require.noiseRate", noiseRate(facts), require.noiseRate),
    ...checkCases(facts, require.changelogCases),
  ];
}

/** Whether a method was really compared: often enough, and not only in errors that both sides gave alike. */
function isCovered(method: MethodFacts, calls: number): boolean {
  return method.compared >= Math.max(1, calls) && method.compared > method.agreedOnError;
}

function checkCoverage(facts: RunFacts, require: JudgeConfiguration["require"]): Reason {
  const code = "require.methodCoverage";
  const rows = facts.methods.map((method) => ({ method, weight: replayableWeight(facts, method) }));
  const total = sum(rows, ({ weight }) => weight);
  const covered = rows.filter(({ method }) => isCovered(method, require.callsPerMethod));
  const share = Math.min(1, sum(covered, ({ weight }) => weight) / total);
  const missing = rows
    .filter((row) => row.weight > 0 && !covered.includes(row))
    .sort((a, b) => b.weight - a.weight)
    .map(({ method }) => gapOf(method, require.callsPerMethod));
  const inside = [
    `${covered.length} of ${plural(rows.filter(({ weight }) => weight > 0).length, "method")}`,
    ...listed(missing),
  ];
  const text = `${rate(share, require.methodCoverage)} ${share >= require.methodCoverage ? "≥" : "<"} ${rate(require.methodCoverage)} (${inside.join("; not: ")})`;
  return share >= require.methodCoverage
    ? { code, verdict: "pass", text: `${code} ${text}` }
    : inconclusive(code, total > 0 ? text : "no traffic that could be replayed");
}

function listed(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > 5 ? ` and ${whole(names.length - 5)} more` : "";
  return [`${names.slice(0, 5).join(", ")}${more}`];
}

function gapOf(method: MethodFacts, calls: number): string {
  if (method.compared > 0 && method.compared <= method.agreedOnError)
    return `${method.method} only agreed on errors`;
  return `${method.method} ${whole(method.compared)} < ${whole(calls)}`;
}

function replayableWeight(facts: RunFacts, method: MethodFacts): number {
  const skipped = facts.notCompared.filter(
    (row) =>
      row.method === method.method && row.state === "skipped" && NEVER_REPLAYED.has(row.reason),
  );
  return Math.max(0, method.weight - sum(skipped, ({ weight }) => weight));
}

function checkMethod(facts: RunFacts, name: string, calls: number): Reason {
  const method = facts.methods.find((row) => row.method === name);
  if (method === undefined || method.compared === 0) {
    return inconclusive("require.methods", `${name} was not compared`);
  }
  return isCovered(method, calls)
    ? {
        code: "require.methods",
        verdict: "pass",
        text: `require.methods ${name} ${whole(method.compared)} ≥ ${whole(calls)}`,
      }
    : inconclusive("require.methods", gapOf(method, calls));
}

function ownRequirements(facts: RunFacts, { methods, customers }: JudgeConfiguration): Reason[] {
  return [
    ...Object.entries(methods).flatMap(([name, { require }]) => {
      const compared = facts.methods.find(({ method }) => method === name)?.compared ?? 0;
      return require?.comparedCalls === undefined
        ? []
        : [atLeastCalls(`require.methods.${name}.comparedCalls`, compared, require.comparedCalls)];
    }),
    ...Object.entries(customers).flatMap(([name, { require }]) => {
      const compared = facts.customers.find(({ id }) => id === name)?.compared ?? 0;
      return require?.comparedCalls === undefined
        ? []
        : [
            atLeastCalls(
              `require.customers.${name}.comparedCalls`,
              compared,
              require.comparedCalls,
            ),
          ];
    }),
  ];
}

function atLeastCalls(code: string, calls: number, needed: number): Reason {
  return calls >= needed
    ? { code, verdict: "pass", text: `${code} ${whole(calls)} ≥ ${whole(needed)}` }
    : inconclusive(code, `${whole(calls)} < ${whole(needed)}`);
}

interface Share {
  readonly rate: number;
  readonly hits: number;
  readonly of: number;
}

function atMost(code: string, share: Share, limit: number): Reason {
  const met = share.rate <= limit;
  const text = `${rate(share.rate, limit)} ${met ? "≤" : ">"} ${rate(limit)} (${whole(share.hits)} of ${whole(share.of)})`;
  return met
    ? { code, verdict: "pass", text: `${code} ${text}` }
    : inconclusive(code, Number.isFinite(share.rate) ? text : "no call was sent");
}

function uncomparableRate({ counts, methods, notCompared }: RunFacts): Share {
  const weight = sum(
    notCompared.filter(({ state }) => state === "uncomparable"),
    (row) => row.weight,
  );
  const compared = sum(methods, (row) => row.comparedWeight);
  return {
    rate: weight / (weight + compared),
    hits: counts.uncomparable,
    of: counts.uncomparable + counts.compared,
  };
}

/**
 * Calls that old did not repeat, as far as no invariant explains them. Facts are per path, and one call often differs at
 * several: the noisiest path of each method is the least number of such calls, and is what is counted.
 */
function noiseRate({ counts, noise }: RunFacts): Share {
  const byMethod = Map.groupBy(
    noise.filter(({ kind }) => !NOISE_KINDS.has(kind)),
    ({ method }) => method,
  );
  const hits = sum([...byMethod.values()], (rows) =>
    rows.reduce((most, row) => Math.max(most, row.controlOnly + row.both), 0),
  );
  return { rate: hits / counts.compared, hits, of: counts.compared };
}

function checkCases({ cases }: RunFacts, setting: "all" | "any"): Reason[] {
  if (cases.length === 0) return [];
  const code = "require.changelogCases";
  const open = cases.filter(
    ({ outcome, reason }) => outcome === "open" || (outcome === "waived" && reason === null),
  );
  if (setting === "all" && open.length > 0) {
    return [
      inconclusive(
        code,
        `${plural(open.length, "open case")} of ${whole(cases.length)} (${listed(open.map(({ name }) => name)).join("")})`,
      ),
    ];
  }
  return [
    {
      code,
      verdict: "pass",
      text: `${code} ${whole(cases.length - open.length)} of ${whole(cases.length)} tested or waived`,
    },
  ];
}
