import type { RecordingFacts } from "../model/run.ts";

/** What a traffic process has counted since it started. */
export interface TrafficCounts {
  /** Which process: another one begins at zero. */
  readonly process: string;
  readonly arrived: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** Where every exchange that arrived has gone, over restarts of both processes; kept with the run. */
export interface Ledger {
  readonly seen: number;
  readonly compared: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** The traffic process's counts as last heard. */
  readonly heard: TrafficCounts | null;
}

export const EMPTY_LEDGER: Ledger = { seen: 0, compared: 0, dropped: {}, heard: null };

/** Adds what the traffic process counted since it was last heard. */
export function hear(ledger: Ledger, counts: TrafficCounts): Ledger {
  const before = ledger.heard?.process === counts.process ? ledger.heard : null;
  const dropped = { ...ledger.dropped };
  for (const [reason, exchanges] of Object.entries(counts.dropped))
    dropped[reason] = (dropped[reason] ?? 0) + exchanges - (before?.dropped[reason] ?? 0);
  return {
    ...ledger,
    seen: ledger.seen + counts.arrived - (before?.arrived ?? 0),
    dropped,
    heard: counts,
  };
}

export function count(ledger: Ledger, compared: number, lost: ReadonlyMap<string, number>): Ledger {
  const dropped = { ...ledger.dropped };
  for (const [reason, exchanges] of lost) dropped[reason] = (dropped[reason] ?? 0) + exchanges;
  return { ...ledger, compared: ledger.compared + compared, dropped };
}

/** Exchanges of which nobody has said anything yet. */
export function pendingOf({ seen, compared, dropped }: Ledger): number {
  return seen - compared - Object.values(dropped).reduce((sum, own) => sum + own, 0);
}

const RESTARTED = "comparer-restarted";

/**
 * What nobody has said anything of, though no more than `underWay` is in hand: a comparer had it when it ended. What was taken for
 * lost so and came after all is taken back.
 */
export function reconcile(ledger: Ledger, underWay: number): Ledger {
  const lost = ledger.dropped[RESTARTED] ?? 0;
  const rest = Math.max(-lost, pendingOf(ledger) - underWay);
  return rest === 0 ? ledger : count(ledger, 0, new Map([[RESTARTED, rest]]));
}

/** As the run's header and the report have it. `seen = stored + Σ dropped` but for what is under way. */
export function factsOf(
  { seen, compared, dropped }: Ledger,
  lastAt: number | null,
): RecordingFacts {
  return { name: "live traffic", seen, stored: compared, dropped, firstAt: null, lastAt };
}
