import type { Block } from "../chains/chain.ts";
import type { Heads } from "../replay/heads/heads-moved.ts";

/** The heads of both sides as they were seen, so that a mismatch can be laid to what was known when the call passed. */
export interface HeadHistory {
  /** @param at Unix ms at which the look had ended */
  see(heads: Heads, at: number): void;
  /** What was last seen at or before a moment; unknown before the first look. */
  asOf(at: number): Heads;
  latest(): Heads;
}

/** At four looks a second, four minutes: longer than a call is under way. */
const KEPT = 1_024;
const UNKNOWN: Heads = { old: null, candidate: null };

export function createHeadHistory(): HeadHistory {
  const seen: { readonly heads: Heads; readonly at: number }[] = [];
  return {
    see(heads, at) {
      const last = seen.at(-1)?.heads;
      if (last !== undefined && same(last.old, heads.old) && same(last.candidate, heads.candidate))
        return;
      seen.push({ heads, at });
      if (seen.length > KEPT) seen.shift();
    },
    asOf: (at) => seen.findLast((look) => look.at <= at)?.heads ?? UNKNOWN,
    latest: () => seen.at(-1)?.heads ?? UNKNOWN,
  };
}

function same(a: Block | null, b: Block | null): boolean {
  return a?.hash === b?.hash;
}

/** One look at a time and not more often than `spacingMs`: all who ask meanwhile share the next one, which begins after they asked. */
export function sharedLook<T>(look: () => Promise<T>, spacingMs: number): () => Promise<T> {
  let next: Promise<T> | null = null;
  let startedAt = -Infinity;
  let current: Promise<unknown> = Promise.resolve();
  return () => {
    next ??= current.then(async () => {
      const waitMs = startedAt + spacingMs - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      next = null;
      startedAt = performance.now();
      const mine = look();
      current = mine.catch(() => undefined);
      return mine;
    });
    return next;
  };
}
