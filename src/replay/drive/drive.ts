import { runFailure } from "../../errors.ts";
import type { ExchangeResult } from "../../model/comparison.ts";
import type { Exchange } from "../../model/exchange.ts";
import type { RecordingReader } from "../../model/recording.ts";
import type { Run } from "../ask/asking.ts";
import type { Channel } from "./channel.ts";
import { replayExchange } from "../compare/exchange.ts";
import type { Advice, Guard } from "./guard.ts";
import type { ReplayInput } from "./input.ts";
import type { Lane } from "../ask/lane.ts";
import type { Network } from "../ask/network.ts";
import { createPace } from "./pace.ts";
import { pause } from "../../pause.ts";
import { createPlanner, type Plan } from "./plan.ts";
import { createPool } from "./pool.ts";
import type { RecordedHead } from "../heads/recorded-head.ts";
import { hashOf } from "../ask/seed.ts";
import type { Sessions } from "../compare/sessions.ts";
import { chainSplitResult, SPLIT_KEY } from "../heads/split-result.ts";
import type { Watchdog } from "./watchdog.ts";
import type { LiveSubscriptions } from "../afterwards/subscriptions.ts";

interface Drive {
  readonly input: ReplayInput;
  readonly run: Run;
  readonly network: Network;
  readonly channel: Channel<ExchangeResult>;
  readonly guard: Guard;
  readonly watchdog: Watchdog<Plan>;
  readonly recordedHead: RecordedHead;
  readonly live: LiveSubscriptions | null;
  readonly stop: AbortSignal;
}

/** For this long a node that fails or slows down is left alone before it is tried again. */
const PAUSE_MS = 5_000;
/** Exchanges of sessions run beside the lanes, so that one filter's calls always share a connection. */
const SESSION_LANES = 4;

/** Sends what the recordings hold. Pulls the next exchange only when a lane is free, so that nothing piles up in memory. */
export async function drive(parts: Drive): Promise<void> {
  const { input, run, network, channel, guard, watchdog, recordedHead, live, stop } = parts;
  const { options, adapters } = input;
  const plan = createPlanner(adapters, options);
  const pool = createPool(network.lanes(options.concurrency));
  const pace = createPace({ ...options, signal: stop });
  const announceSplit = splitAnnouncer(parts);
  const start = starter(parts, network.lanes(SESSION_LANES));
  const parked: Lane[] = [];
  let replayed = 0;
  let failure: unknown;

  for (const { key, exchange } of allExchanges(input.recordings)) {
    if (stop.aborted || failure !== undefined) break;
    recordedHead.see(exchange);
    live?.see(exchange);
    if (input.isDone(key)) continue;
    const planned = plan(key, exchange);
    const overLimit = options.limit !== null && replayed >= options.limit;
    if (overLimit || planned.calls.length === 0) {
      if (channel.isFull()) await channel.room();
      const unsent = overLimit ? planned.limited() : [];
      channel.push({ key, comparisons: [...unsent, ...planned.skipped], sends: 0 });
      if (!overLimit) replayed++;
      continue;
    }
    replayed++;
    const early = input.throttle?.due() ?? pace.due(exchange.at);
    if (early !== null) await early;
    const lane = pool.takeFree() ?? (await pool.take());
    if (channel.isFull()) await channel.room();
    const advice = guard.advice();
    if (advice.do !== "go") await heed(advice, input, stop);
    if (advice.do === "slow-down") {
      while (options.concurrency - parked.length > advice.to) parked.push(await pool.take());
    }
    announceSplit();
    pace.started();
    watchdog.begin(planned);
    const end = (): void => {
      watchdog.end(planned);
      pool.give(lane);
    };
    void start(planned, lane).then(end, (error: unknown) => {
      failure ??= error;
      end();
    });
  }
  for (const lane of parked) pool.give(lane);
  await pool.idle();
  if (failure !== undefined) throw failure;
  await run.heads.refresh();
  announceSplit();
  const late = pace.lateness();
  if (late === null) return;
  input.note(
    `Starts were ${Math.round(late.meanMs)} ms late on average, ${Math.round(late.mostMs)} ms at most.`,
  );
}

/** Starts an exchange on a lane; one of a session waits for the session's earlier ones, and goes over the session's lane. */
function starter(
  { run, channel, stop }: Drive,
  sessionLanes: readonly Lane[],
): (planned: Plan, lane: Lane) => Promise<void> {
  const sessions: Sessions = new Map();
  const turns = new Map<string, Promise<void>>();
  const perform = async (planned: Plan, lane: Lane): Promise<void> => {
    const result = await replayExchange(run, lane, planned, sessions);
    // What an interruption cut short is not a result.
    if (!stop.aborted) channel.push(result);
  };
  return (planned, lane) => {
    const { session } = planned;
    if (session === null) return perform(planned, lane);
    const own = sessionLanes[hashOf(session, 0) % sessionLanes.length] ?? lane;
    const turn = (turns.get(session) ?? Promise.resolve())
      .then(() => perform(planned, own))
      .finally(() => {
        if (turns.get(session) === turn) turns.delete(session);
      });
    turns.set(session, turn);
    return turn;
  };
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

/** Pauses or ends the run for the targets' sake. */
async function heed(advice: Advice, input: ReplayInput, stop: AbortSignal): Promise<void> {
  if (advice.do === "stop") {
    throw runFailure(`The replay stopped: ${advice.why}`, {
      details: ["What was done is kept; go on with --resume when the nodes are well."],
    });
  }
  if (advice.do === "go") return;
  const { pauseMs = PAUSE_MS } = input;
  const then = advice.do === "slow-down" ? `, then on with --concurrency ${advice.to}` : "";
  input.note(`Pausing for ${pauseMs / 1_000} s${then}: ${advice.why}.`);
  await pause(pauseMs, stop);
}

/** A chain split is a finding of its own, once. */
function splitAnnouncer({ input, run, channel }: Drive): () => void {
  let announced = input.isDone(SPLIT_KEY);
  return () => {
    const fork = announced ? null : run.heads.split();
    if (fork === null) return;
    announced = true;
    channel.push(chainSplitResult(fork, input.options.old.length, Date.now()));
  };
}
