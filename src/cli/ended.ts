import { pause } from "../pause.ts";

/** A timer takes no more than this, some 25 days, and fires at once for more; recorders and shadows run longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits until the signal, or for so long. */
export async function ended(
  signal: AbortSignal,
  durationMs: number | undefined,
  longestTimerMs = LONGEST_TIMER_MS,
): Promise<void> {
  const endAt = performance.now() + (durationMs ?? Infinity);
  for (let left = Infinity; left > 0 && !signal.aborted; left = endAt - performance.now())
    await pause(Math.min(endAt - performance.now(), longestTimerMs), signal);
}
