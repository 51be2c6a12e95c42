import type { JudgeConfiguration } from "../../config/judging.ts";
import type { Reason } from "../../model/judged.ts";
import type { RunFacts } from "../../model/run.ts";
import { age, plural, whole } from "../../words.ts";
import { shardsText } from "../merge/parts.ts";
import { baseOf, sum } from "../rates.ts";

/** A clock may be this much ahead before its times are not believed. */
const SKEW_MS = 5 * 60_000;

/** Whether the run can decide anything: it ended, its counts add up, it is fresh, and it compared something. */
export function checkRun(facts: RunFacts, configuration: JudgeConfiguration, now: Date): Reason[] {
  return [...checkWhole(facts), ...checkData(facts), checkAge(facts, configuration, now)];
}

function checkWhole(facts: RunFacts): Reason[] {
  const reasons: Reason[] = [];
  if (!facts.complete) {
    const why = facts.incompleteReason === null ? "" : `: ${facts.incompleteReason}`;
    reasons.push(inconclusive("run.incomplete", `the run did not finish${why}`));
  }
  for (const { name, shards, of } of facts.missing ?? []) {
    const text = `${whole(shards.length)} of ${whole(of)}: ${shardsText(shards)} of ${name}`;
    reasons.push(inconclusive("run.shardsMissing", text));
  }
  const wrong = inconsistency(facts);
  if (wrong !== null) reasons.push(inconclusive("run.inconsistent", wrong));
  return reasons;
}

/** What is impossible in the counts, or null. A rate over such counts would mean nothing. */
function inconsistency(facts: RunFacts): string | null {
  const { counts, methods, notCompared, groups, noise, signatures, customers } = facts;
  const numbers = { counts, methods, notCompared, groups, noise, signatures, customers };
  const [wrong] = notCounts(numbers, "");
  if (wrong !== undefined) return `its ${wrong} is no number that counting gives`;
  const { calls, compared, same, different, uncomparable, skipped } = counts;
  if (calls !== compared + uncomparable + skipped || compared !== same + different) {
    return `its counts do not add up (${whole(calls)} calls, ${whole(compared)} compared, ${whole(uncomparable)} uncomparable, ${whole(skipped)} skipped)`;
  }
  const byMethod = sum(methods, (row) => row.compared);
  if (byMethod !== compared) {
    return `its methods have ${whole(byMethod)} compared calls, the run ${whole(compared)}`;
  }
  const weight = baseOf(methods).weight;
  return compared > 0 && !(weight > 0) ? "its compared calls weigh nothing" : null;
}

/** Places of numbers that are negative, infinite or not a number at all. */
function* notCounts(value: unknown, place: string): Generator<string> {
  if (typeof value === "number") {
    if (!(value >= 0 && value < Infinity)) yield place;
  } else if (typeof value === "object" && value !== null) {
    for (const [key, own] of Object.entries(value))
      yield* notCounts(own, place === "" ? key : `${place}.${key}`);
  }
}

function checkData({ counts, methods }: RunFacts): Reason[] {
  if (counts.compared === 0) {
    const told = `${whole(counts.uncomparable)} uncomparable, ${whole(counts.skipped)} skipped`;
    return [
      inconclusive("run.noData", `nothing was compared (${plural(counts.calls, "call")}: ${told})`),
    ];
  }
  const agreed = sum(methods, (row) => row.agreedOnError);
  return agreed >= counts.compared
    ? [
        inconclusive(
          "run.errorsOnly",
          `both sides only ever agreed on errors (${plural(agreed, "call")})`,
        ),
      ]
    : [];
}

function checkAge(facts: RunFacts, { require }: JudgeConfiguration, now: Date): Reason {
  const finished = facts.finishedAt ?? facts.header.createdAt;
  const old = now.getTime() - Date.parse(finished);
  if (Number.isNaN(old))
    return inconclusive("require.maxAge", `the run's time "${finished}" is no date`);
  if (old < -SKEW_MS) {
    return inconclusive(
      "require.maxAge",
      `the run ended ${age(-old)} in the future: a clock is wrong`,
    );
  }
  const text = `${age(Math.max(0, old))} ${old > require.maxAge ? ">" : "≤"} ${age(require.maxAge)}`;
  return old > require.maxAge
    ? inconclusive("require.maxAge", text)
    : { code: "require.maxAge", verdict: "pass", text: `require.maxAge ${text}` };
}

/** A reason that leaves the verdict open. `text` follows the code. */
export function inconclusive(code: string, text: string): Reason {
  return { code, verdict: "inconclusive", text: `${code} ${text}` };
}
