import type { JudgedRun, Verdict } from "../model/judged.ts";

/** A verdict at a moment, and of what. */
export interface Judgement {
  readonly verdict: Verdict;
  /** RFC 3339. */
  readonly generatedAt: string;
  /** RFC 3339: where what was judged begins; null where nothing could be judged. */
  readonly windowStart: string | null;
  /** Since the newest comparison, in seconds; null where nothing could be judged. */
  readonly ageSeconds: number | null;
  /** Null where the run could not be judged: the verdict's reason then says why. */
  readonly judged: JudgedRun | null;
}

/** Gives verdicts. Never throws: what can't be judged is inconclusive, with the reason. */
export interface VerdictSource {
  /**
   * @param window as the query has it (`1h`, a moment), or null for all of the run
   * @param run which of several, from "1", as the query has it; left out or null for the worst of them
   */
  judge(window: string | null, run?: string | null): Judgement;
}

const WORST_FIRST = ["fail", "inconclusive", "pass"] as const;

/** Several runs with a verdict each. */
export function worstOf(sources: readonly VerdictSource[], now: () => Date): VerdictSource {
  return {
    judge(window, run = null) {
      if (run !== null) {
        const source = /^\d{1,3}$/.test(run) ? sources[Number(run) - 1] : undefined;
        return (
          source?.judge(window) ??
          undecided(
            "request.run",
            sources.length === 1 ? "there is run 1 only" : `there are runs 1 to ${sources.length}`,
            now(),
          )
        );
      }
      const judgements = sources.map((source) => source.judge(window));
      return (
        judgements.toSorted((a, b) => rank(a) - rank(b))[0] ??
        undecided("run.unreadable", "there is no run", now())
      );
    },
  };
}

function rank({ verdict }: Judgement): number {
  return WORST_FIRST.indexOf(verdict.verdict);
}

/** Nothing can be said, and why. `code` is stable. */
export function undecided(code: string, why: string, now: Date): Judgement {
  return {
    verdict: {
      verdict: "inconclusive",
      reasons: [{ code, verdict: "inconclusive", text: `${code} ${why}` }],
      notes: [],
    },
    generatedAt: now.toISOString(),
    windowStart: null,
    ageSeconds: null,
    judged: null,
  };
}

/** The reason that decides, in one line: what an engine shows beside its halt. */
export function deciding({ verdict: { verdict, reasons } }: Judgement): string {
  const own = reasons.filter((reason) => reason.verdict === verdict);
  const [first] = own;
  if (first === undefined) return verdict;
  const more = own.length > 1 ? ` (and ${own.length - 1} more)` : "";
  return oneLine(`${verdict}: ${first.text}`, 400 - more.length) + more;
}

/** What comes from traffic may hold anything; a protocol of lines takes one line of plain characters. */
export function oneLine(text: string, most: number): string {
  const line = text.replaceAll(/[^\x20-\x7e]+/g, " ");
  return line.length > most ? `${line.slice(0, most - 3)}...` : line;
}
