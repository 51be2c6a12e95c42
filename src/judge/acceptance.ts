import { calendarDay, type Accepted } from "../config/accepted.ts";
import { nearest } from "../config/nearest.ts";
import { usageError } from "../errors.ts";
import type { Finding, JudgedRun } from "../model/judged.ts";
import { causesAmong } from "./reasons/of-findings.ts";
import { seenNow } from "./status.ts";

const DAY_MS = 86_400_000;
/** An upgrade is over within weeks; whoever needs longer says so. */
const DEFAULT_DAYS = 30;
/** Half a year: what is still accepted then is to be looked at again, by an owner who is still there. */
const MOST_DAYS = 180;

/**
 * The last day of an acceptance, `YYYY-MM-DD` in UTC: the one that was asked for, or 30 days from now.
 * Throws a usage error for what is no day, is over, or is more than 180 days away.
 */
export function expiryDay(asked: string | undefined, now: Date): string {
  const today = dayOf(now.getTime());
  if (asked === undefined) return dayOf(now.getTime() + DEFAULT_DAYS * DAY_MS);
  if (calendarDay(asked) === null)
    throw usageError(`--expires: "${asked}" is no day; write it as YYYY-MM-DD.`);
  if (asked < today) throw usageError(`--expires: ${asked} is over; today is ${today} (UTC).`);
  const last = dayOf(now.getTime() + MOST_DAYS * DAY_MS);
  if (asked > last)
    throw usageError(
      `--expires: ${asked} is more than ${MOST_DAYS} days away; the latest is ${last}.`,
    );
  return asked;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

type Decision = Omit<Accepted, "seen">;

/** A finding that is accepted, and the entry for it. */
interface Acceptance {
  readonly entry: Accepted;
  readonly finding: Finding;
}

/**
 * The entries for a finding of a run, with what is seen of it now: its own and, with `withEffects`, one for each finding
 * that it explains. Throws a usage error when the run has no such finding.
 */
export function acceptance(
  judged: JudgedRun,
  decision: Decision,
  withEffects: boolean,
): readonly Acceptance[] {
  const { fingerprint } = decision;
  const finding = judged.findings.find((one) => one.fingerprint === fingerprint);
  if (finding === undefined) throw unknownFinding(judged, fingerprint);
  const rootOf = causesAmong(judged.findings);
  const effects = judged.findings.filter(
    (one) => withEffects && one !== finding && rootOf(one) === finding,
  );
  return [finding, ...effects].map((one) => ({
    entry: {
      ...decision,
      fingerprint: one.fingerprint,
      seen: seenNow(one.facts, one.comparedCalls),
    },
    finding: one,
  }));
}

function unknownFinding(judged: JudgedRun, fingerprint: string): Error {
  const id = judged.facts.header.id;
  const noise = judged.dismissed.find((one) => one.fingerprint === fingerprint);
  if (noise !== undefined)
    return usageError(
      `${fingerprint} was taken for noise in the run ${id}; there is nothing to accept.`,
    );
  const guess = nearest(
    fingerprint,
    judged.findings.map((one) => one.fingerprint),
  );
  return usageError(
    `The run ${id} has no finding ${fingerprint}${guess === null ? "." : `; did you mean ${guess}?`}`,
    {
      details: [`shadowdiff gate prints the fingerprints of a run's findings.`],
    },
  );
}
