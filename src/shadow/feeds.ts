import type { ChainView } from "../chains/chain.ts";
import type { Comparison, ExchangeResult } from "../model/comparison.ts";
import type { Exchange } from "../model/exchange.ts";
import type { JsonValue } from "../model/json.ts";
import type { Target } from "../model/target.ts";
import { eventKey, headNumbers } from "../replay/afterwards/events.ts";
import type { Feed, Subscriber } from "../replay/afterwards/subscribe.ts";
import {
  compareFeed,
  HEADS,
  headsOf,
  isHeads,
  MOST_SUBSCRIPTIONS,
  subscriptionOf,
  unopened,
} from "../replay/afterwards/subscriptions.ts";
import type { Examine } from "../replay/ask/asking.ts";
import { pause } from "../pause.ts";
import { createFeedConnections, type Opened } from "./feed-connections.ts";
import { createLateness, type Lateness } from "./lateness.ts";

/** The subscriptions that clients open, opened by us on both sides, and their events matched as they come. */
export interface LiveFeeds {
  /** Notes a subscription that passes, once for each list of parameters. */
  see(exchange: Exchange): void;
  /** How much later events come from the candidate than from old. */
  lateness(): Lateness;
  /** Compares until the signal ends it. */
  run(signal: AbortSignal): Promise<void>;
}

interface LiveFeedsParts {
  readonly old: Target;
  readonly candidate: Target;
  readonly candidateAt: ChainView["at"];
  readonly examine: Examine;
  /** Whether old may be asked for so many subscriptions, and takes note of it. */
  mayAsk(requests: number): boolean;
  /** Whether the candidate answers anything else. */
  isThere(): Promise<boolean>;
  /** Unix ms. */
  now(): number;
  onResult(result: ExchangeResult): void;
}

/** Between two comparings. */
const ROUND_MS = 1_000;
/** Between two attempts to open connections, for more subscriptions or after one ended. */
const REOPEN_MS = 10_000;
/** What the candidate did not send so long after old, though it holds the block, it never will. */
const OVERDUE_MS = 10_000;

interface Open extends Opened {
  /** The last block whose events were compared; null before both have sent a head. */
  compared: number | null;
}

export function createLiveFeeds(parts: LiveFeedsParts): LiveFeeds {
  const wanted = new Map<string, JsonValue>();
  const lateness = createLateness();
  let open: Open | null = null;

  const close = (): void => {
    open?.old.close();
    open?.candidate.close();
    open = null;
  };
  const params = (): JsonValue[] => [
    HEADS,
    ...[...wanted.values()].filter((list) => !isHeads(list)),
  ];
  const report = (list: JsonValue, comparisons: readonly Comparison[]): void => {
    const at = parts.now();
    if (comparisons.length > 0)
      parts.onResult({
        key: `subscription:${at}:${JSON.stringify(list)}`,
        comparisons: comparisons.map((comparison) => ({ ...comparison, at })),
        sends: 0,
        beside: true,
      });
  };
  const connections = createFeedConnections({
    ...parts,
    onFailing(detail) {
      for (const list of wanted.values()) report(list, [unopened(list, detail, parts.examine)]);
    },
  });
  const reopen = async (): Promise<void> => {
    close();
    const opened = await connections.open(params());
    open = opened === null ? null : { ...opened, compared: null };
  };
  const round = async (now: Open): Promise<void> => {
    const window = windowOf(now);
    if (window === null) return;
    for (const [index, list] of now.params.entries()) {
      const [old, candidate] = [now.old.feeds[index], now.candidate.feeds[index]];
      if (old === undefined || candidate === undefined) continue;
      const { comparisons } = await compareFeed(index, list, now.old, now.candidate, window, {
        examine: parts.examine,
        candidateChain: { at: parts.candidateAt },
      });
      note(old, candidate, window, lateness);
      report(list, comparisons);
    }
    now.compared = window.last;
    // What was compared is kept no longer; what names no block has nothing to match it by.
    const isKept = (event: JsonValue): boolean => (eventKey(event)?.number ?? -1) > window.last;
    now.old.keep(isKept);
    now.candidate.keep(isKept);
  };

  return {
    see(exchange) {
      if (wanted.size >= MOST_SUBSCRIPTIONS) return;
      const params = subscriptionOf(exchange);
      if (params !== null) wanted.set(JSON.stringify(params), params);
    },
    lateness: () => lateness.read(),
    async run(signal) {
      let openedAt = -Infinity;
      let asked = 0;
      try {
        while (!signal.aborted) {
          if (open !== null && isClosed(open)) {
            // It looks at both before they are closed.
            const ended = connections.ended(open);
            close();
            await ended;
          }
          const isDue = performance.now() - openedAt > REOPEN_MS;
          if (isDue && wanted.size > 0 && (open === null || wanted.size > asked)) {
            openedAt = performance.now();
            asked = wanted.size;
            await reopen();
          }
          if (open !== null && !isClosed(open))
            // What a node makes us fail at (an event too deep to be written) must not end the comparing of calls.
            await round(open).catch(close);
          await pause(ROUND_MS, signal);
        }
      } finally {
        close();
      }
    },
  };
}

function isClosed({ old, candidate }: Open): boolean {
  return old.closed() !== null || candidate.closed() !== null;
}

/** Blocks that both sides had time to send events of and that were not compared yet; null where there are none. */
function windowOf(open: Open): { first: number; last: number } | null {
  const old = headNumbers(headsOf(open.old));
  const candidate = headNumbers(headsOf(open.candidate));
  // Each side's first block may be one that it was in the middle of.
  open.compared ??= Math.max(old[0] ?? Infinity, candidate[0] ?? old[0] ?? Infinity);
  if (open.compared === Infinity) {
    open.compared = null;
    return null;
  }
  const first = open.compared + 1;
  const both = Math.min(old.at(-1) ?? -1, candidate.at(-1) ?? -1);
  // The last block's logs may still be on their way.
  const last = Math.max(both - 1, ...overdue(open.old));
  return last < first ? null : { first, last };
}

/** Numbers of the blocks that old told of long ago. */
function overdue({ feeds: [heads] }: Subscriber): number[] {
  const before = performance.now() - OVERDUE_MS;
  const old = heads?.events.filter((_, index) => (heads.came[index]?.at ?? before) < before) ?? [];
  return headNumbers(old).slice(-1);
}

function note(
  old: Feed,
  candidate: Feed,
  window: { readonly first: number; readonly last: number },
  lateness: ReturnType<typeof createLateness>,
): void {
  const cameAt = new Map<string, number>();
  for (const [index, event] of old.events.entries()) {
    const found = eventKey(event);
    if (found !== null && found.number >= window.first && found.number <= window.last)
      cameAt.set(found.key, old.came[index]?.at ?? 0);
  }
  for (const [index, event] of candidate.events.entries()) {
    const at = cameAt.get(eventKey(event)?.key ?? "");
    if (at !== undefined) lateness.add((candidate.came[index]?.at ?? at) - at);
  }
}
