import type { ExchangeResult } from "../../model/comparison.ts";
import { nodesOf } from "../../chains/nodes.ts";
import { runFailure, usageError } from "../../errors.ts";
import type { Run } from "../ask/asking.ts";
import { createKeptQuestions } from "../compare/kept.ts";
import { createChannel } from "./channel.ts";
import { drive } from "./drive.ts";
import { createGuard } from "./guard.ts";
import type { ReplayInput } from "./input.ts";
import type { Plan } from "./plan.ts";
import { openNetwork, type Network } from "../ask/network.ts";
import { evidence } from "../afterwards/evidence.ts";
import { probeSend } from "../afterwards/probe-send.ts";
import { createLagWatch, type Standing } from "../heads/lag.ts";
import { createRecordedHead } from "../heads/recorded-head.ts";
import { runOf } from "./run-of.ts";
import { createWatchdog, stillAfterMs } from "./watchdog.ts";
import { createLiveSubscriptions, type LiveSubscriptions } from "../afterwards/subscriptions.ts";

/**
 * Replays recordings in order, many exchanges at once, and gives each exchange's result as it is done, with others of its moment. Throws a run failure
 * when targets are lost or the run must stop for their sake; ends early, without an error, when the signal is aborted.
 */
export async function* replay(input: ReplayInput): AsyncGenerator<readonly ExchangeResult[]> {
  const { options, signal } = input;
  const ending = new AbortController();
  const stop = AbortSignal.any([signal, ending.signal]);
  const guard = createGuard(options);
  const channel = createChannel<ExchangeResult>();
  const stillMs = input.stillMs ?? stillAfterMs(options.timeoutMs);
  const watchdog = createWatchdog<Plan>({
    stillMs,
    isHeld: () => input.throttle?.isHeld() ?? false,
    onStall: (what) => channel.end(stalled(stillMs, what)),
  });
  const recordedHead = createRecordedHead();
  const network = openNetwork({
    options,
    chain: input.chain,
    signal: stop,
    observe(seen) {
      guard.observe(seen);
      watchdog.alive();
    },
    recordedHead: () => (options.rebase ? recordedHead.number() : null),
    ...(input.throttle === undefined ? {} : { throttle: input.throttle }),
  });
  // An interruption does not wait for a slow node's answers, which would not be kept anyway, nor for anything else long.
  let ended: NodeJS.Timeout | undefined;
  stop.addEventListener("abort", () => {
    void network.close();
    ended = setTimeout(() => channel.end(), LAST_WORDS_MS);
  });
  try {
    await network.heads.refresh();
    if (typeof options.pin === "number" && network.heads.pins().latest === null) {
      throw usageError(`--pin ${options.pin}: not all targets hold that block with one hash.`);
    }
    const run: Run = { ...runOf(input, network, stop), kept: createKeptQuestions() };
    await network.warmUp();
    const following = network.heads
      .follow(stop, lagWarden(input))
      .catch((error: unknown) => channel.end(error));
    const live = liveSubscriptions(input, network, stop);
    const shared = { input, network, channel, guard, watchdog, recordedHead, stop };
    const work = drive({ ...shared, run, live })
      .then(async () => {
        for await (const result of afterwards(input, run, network, { live, signal: stop })) {
          if (!stop.aborted && !input.isDone(result.key)) channel.push(result);
        }
        channel.end();
      })
      .catch((error: unknown) => channel.end(error));
    yield* channel;
    ending.abort();
    await atMost(LAST_WORDS_MS, Promise.all([following, work]));
  } finally {
    ending.abort();
    clearTimeout(ended);
    watchdog.close();
    await network.close();
  }
}

/** A minute is longer than a node needs for a few blocks, and short beside a run that proves nothing. */
const LAG_FOR_MS = 60_000;

/** Says where both sides stand; throws a run failure for a side that stays behind. */
function lagWarden(input: ReplayInput): (standing: Standing) => void {
  const { options, chain, lagForMs = LAG_FOR_MS } = input;
  const blocks = options.maxLag ?? nodesOf(chain).maxLag;
  const watch = createLagWatch({ blocks, forMs: lagForMs });
  return (standing) => {
    input.onStanding?.(standing);
    const advice = watch.see(standing, performance.now());
    if (advice?.do === "say") {
      input.note(`Warning: ${advice.text}; what it lacks can't be compared (node-behind).`);
    } else if (advice?.do === "stop") {
      throw runFailure(`The replay stopped: ${advice.text}.`, {
        details: [
          `Let it catch up, then go on with --resume; or allow more with --max-lag (now ${blocks}).`,
        ],
      });
    }
  };
}

/** An interruption waits no longer than this for what is under way. */
const LAST_WORDS_MS = 5_000;
const MOST_NAMED = 3;

function stalled(stillMs: number, what: readonly Plan[]): Error {
  const named = what
    .slice(0, MOST_NAMED)
    .map(({ key, calls }) => `${key} ${calls[0]?.method ?? ""}`)
    .join(", ");
  const more = what.length > MOST_NAMED ? ` and ${what.length - MOST_NAMED} more` : "";
  return runFailure(`The replay stood still: nothing came for ${Math.round(stillMs / 1_000)} s.`, {
    details: [
      `Under way: ${named}${more}.`,
      "What was done is kept; go on with --resume. This is a bug unless a node hangs: please report it.",
    ],
  });
}

/** Waits for the work, but not longer. The timer is what keeps the program alive until then. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/** What is asked when all exchanges are done: confirmed differences of noisy places, subscriptions, and how transactions are refused. */
async function* afterwards(
  input: ReplayInput,
  run: Run,
  network: Network,
  { live, signal }: { readonly live: LiveSubscriptions | null; readonly signal: AbortSignal },
): AsyncGenerator<ExchangeResult> {
  const { options, chain, chainId } = input;
  yield* evidence(run.kept?.doubtful() ?? [], {
    signal,
    now: () => performance.now(),
    note: (text) => input.note(text),
  });
  if (live !== null) yield* live.results();
  const [lane] = options.probeSend && chain === "ethereum" ? network.lanes(1) : [];
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
