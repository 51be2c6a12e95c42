import type { Exchange } from "../model/exchange.ts";
import type { Comparison, ExchangeResult } from "../model/comparison.ts";
import type { Target, Sides } from "../model/target.ts";
import type { ChainName } from "../model/exchange.ts";
import type { Adapters, Examine } from "../replay/ask/asking.ts";
import type { Lane } from "../replay/ask/lane.ts";
import { openNetwork, type Network } from "../replay/ask/network.ts";
import { pause } from "../pause.ts";
import { createPlanner, type Plan } from "../replay/drive/plan.ts";
import { runOf } from "../replay/drive/run-of.ts";
import { REPLAY_DEFAULTS, type ReplayOptions } from "../replay/given/options.ts";
import { chainSplitResult } from "../replay/heads/split-result.ts";
import { createBudget, type Budget } from "./budget.ts";
import { createLiveFeeds } from "./feeds.ts";
import type { Lateness } from "./lateness.ts";
import { createLooks, type Looks } from "./looks.ts";
import { createHeadHistory, sharedLook, type HeadHistory } from "./heads.ts";
import { createDoubts } from "./doubts.ts";
import { isSilent } from "./comparing.ts";
import { askFirst, unasked } from "./first.ts";
import type { First, Live } from "./live.ts";
import { createOldOrder } from "./old-order.ts";
import { createSettler, sizeOf } from "./settler.ts";
import { createTiming } from "./timing.ts";
import type { ShadowOptions } from "./options.ts";
import { createPresence } from "./presence.ts";
import { LiveQueue } from "./queue.ts";
import { createCeiling } from "./rate.ts";
import { createWorth } from "./worth.ts";

/** Live traffic compared with one candidate. */
export interface Shadow {
  /** Takes an exchange that passed; never waits. */
  offer(exchange: Exchange): void;
  /** One passed that is not to be asked of the candidate: old's traffic all the same. */
  pass(): void;
  status(): ShadowStatus;
  /** Ends at once: what still waits is lost, and counted. */
  close(): Promise<void>;
}

/** How it stands at a moment. */
export interface ShadowStatus {
  readonly queueItems: number;
  readonly queueBytes: number;
  readonly settling: number;
  /** How long the oldest has waited, ms. */
  readonly lagMs: number;
  readonly candidate: "answers" | "gone";
  /** Numbers of both heads as last seen at one moment; null where not known. */
  readonly heads: Sides<number | null>;
  /** Of subscriptions: how late the candidate's events are. */
  readonly events: Lateness;
  readonly liveRequests: number;
  readonly extraRequests: number;
}

export interface ShadowParts {
  readonly options: ShadowOptions;
  readonly candidate: Target;
  readonly adapters: Adapters;
  readonly chain: ChainName;
  readonly examine: Examine;
  readonly chainId: string;
  readonly oldestState: Sides<number>;
  /** Unix ms. */
  readonly now: () => number;
  /** What became of an exchange, once. */
  onResult(result: ExchangeResult): void;
  /** An exchange that was not compared, and why. */
  onLost(reason: string): void;
  onGone(gone: boolean): void;
  /** What a live request took on each side, ms. */
  onTimes?(oldMs: number, candidateMs: number): void;
}

/** Settling asks old beside its customers: few at once, and `--extra-load` bounds them all. */
const SETTLING_LANES = 8;
/** Calls that are asked of both for their time, at once. */
const TIMING_LANES = 2;
/** A candidate that comes back is seen within a second; one that is away costs one question in it. */
const WATCH_MS = 1_000;
/** Looks at the candidate's head alone, for those that wait until it has caught up. */
const CATCH_UP_MS = 100;
/** Pins are chosen anew once so much more was earned: some eight requests, so a quarter of what old may be asked. */
const EARNED_PER_PINS = 32;
/** Names of methods that no chain knows, each counted for itself; a caller may make up any number of them. */
const ODD_METHODS = 300;
const MOST_METHODS = 2_000;
/** What was learnt of mismatches and tags is learnt anew after this long. */
const FORGET_MS = 3_600_000;

