import pLimit, { type LimitFunction } from "p-limit";
import { runFailure } from "../errors.ts";
import type { ExchangeResult } from "../model/difference.ts";
import type { Exchange } from "../model/exchange.ts";
import type { RecordingReader } from "../model/recording.ts";
import type { Adapter } from "../protocol/adapter.ts";
import type { Examine, Run, Sides } from "./asking.ts";
import { createChannel } from "./channel.ts";
import { replayExchange } from "./exchange.ts";
import { createGuard } from "./guard.ts";
import type { HeadWatch } from "./heads.ts";
import type { Lane } from "./lane.ts";
import { openNetwork, type Network } from "./lanes.ts";
import type { ReplayOptions } from "./options.ts";
import { createPace } from "./pace.ts";
import { pause } from "./pause.ts";
import { createPlanner, type Plan } from "./plan.ts";
import { createPool } from "./pool.ts";
import { probeSend } from "./probe-send.ts";
import { createRecordedHead } from "./recorded-head.ts";
import { hashOf } from "./seed.ts";
import type { Sessions } from "./sessions.ts";
import { chainSplitResult, SPLIT_KEY } from "./split-result.ts";
import { createLiveSubscriptions, type LiveSubscriptions } from "./subscriptions.ts";
import type { Target } from "./targets.ts";

export interface ReplayInput {
  readonly recordings: readonly RecordingReader[];
  readonly options: ReplayOptions;
  readonly adapter: Adapter;
  readonly examine: Examine;
  /** Decimal chain id as the check found it, or "unknown". */
  readonly chainId: string;
  /** Oldest block whose state all targets of a side hold, as the check found it; 0 for archives. */
  readonly oldestState: Sides<number>;
  readonly signal: AbortSignal;
  /** Exchanges of an earlier, interrupted run. */
  isDone(key: string): boolean;
  /** Told what a person at the terminal should know. */
  note(text: string): void;
}

const PAUSE_MS = 5_000;
/** Exchanges of sessions run beside the lanes, so that one filter's calls always share a connection. */
const SESSION_LANES = 4;

/**
 * Replays recordings in order, many exchanges at once, and gives each exchange's result as it is done. Throws a run failure
 * when targets are lost or the run must stop for their sake; ends early, without an error, when the signal is aborted.
 */
export async function* replay(input: ReplayInput): AsyncGenerator<ExchangeResult> {
  const { options, signal } = input;
  const ending = new AbortController();
  const stop = AbortSignal.any([signal, ending.signal]);
  const guard = createGuard(options);
  const recordedHead = createRecordedHead();
  const network = openNetwork({
    options,
    adapter: input.adapter,
    signal: stop,
    observe: (side, ms, failed) => guard.observe(side, ms, failed),
    recordedHead: () => (options.rebase ? recordedHead.number() : null),
  });
  const channel = createChannel<ExchangeResult>();
  try {
    await network.heads.refresh();
    const run = runOf(input, network, stop);
    await network.warmUp();
    const following = network.heads.follow(stop).catch((error: unknown) => channel.end(error));
    const work = drive({ input, run, network, channel, guard, recordedHead, stop })
      .then(() => channel.end())
      .catch((error: unknown) => channel.end(error));
    yield* channel;
    ending.abort();
    await Promise.all([following, work]);
  } finally {
    ending.abort();
    await network.close();
  }
}

interface Drive {
  readonly input: ReplayInput;
  readonly run: Run;
  readonly network: Network;
  readonly channel: ReturnType<typeof createChannel<ExchangeResult>>;
  readonly guard: ReturnType<typeof createGuard>;
  readonly recordedHead: ReturnType<typeof createRecordedHead>;
  readonly stop: AbortSignal;
}

