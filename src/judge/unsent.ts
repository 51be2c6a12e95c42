import type { RunFacts } from "../model/run.ts";

/** What stands for the method of exchanges that a run did not come to: they were not read, so that nobody knows theirs. */
export const UNSENT_METHOD = "(not sent)";

/**
 * The facts of a run that ended early, with what it did not come to counted: as skipped calls, one for each exchange, which is
 * the least that they can be. Not sent is not compared, in every count and share. A run that counts them itself, whose end is
 * not known, or that ended, is as it was.
 */
export function countUnsent(facts: RunFacts): RunFacts {
  const { counts, methods, notCompared } = facts;
  const left = unsentExchanges(facts);
  if (left === 0) return facts;
  const calls = methods.reduce((sum, method) => sum + method.calls, 0);
  const weight = methods.reduce((sum, method) => sum + method.weight, 0);
  const each = calls === 0 ? 1 : weight / calls;
  const row = { calls: left, weight: left * each, weightSquares: left * each * each };
  return {
    ...facts,
    counts: {
      ...counts,
      exchanges: counts.exchanges + left,
      calls: counts.calls + left,
      skipped: counts.skipped + left,
    },
    methods: [
      ...methods,
      {
        method: UNSENT_METHOD,
        ...row,
        compared: 0,
        comparedWeight: 0,
        same: 0,
        different: 0,
        uncomparable: 0,
        skipped: left,
        agreedOnError: 0,
        latency: null,
        bytes: { old: 0, candidate: 0 },
      },
    ],
    notCompared: [
      ...notCompared,
      {
        state: "skipped",
        reason: "interrupted",
        method: UNSENT_METHOD,
        calls: left,
        weight: row.weight,
      },
    ],
  };
}

/** Stored exchanges less those that were counted; a shard's recordings hold those of the other shards too. */
function unsentExchanges({ complete, header, counts, notCompared }: RunFacts): number {
  if (complete || header.command === "compare") return 0;
  if (notCompared.some(({ reason }) => reason === "interrupted")) return 0;
  if ((header.parts ?? []).some(({ shards, of }) => shards.length < of)) return 0;
  const stored = header.recordings.reduce((sum, recording) => sum + recording.stored, 0);
  return Math.max(0, stored - counts.exchanges);
}