/** Starts to compare. Resolves once both chains have been looked at. */
export async function startShadow(parts: ShadowParts): Promise<Shadow> {
  const { options, candidate, adapters, chain, examine, now } = parts;
  const replayOptions = replayOptionsOf(options, candidate);
  const ending = new AbortController();
  const { signal } = ending;
  // All candidates together ask no more of old than one would.
  const share = options.extraLoad / options.candidates.length;
  const budget = createBudget(share);
  let pinsAt = -Infinity;
  const network = openNetwork({
    options: replayOptions,
    chain,
    signal,
    observe: ({ side, timedOut }) => {
      if (side === "old") budget.spend(timedOut ? 2 : 1);
    },
    recordedHead: () => null,
    observeLooks: ({ side, timedOut }) => {
      if (side === "old") budget.spendLooks(timedOut ? 2 : 1);
    },
    mayChoosePins() {
      const earned = budget.liveRequests * share;
      if (earned - pinsAt < EARNED_PER_PINS) return false;
      pinsAt = earned;
      return true;
    },
  });
  const history = createHeadHistory();
  await network.heads.refresh();
  history.see({ old: network.heads.head(0), candidate: network.heads.head(1) }, now());
  const looks = createLooks({ heads: network.heads, history, budget, now });
  const live = liveOf(parts, replayOptions, network, { budget, history, looks }, signal);
  const presence = createPresence((gone) => parts.onGone(gone));
  const plan = createPlanner(adapters, replayOptions);
  const fewer = fewerMethods();
  const report = (result: ExchangeResult): void => {
    parts.onResult({
      ...result,
      comparisons: result.comparisons.map(fewer),
    });
  };
  const settler = createSettler({
    live,
    lanes: network.lanes(SETTLING_LANES, true),
    report,
    lost: (why) => parts.onLost(why),
  });
  const timing = createTiming(live, network.lanes(TIMING_LANES, true));
  const time = (planned: Plan, { comparisons, sends }: First): void => {
    const { key, skipped } = planned;
    void Promise.all(comparisons.map((one) => timing.time(planned, one)))
      .then((timed) => report({ key, comparisons: [...timed, ...skipped], sends: sends + 2 }))
      .catch(() => parts.onLost("compare-error"));
  };
  let number = 0;

  /** A candidate without WebSocket may still answer all others: only its head then says whether it is there. */
  const seeAnswer = ({ exchange }: Plan, { pair, reason }: Comparison): void => {
    const silent = reason === "candidate-gone" || isSilent(pair?.candidate);
    if (!silent || exchange.transport === "http") presence.see(!silent);
    else void live.candidateHead().then((head) => presence.see(head !== null));
  };

  const queue = new LiveQueue<Plan>(
    options.queue,
    () => performance.now(),
    (_, why) => parts.onLost(why),
  );
  const ceiling = createCeiling(options.ratePerSecond);
  const work = async (lane: Lane): Promise<void> => {
    for (let planned = await queue.take(); planned !== null; planned = await queue.take()) {
      const waitMs = ceiling.reserve(performance.now());
      if (waitMs > 1) await pause(waitMs, signal);
      if (signal.aborted) return parts.onLost("shutdown");
      try {
        const first = presence.isGone
          ? unasked(live, planned, "candidate-gone")
          : await askFirst(live, lane, planned);
        for (const { comparison } of first.open) seeAnswer(planned, comparison);
        if (!presence.isGone) for (const one of first.comparisons) seeAnswer(planned, one);
        if (first.times !== null) parts.onTimes?.(first.times.old, first.times.candidate);
        if (first.open.length > 0 || first.whole) settler.settle(planned, first);
        else if (timing.may(planned, first)) time(planned, first);
        else
          report({
            key: planned.key,
            comparisons: [...first.comparisons, ...planned.skipped],
            sends: first.sends,
          });
      } catch {
        parts.onLost("compare-error");
      }
    }
  };
  const workers = network.lanes(options.concurrency, true).map(work);
  const feeds = createLiveFeeds({
    old: options.old,
    candidate: replayOptions.candidate[0] ?? candidate,
    candidateAt: async (number) => (await network.views[1]?.at(number)) ?? null,
    examine,
    now,
    onResult: report,
    isThere: async () => (await live.candidateHead()) !== null,
    mayAsk(requests) {
      if (!budget.allows(requests)) return false;
      budget.spend(requests);
      return true;
    },
  });
  const watchers = [looks.run(signal), watch(), feeds.run(signal)];

  async function watch(): Promise<void> {
    let split = false;
    let forgetAt = performance.now() + FORGET_MS;
    while (!signal.aborted) {
      await pause(WATCH_MS, signal);
      if (presence.isGone && !signal.aborted) presence.see((await live.candidateHead()) !== null);
      const fork = network.heads.split();
      if (fork !== null && !split) {
        split = true;
        report(chainSplitResult(fork, 1, now()));
      }
      if (performance.now() < forgetAt) continue;
      forgetAt += FORGET_MS;
      live.run.confirmedBefore.clear();
      live.run.unpinnedAsked.clear();
      live.worth.forget();
      live.doubts.forget();
      timing.forget();
      live.run.driftDoubted.clear();
    }
  }

  return {
    pass: () => budget.live(),
    offer(exchange) {
      budget.live();
      const key = `live:${now().toString(36)}-${(number++).toString(36)}`;
      const planned = plan(key, exchange);
      if (planned.skipped.some(({ reason }) => reason === "subscription")) feeds.see(exchange);
      if (planned.calls.length === 0) {
        report({ key, comparisons: planned.skipped, sends: 0 });
        return;
      }
      queue.push(planned, sizeOf(exchange));
    },
    status: () => ({
      queueItems: queue.items,
      queueBytes: queue.bytes,
      settling: settler.pending,
      lagMs: queue.ageMs,
      candidate: presence.isGone ? "gone" : "answers",
      heads: {
        old: looks.together().old?.number ?? null,
        candidate: looks.together().candidate?.number ?? null,
      },
      events: feeds.lateness(),
      liveRequests: budget.liveRequests,
      extraRequests: budget.extraRequests,
    }),
    async close() {
      queue.close();
      ending.abort();
      await network.close();
      await Promise.allSettled([...workers, ...watchers]);
    },
  };
}

