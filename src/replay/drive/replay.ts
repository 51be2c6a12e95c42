import type { ExchangeResult } from "../../model/comparison.ts";
import { usageError } from "../../errors.ts";
import type { Run } from "../ask/asking.ts";
import { createChannel } from "./channel.ts";
import { drive } from "./drive.ts";
import { createGuard } from "./guard.ts";
import type { ReplayInput } from "./input.ts";
import { openNetwork, type Network } from "../ask/network.ts";
import { probeSend } from "../afterwards/probe-send.ts";
import { createRecordedHead } from "../heads/recorded-head.ts";
import { runOf } from "./shared.ts";
import { createLiveSubscriptions, type LiveSubscriptions } from "../afterwards/subscriptions.ts";

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
  // An interruption does not wait for a slow node's answers, which would not be kept anyway.
  stop.addEventListener("abort", () => void network.close());
  try {
    await network.heads.refresh();
    if (typeof options.pin === "number" && network.heads.pins().latest === null) {
      throw usageError(`--pin ${options.pin}: not all targets hold that block with one hash.`);
    }
    const run = runOf(input, network, stop);
    await network.warmUp();
    const following = network.heads.follow(stop).catch((error: unknown) => channel.end(error));
    const live = liveSubscriptions(input, network, stop);
    const work = drive({ input, run, network, channel, guard, recordedHead, live, stop })
      .then(async () => {
        for await (const result of afterwards(input, run, network, live)) {
          if (!stop.aborted && !input.isDone(result.key)) channel.push(result);
        }
        channel.end();
      })
      .catch((error: unknown) => channel.end(error));
    yield* channel;
    ending.abort();
    await Promise.all([following, work]);
  } finally {
    ending.abort();
    await network.close();
  }
}

/** What is asked when all exchanges are done: subscriptions, and how transactions are refused. */
async function* afterwards(
  { options, chainId }: ReplayInput,
  run: Run,
  network: Network,
  live: LiveSubscriptions | null,
): AsyncGenerator<ExchangeResult> {
  if (live !== null) yield* live.results();
  const [lane] = options.probeSend ? network.lanes(1) : [];
  if (lane !== undefined) yield* probeSend(run, lane, chainId);
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
