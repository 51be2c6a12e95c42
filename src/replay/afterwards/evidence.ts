import type { ExchangeResult } from "../../model/comparison.ts";
import { keyOf, placesOf, type Doubtful } from "../compare/kept.ts";

interface EvidenceOptions {
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly note: (text: string) => void;
}

/** Places that are asked for at most, and how long in all: a run's end must come. */
const MOST_PLACES = 500;
const LIMIT_MS = 120_000;

/**
 * Asks once more, and often, for what was confirmed at places where old does not always repeat itself: `firm` is where both
 * sides repeated themselves throughout. That is evidence of its own call, however noisy the place is in others.
 */
export async function* evidence(
  doubtful: readonly Doubtful[],
  { signal, now, note }: EvidenceOptions,
): AsyncGenerator<ExchangeResult> {
  const endAt = now() + LIMIT_MS;
  const firm = new Set<string>();
  let left = doubtful.length;
  for (const { place, questions } of doubtful.slice(0, MOST_PLACES)) {
    let sends = 0;
    const shown = [];
    for (const ask of questions) {
      if (firm.has(keyOf(place)) || signal.aborted || now() > endAt) break;
      const asked = await ask();
      sends += asked.sends;
      const { comparison } = asked;
      if (comparison.state !== "different" || comparison.confidence !== "confirmed") continue;
      for (const one of placesOf(comparison)) {
        if (!firm.has(keyOf(one))) shown.push(one);
        firm.add(keyOf(one));
      }
    }
    if (signal.aborted || now() > endAt) break;
    left--;
    // Its key is of no exchange, and never one of an earlier part of a resumed run.
    const key = `evidence:${now()}:${keyOf(place)}`;
    if (sends > 0) yield { key, comparisons: [], sends, beside: true, firm: shown };
  }
  if (left > 0 && !signal.aborted) {
    note(`${left} noisy places had confirmed differences that were not asked for once more.`);
  }
}