function liveOf(
  { options, candidate, adapters, chain, examine, chainId, oldestState }: ShadowParts,
  replayOptions: ReplayOptions,
  network: Network,
  {
    budget,
    history,
    looks,
  }: { readonly budget: Budget; readonly history: HeadHistory; readonly looks: Looks },
  signal: AbortSignal,
): Live {
  const run = runOf(
    {
      recordings: [],
      options: replayOptions,
      adapters,
      chain,
      examine,
      chainId,
      oldestState,
      signal,
      isDone: () => false,
      note: () => {},
    },
    network,
    signal,
  );
  const candidateView = network.views[1];
  return {
    run,
    old: options.old,
    candidate: replayOptions.candidate[0] ?? candidate,
    history,
    budget,
    worth: createWorth(),
    doubts: createDoubts(),
    oldOrder: createOldOrder(),
    sessions: new Map(),
    mirrored: options.mirrored,
    look: () => looks.look(),
    candidateHead: sharedLook(async () => (await candidateView?.head()) ?? null, CATCH_UP_MS),
  };
}

function replayOptionsOf(options: ShadowOptions, candidate: Target): ReplayOptions {
  return {
    ...REPLAY_DEFAULTS,
    old: [options.old],
    // The only one of its side here: a run of its own, whichever of several it is.
    candidate: [{ ...candidate, index: 0 }],
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    confirm: options.confirm,
    include: options.include,
    exclude: options.exclude,
    allowMethods: options.allowMethods,
    maxBodyBytes: options.maxBodyBytes,
    openApi: options.openApi,
  };
}

/** Names that a caller made up must not fill the run: past some, those that were not asked are counted as one. */
function fewerMethods(): (comparison: Comparison) => Comparison {
  const known = new Set<string>();
  return (comparison) => {
    const { method, pair } = comparison;
    if (known.has(method)) return comparison;
    if (known.size >= (pair === null ? ODD_METHODS : MOST_METHODS))
      return { ...comparison, method: "(other methods)" };
    known.add(method);
    return comparison;
  };
}
