import { age, plural, whole } from "../../words.ts";
import type { ConfigurationDifference } from "../../model/run.ts";
import type { Side, Sides } from "../../model/target.ts";

/** Lowest head of each side; null where one is not known. */
export type Standing = Sides<number | null>;

/** Sees a side that stays behind: what is asked about blocks that it lacks can't be compared, and the run only wastes time. */
export interface LagWatch {
  /** What to say or do about a look at both heads, or null. `nowMs` is on a clock that only goes forward. */
  see(standing: Standing, nowMs: number): LagAdvice | null;
}

export interface LagAdvice {
  readonly do: "say" | "stop";
  readonly text: string;
}

interface LagLimits {
  /** Blocks by which a side may be behind for long. */
  readonly blocks: number;
  readonly forMs: number;
}

/** Which side is behind, by how many blocks; null where both stand level or a head is not known. */
export function lagOf({ old, candidate }: Standing): { side: Side; blocks: number } | null {
  if (old === null || candidate === null || old === candidate) return null;
  return candidate < old
    ? { side: "candidate", blocks: old - candidate }
    : { side: "old", blocks: candidate - old };
}

/** `candidate stands at block 7, 174 blocks behind old`. */
export function lagText(standing: Standing): string | null {
  const lag = lagOf(standing);
  if (lag === null) return null;
  const other = lag.side === "old" ? "candidate" : "old";
  return `${lag.side} stands at block ${whole(standing[lag.side] ?? 0)}, ${plural(lag.blocks, "block")} behind ${other}`;
}

/** A look at one node and then another is this far apart on a moving chain: no more than that is worth a word. */
const WORTH_SAYING_BLOCKS = 3;

/** Heads that stand apart, as a fact of a run: what was uncomparable for it. None where they are level or nearly so. */
export function headsApart(standing: Standing, when: string): ConfigurationDifference[] {
  const lag = lagOf(standing);
  if (lag === null || lag.blocks < WORTH_SAYING_BLOCKS) return [];
  const effect = `${lagText(standing) ?? ""}${when}: what it lacks is uncomparable (node-behind)`;
  return [{ capability: "head", old: standing.old, candidate: standing.candidate, effect }];
}

/** A side that is behind by the limit is said at once; one that does not come nearer for `forMs` stops the run. */
export function createLagWatch({ blocks, forMs }: LagLimits): LagWatch {
  let since: { readonly atMs: number; readonly least: number } | null = null;
  return {
    see(standing, nowMs) {
      const lag = lagOf(standing);
      if (lag === null || lag.blocks < blocks) {
        since = null;
        return null;
      }
      const text = lagText(standing) ?? "";
      if (since === null) {
        since = { atMs: nowMs, least: lag.blocks };
        return { do: "say", text };
      }
      // It comes nearer: a node that catches up is waited for.
      if (lag.blocks < since.least) since = { atMs: nowMs, least: lag.blocks };
      if (nowMs - since.atMs < forMs) return null;
      return { do: "stop", text: `${text}, and came no nearer for ${age(forMs)}` };
    },
  };
}
