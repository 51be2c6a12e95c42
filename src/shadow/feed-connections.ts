import type { JsonValue } from "../model/json.ts";
import type { Target } from "../model/target.ts";
import { subscribe, type Subscriber } from "../replay/afterwards/subscribe.ts";
import { HEADS } from "../replay/afterwards/subscriptions.ts";

/** Both sides' connections, with the same subscriptions. */
export interface Opened {
  readonly params: readonly JsonValue[];
  readonly old: Subscriber;
  readonly candidate: Subscriber;
}

/** Opens the connections for events, and learns of a candidate that has none or keeps ending them while old keeps its own. */
export interface FeedConnections {
  /** Null where a side takes no connection now, or old may not be asked. */
  open(params: readonly JsonValue[]): Promise<Opened | null>;
  /** One that was open has ended on a side. */
  ended(opened: Opened): Promise<void>;
}

interface FeedConnectionsParts {
  readonly old: Target;
  readonly candidate: Target;
  /** Whether old may be asked for so many subscriptions, and takes note of it. */
  mayAsk(requests: number): boolean;
  /** Whether the candidate answers anything else. */
  isThere(): Promise<boolean>;
  /** The candidate failed each time, `times` in a row, and old does not. */
  onFailing(detail: string): void;
}

/** Failures in a row before one is laid to the candidate, and again after as many more. */
const IN_A_ROW = 3;
/** A connection that lasted so long is none that keeps ending: 10 min. */
const LASTED_MS = 600_000;

export function createFeedConnections(parts: FeedConnectionsParts): FeedConnections {
  let failures = 0;
  let openedAt = 0;
  const failed = async (detail: string): Promise<void> => {
    failures++;
    if (failures < IN_A_ROW) return;
    if (!(await parts.isThere())) {
      failures = 0;
      return;
    }
    if (!parts.mayAsk(1)) return;
    const old = await subscribe(parts.old, [HEADS]);
    failures = 0;
    if (old === null) return;
    old.close();
    parts.onFailing(detail);
  };
  return {
    async open(params) {
      const candidate = await subscribe(parts.candidate, params);
      if (candidate === null) {
        await failed("no WebSocket");
        return null;
      }
      const old = parts.mayAsk(params.length) ? await subscribe(parts.old, params) : null;
      if (old === null) {
        candidate.close();
        return null;
      }
      openedAt = performance.now();
      return { params, old, candidate };
    },
    async ended({ old, candidate }) {
      const detail = candidate.closed();
      // What is at both, or at old, is no fault of the candidate; nor is it what we ended ourselves.
      const isTheirs = old.closed() === null && detail?.startsWith("closed") === true;
      if (!isTheirs || performance.now() - openedAt >= LASTED_MS) failures = 0;
      if (isTheirs) await failed(detail);
    },
  };
}
