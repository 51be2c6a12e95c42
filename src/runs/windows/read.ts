import type { RunFacts } from "../../model/run.ts";
import { readRun } from "../reader.ts";

export interface WindowFacts {
  readonly facts: RunFacts;
  /** Where what is judged really begins, Unix ms: a run's own beginning, or that of the bucket that holds the moment asked for. */
  readonly start: number;
}

/** What a run found since a moment (Unix ms); null for all of it. A run that ended before then has nothing to say of it. */
export function readWindow(directory: string, from: number | null): WindowFacts {
  const facts = readRun(directory);
  const began = Date.parse(facts.header.createdAt);
  if (from === null) return { facts, start: began };
  const ended = Date.parse(facts.finishedAt ?? facts.header.createdAt);
  return ended < from
    ? { facts: withoutCalls(facts), start: from }
    : { facts, start: Math.min(began, ended) };
}

/** The run with nothing counted. */
function withoutCalls(facts: RunFacts): RunFacts {
  return {
    ...facts,
    counts: {
      exchanges: 0,
      calls: 0,
      compared: 0,
      same: 0,
      different: 0,
      uncomparable: 0,
      skipped: 0,
    },
    sends: 0,
    methods: [],
    notCompared: [],
    groups: [],
    noise: [],
    signatures: [],
    customers: [],
    samples: [],
  };
}
