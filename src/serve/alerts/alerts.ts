import type { VerdictKind } from "../../model/judged.ts";

/** Something that a person should hear of, in a line. */
export interface Alert {
  /** What it is about: one subject is told once, and not again within the quiet time. */
  readonly subject: string;
  readonly text: string;
}

/** What is watched, at a moment. */
export interface Watched {
  readonly verdict: VerdictKind;
  /** Why, in a line. */
  readonly reason: string;
  /** Unaccepted findings of breaking, surer than flaky. */
  readonly breaking: readonly { readonly fingerprint: string; readonly text: string }[];
  /** Null where the run does not say. */
  readonly isGone: boolean | null;
  readonly blocksBehind: number | null;
}

/** What was told already; kept with the run, so that a restart tells nothing twice. */
export interface AlertState {
  readonly verdict: VerdictKind | null;
  readonly isGone: boolean;
  readonly isBehind: boolean;
  /** Fingerprints that were told. */
  readonly findings: readonly string[];
  /** Unix ms of the last alert of each subject. */
  readonly toldAt: Readonly<Record<string, number>>;
}

export const NOTHING_TOLD: AlertState = {
  verdict: null,
  isGone: false,
  isBehind: false,
  findings: [],
  toldAt: {},
};

/** A minute of Ethereum's blocks: gossip and short reorganisations stay below it. */
const BEHIND_BLOCKS = 5;
const REMEMBERED = 5_000;
/** Findings that are told one by one at a time; more are told as a number. */
const ONE_BY_ONE = 5;

/**
 * What is to be told now, and what is known then. A finding is told once for ever; a verdict, a candidate that is gone or behind,
 * when it turns, and not more often than the quiet time allows: what turned back meanwhile is not told at all.
 */
export function alertsOf(
  state: AlertState,
  watched: Watched,
  quietMs: number,
  now: number,
): { readonly alerts: readonly Alert[]; readonly state: AlertState } {
  const alerts: Alert[] = [];
  const toldAt = { ...state.toldAt };
  const tell = (subject: string, text: string): boolean => {
    const last = toldAt[subject];
    if (last !== undefined && now - last < quietMs) return false;
    toldAt[subject] = now;
    alerts.push({ subject, text });
    return true;
  };
  let { verdict, isGone, isBehind } = state;
  // The first verdict is news only where it is a fail.
  if (verdict === null && watched.verdict !== "fail") verdict = watched.verdict;
  else if (watched.verdict !== verdict) {
    const from = verdict === null ? "" : ` (it was ${verdict})`;
    if (tell("verdict", `The verdict is ${watched.verdict}${from}. ${watched.reason}`))
      verdict = watched.verdict;
  }
  const known = new Set(state.findings);
  const fresh = watched.breaking.filter(({ fingerprint }) => !known.has(fingerprint));
  for (const { fingerprint, text } of fresh.slice(0, ONE_BY_ONE))
    alerts.push({ subject: `finding ${fingerprint}`, text: `New breaking finding: ${text}` });
  if (fresh.length > ONE_BY_ONE)
    alerts.push({
      subject: "findings",
      text: `And ${fresh.length - ONE_BY_ONE} more new breaking findings.`,
    });
  for (const { fingerprint } of fresh) known.add(fingerprint);
  if (watched.isGone !== null && watched.isGone !== isGone) {
    const text = watched.isGone
      ? "The candidate gives no answers."
      : "The candidate answers again.";
    if (tell("candidate", text)) isGone = watched.isGone;
  }
  if (watched.blocksBehind !== null) {
    const now = watched.blocksBehind > BEHIND_BLOCKS;
    const text = now
      ? `The candidate is ${watched.blocksBehind} blocks behind old.`
      : "The candidate has caught up with old.";
    if (now !== isBehind && tell("head", text)) isBehind = now;
  }
  const findings = [...known].slice(-REMEMBERED);
  return { alerts, state: { verdict, isGone, isBehind, findings, toldAt } };
}
