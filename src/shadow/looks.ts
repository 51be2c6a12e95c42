import type { Heads } from "../replay/heads/heads-moved.ts";
import type { HeadWatch } from "../replay/heads/heads.ts";
import { pause } from "../pause.ts";
import type { Budget } from "./budget.ts";
import type { HeadHistory } from "./heads.ts";

/** Looks at the heads of both sides: of old as often as the budget has it, of the candidate as often as is of use. */
export interface Looks {
  /**
   * What a look that begins after it is asked for saw. `old` is null where the budget had none in time, or old gave no answer.
   */
  look(): Promise<Heads>;
  /** Both heads as they were last seen at one moment: how far one is behind the other can be told of nothing else. */
  together(): Heads;
  /** Looks until the signal ends it. */
  run(signal: AbortSignal): Promise<void>;
}

interface LooksParts {
  readonly heads: HeadWatch;
  readonly history: HeadHistory;
  readonly budget: Budget;
  /** Unix ms. */
  readonly now: () => number;
}

/** One look serves all that came before it. */
const LOOK_EVERY_MS = 250;
/** Both are followed that often where nobody asks. */
const FOLLOW_EVERY_MS = 1_000;
/** Who waited so long for a look at old does without. */
const WAIT_MS = 1_500;
/** Views are numbered old first, and there is one of each side. */
const OLD = 0;

export function createLooks({ heads, history, budget, now }: LooksParts): Looks {
  let waiting: { readonly since: number; readonly resolve: (seen: Heads) => void }[] = [];
  let lookedAt = performance.now();
  let oldLookedAt = lookedAt;
  let together: Heads = { old: heads.head(OLD), candidate: heads.head(1) };
  const once = async (): Promise<void> => {
    const startedAt = performance.now();
    const served = waiting;
    const isDue = startedAt - oldLookedAt >= FOLLOW_EVERY_MS;
    const withOld = (served.length > 0 || isDue) && budget.allowsLooks(1);
    const late = served.filter(({ since }) => startedAt - since > WAIT_MS);
    if (!withOld && late.length === 0 && startedAt - lookedAt < FOLLOW_EVERY_MS) return;
    const [old = null, candidate = null] = await heads.look((view) => withOld || view !== OLD);
    lookedAt = startedAt;
    if (withOld) {
      oldLookedAt = startedAt;
      together = { old: old ?? together.old, candidate: candidate ?? together.candidate };
    }
    history.see({ old: heads.head(OLD), candidate: heads.head(1) }, now());
    const done = withOld ? served : late;
    const told = new Set(done);
    waiting = waiting.filter((one) => !told.has(one));
    for (const { resolve } of done) resolve({ old, candidate });
  };
  return {
    together: () => together,
    look: () => new Promise((resolve) => waiting.push({ since: performance.now(), resolve })),
    async run(signal) {
      try {
        while (!signal.aborted) {
          await once();
          await pause(LOOK_EVERY_MS, signal);
        }
      } finally {
        for (const { resolve } of waiting.splice(0)) resolve({ old: null, candidate: null });
      }
    },
  };
}
