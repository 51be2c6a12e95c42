import { uncomparable, type ExchangeResult } from "../model/comparison.ts";
import type { Exchange } from "../model/exchange.ts";
import type { Lane } from "../replay/ask/lane.ts";
import { createPool } from "../replay/drive/pool.ts";
import type { Plan } from "../replay/drive/plan.ts";
import { lookAround } from "./around.ts";
import type { First, Live } from "./live.ts";
import { settleExchange } from "./settling.ts";

/** Settles what differs beside the traffic, so that it holds up nothing that is equal. */
export interface Settler {
  /** Tells of the result when it is there; never waits. */
  settle(plan: Plan, first: First): void;
  /** Exchanges under way. */
  readonly pending: number;
}

interface SettlerParts {
  readonly live: Live;
  /** Settling asks old beside its customers: few at once, and `--extra-load` bounds them all. */
  readonly lanes: readonly Lane[];
  report(result: ExchangeResult): void;
  lost(why: string): void;
}

/** Exchanges that wait to be settled, and bytes of their answers; more are kept as they are. */
const SETTLING = 1_000;
const SETTLING_BYTES = 48 * 1024 * 1024;

export function createSettler(parts: SettlerParts): Settler {
  const { live, lanes } = parts;
  const settlers = createPool(lanes);
  let pending = 0;
  let pendingBytes = 0;

  const settleOne = async (plan: Plan, first: First): Promise<void> => {
    const around = await lookAround(live, plan);
    const lane = await settlers.take();
    try {
      parts.report(await settleExchange(live, lane, plan, first, around));
    } finally {
      settlers.give(lane);
    }
  };
  return {
    get pending() {
      return pending;
    },
    settle(plan, first) {
      const bytes = bytesOf(plan, first);
      if (pending >= SETTLING || pendingBytes + bytes > SETTLING_BYTES) {
        const { comparisons, open, sends } = first;
        const left = open.map(({ comparison }) => uncomparable(comparison, "unsettled"));
        if (comparisons.length + plan.skipped.length === 0) parts.lost("settling-full");
        else
          parts.report({
            key: plan.key,
            comparisons: [...comparisons, ...left, ...plan.skipped],
            sends,
          });
        return;
      }
      pending++;
      pendingBytes += bytes;
      void settleOne(plan, first)
        .catch(() => parts.lost("compare-error"))
        .finally(() => {
          pending--;
          pendingBytes -= bytes;
        });
    },
  };
}

/** What an exchange that is to be settled keeps alive: its own bytes, and the candidate's answers. */
function bytesOf({ exchange }: Plan, { comparisons, open, ofBatch }: First): number {
  const held = [...comparisons, ...open.map(({ comparison }) => comparison)];
  const answers = held.map(({ pair }) => pair?.candidate.body?.length ?? 0);
  const whole = ofBatch?.pair?.candidate.body?.length ?? 0;
  return sizeOf(exchange) + whole + answers.reduce((sum, own) => sum + own, 0);
}

/** Bytes that an exchange keeps alive. */
export function sizeOf({ request, response }: Exchange): number {
  return 1_024 + (request.body?.length ?? 0) + (response?.body?.length ?? 0);
}