/** Pulls the next exchange only when a lane is free, so that nothing piles up in memory. */
async function drive({
  input,
  run,
  network,
  channel,
  guard,
  recordedHead,
  stop,
}: Drive): Promise<void> {
  const { options, adapter } = input;
  const plan = createPlanner(adapter, options);
  const pool = createPool(network.lanes(options.concurrency));
  const sessionLanes = network.lanes(SESSION_LANES);
  const pace = createPace({ ...options, signal: stop });
  const sessions: Sessions = new Map();
  const turns = new Map<string, Promise<void>>();
  const live = liveSubscriptions(input, network, stop);
  let replayed = 0;
  let failure: unknown;

  const perform = async (lane: Lane, planned: Plan): Promise<void> => {
    const result = await replayExchange(run, lane, planned, sessions);
    // What an interruption cut short is not a result.
    if (!stop.aborted) channel.push(result);
  };
  const fail = (error: unknown): void => {
    failure ??= error;
  };

  for (const { key, exchange } of allExchanges(input.recordings)) {
    if (stop.aborted || failure !== undefined) break;
    recordedHead.see(exchange);
    live?.see(exchange);
    if (input.isDone(key)) continue;
    const planned = plan(key, exchange);
    if (options.limit !== null && replayed >= options.limit) {
      if (channel.isFull()) await channel.room();
      channel.push({ key, comparisons: [...planned.limited(), ...planned.skipped], sends: 0 });
      continue;
    }
    replayed++;
    if (planned.calls.length === 0) {
      if (channel.isFull()) await channel.room();
      channel.push({ key, comparisons: planned.skipped, sends: 0 });
      continue;
    }
    const early = pace.due(exchange.at);
    if (early !== null) await early;
    const lane = pool.takeFree() ?? (await pool.take());
    if (channel.isFull()) await channel.room();
    const advice = guard.advice();
    if (advice.do !== "go") await heed(advice, input, stop);
    announceSplit(run, input, channel);
    const { session } = planned;
    const sessionLane =
      session === null ? undefined : sessionLanes[hashOf(session, 0) % SESSION_LANES];
    const before = session === null ? undefined : turns.get(session);
    const done = (before ?? Promise.resolve())
      .then(() => perform(sessionLane ?? lane, planned))
      .catch(fail)
      .finally(() => {
        pool.give(lane);
        if (session !== null && turns.get(session) === done) turns.delete(session);
      });
    if (session !== null) turns.set(session, done);
  }
  await pool.idle();
  if (failure !== undefined) throw failure;
  for await (const result of live?.results() ?? []) {
    if (!stop.aborted && !input.isDone(result.key)) channel.push(result);
  }
  const [probing] = options.probeSend ? network.lanes(1) : [];
  for await (const result of probing ? probeSend(run, probing, input.chainId) : []) {
    if (!stop.aborted && !input.isDone(result.key)) channel.push(result);
  }
  await network.heads.refresh();
  announceSplit(run, input, channel);
  const late = pace.lateness();
  if (late !== null) {
    input.note(
      `Starts were ${Math.round(late.meanMs)} ms late on average, ${Math.round(late.mostMs)} ms at most.`,
    );
  }
}

function liveSubscriptions(
  input: ReplayInput,
  network: Network,
  signal: AbortSignal,
): LiveSubscriptions | null {
  const { options, examine } = input;
  const [old] = options.old;
  const [candidate] = options.candidate;
  const candidateChain = network.views[options.old.length];
  if (old === undefined || candidate === undefined || candidateChain === undefined) return null;
  return createLiveSubscriptions({
    old,
    candidate,
    candidateChain,
    examine,
    blocks: options.subscriptionBlocks,
    signal,
    note: (text) => input.note(text),
  });
}

function* allExchanges(
  recordings: readonly RecordingReader[],
): Generator<{ key: string; exchange: Exchange }> {
  for (const recording of recordings) {
    for (const exchange of recording.exchanges()) {
      yield { key: `${recording.facts.name}:${exchange.id}`, exchange };
    }
  }
}

async function heed(
  advice: ReturnType<ReturnType<typeof createGuard>["advice"]>,
  input: ReplayInput,
  stop: AbortSignal,
): Promise<void> {
  if (advice.do === "stop") {
    throw runFailure(`The replay stopped: ${advice.why}`, {
      details: ["What was done is kept; go on with --resume when the nodes are well."],
    });
  }
  if (advice.do === "pause") {
    input.note(`Pausing for ${PAUSE_MS / 1_000} s: ${advice.why}.`);
    await pause(PAUSE_MS, stop);
  }
}

const announced = new WeakSet<Run>();

/** A chain split is a finding of its own, once. */
function announceSplit(run: Run, input: ReplayInput, channel: Drive["channel"]): void {
  const fork = run.heads.split();
  if (fork === null || announced.has(run) || input.isDone(SPLIT_KEY)) return;
  announced.add(run);
  channel.push(chainSplitResult(fork, input.options.old.length, Date.now()));
}

function runOf(input: ReplayInput, network: Network, signal: AbortSignal): Run {
  const { options, adapter, examine, oldestState } = input;
  const heavy = new Map<Target, LimitFunction>();
  const limitOf = (target: Target): LimitFunction => {
    const limit = heavy.get(target) ?? pLimit(1);
    heavy.set(target, limit);
    return limit;
  };
  const heads: HeadWatch = network.heads;
  const startHead = {
    old: heads.head(0)?.number ?? 0,
    candidate: heads.head(options.old.length)?.number ?? 0,
  };
  // A pruning node drops a state with each block that it adds.
  const moved = (side: "old" | "candidate", view: number): number =>
    oldestState[side] === 0
      ? 0
      : oldestState[side] + Math.max(0, (heads.head(view)?.number ?? 0) - startHead[side]);
  return {
    options,
    adapter,
    heads,
    examine,
    signal,
    chain: (ask) => network.chain(ask),
    oldestState: () => ({
      old: moved("old", 0),
      candidate: moved("candidate", options.old.length),
    }),
    confirmedBefore: new Map(),
    unpinnedAsked: new Map(),
    // Always old before candidate, so that two heavy calls can't wait for each other.
    alone: (targets, work) => limitOf(targets.old)(() => limitOf(targets.candidate)(work)),
    viewOf: ({ side, index }) => (side === "old" ? index : options.old.length + index),
  };
}
