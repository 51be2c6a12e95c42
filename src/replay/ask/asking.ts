import type { Comparison } from "../../model/comparison.ts";
import type { Exchange, Protocol } from "../../model/exchange.ts";
import type { Outcome, Pair } from "../../model/pair.ts";
import type { Adapter, Call } from "../../protocol/adapter.ts";
import type { KeptQuestions } from "../compare/kept.ts";
import type { HeadWatch } from "../heads/heads.ts";
import type { Lane, Tally } from "./lane.ts";
import type { ReplayOptions } from "../given/options.ts";
import { hashOf } from "./seed.ts";
import type { Ask } from "../../chains/ask.ts";
import type { ChainView } from "../../chains/chain.ts";
import type { Target, Sides } from "../../model/target.ts";

/** classify's examine. */
export type Examine = (pair: Pair) => Comparison;

export type Adapters = Readonly<Record<Protocol, Adapter>>;

/** What every call of a run shares. */
export interface Run {
  readonly options: ReplayOptions;
  /** How each wire is read and written. */
  readonly adapters: Adapters;
  readonly heads: HeadWatch;
  readonly examine: Examine;
  readonly signal: AbortSignal;
  chain(ask: Ask): ChainView;
  /** Oldest block whose state all targets of a side hold; 0 for archives. */
  oldestState(): Sides<number>;
  /** How often a mismatch of this method, kind and place was confirmed. */
  readonly confirmedBefore: Map<string, number>;
  /** Keeps some of what was confirmed, to be asked for once more at the end; absent where nothing ends (live traffic). */
  readonly kept?: KeptQuestions;
  /** How often a method's drift was asked about between two looks at the heads, and how often both stood on one block then. */
  readonly driftDoubted: Map<string, { readonly stood: number; readonly tried: number }>;
  /** How often a method was asked with a tag as it stands. */
  readonly unpinnedAsked: Map<string, number>;
  /**
   * Heavy work, one at a time per target. Held for one asking and never while a mismatch is settled: whoever waits for more
   * than one turn at a time can wait for itself.
   */
  alone<T>(targets: readonly Target[], work: () => Promise<T>): Promise<T>;
  /** Index of a target among the heads: old first, then candidate. */
  viewOf(target: Target): number;
}

/** One exchange on its way through one lane, always to the same two targets. */
export interface Asking {
  readonly run: Run;
  readonly lane: Lane;
  readonly exchange: Exchange;
  /** Of the exchange's wire. */
  readonly adapter: Adapter;
  readonly old: Target;
  readonly candidate: Target;
  readonly tally: Tally;
  /** An answer longer than this is not read to its end; the run's own limit, where it is left out. */
  readonly maxBytes?: number;
}

/** One side's asking of one or several calls. */
export function askSide(
  asking: Asking,
  target: Target,
  calls: readonly Call[],
  batch: boolean,
): Promise<Outcome> {
  const send = (): Promise<Outcome> => sendTo(asking, target, calls, batch);
  return isHeavy(calls) ? asking.run.alone([target], send) : send();
}

/** Asks both at the same time; the seed says who is first, so that neither is always the one with warm caches. */
export async function askBoth(
  asking: Asking,
  calls: Sides<readonly Call[]>,
  batch: boolean,
): Promise<Sides<Outcome>> {
  const { run, exchange, tally, old, candidate } = asking;
  // The highest bit: the lowest would alternate with the id.
  const oldFirst = hashOf(String(exchange.id + tally.sends), run.options.seed) < 2 ** 31;
  const send = (): Sides<Promise<Outcome>> => {
    if (oldFirst) {
      const first = sendTo(asking, old, calls.old, batch);
      return { old: first, candidate: sendTo(asking, candidate, calls.candidate, batch) };
    }
    const first = sendTo(asking, candidate, calls.candidate, batch);
    return { candidate: first, old: sendTo(asking, old, calls.old, batch) };
  };
  if (isHeavy(calls.old)) return run.alone([old, candidate], () => bothOf(send()));
  const sent = send();
  return { old: await sent.old, candidate: await sent.candidate };
}

async function bothOf(sent: Sides<Promise<Outcome>>): Promise<Sides<Outcome>> {
  return { old: await sent.old, candidate: await sent.candidate };
}

function isHeavy(calls: readonly Call[]): boolean {
  for (const { knowledge } of calls) if (knowledge.cost === "heavy") return true;
  return false;
}

function sendTo(
  { lane, exchange, adapter, tally, maxBytes }: Asking,
  target: Target,
  calls: readonly Call[],
  batch: boolean,
): Promise<Outcome> {
  const asked = adapter.question(exchange, calls, batch);
  const question = maxBytes === undefined ? asked : { ...asked, maxBytes };
  const { transport } = exchange;
  return lane.ask(target, { question, adapter, transport, tally, like: likeOf(calls, batch) });
}

/** What an asking's time may be compared with: its method; for a batch its methods and the power of two of its length. */
function likeOf(calls: readonly Call[], batch: boolean): string {
  const [first] = calls;
  if (!batch && first !== undefined) return first.method;
  const methods = [...new Set(calls.map(({ method }) => method))].sort().join(" ");
  return `(batch of 2^${Math.round(Math.log2(calls.length))}) ${methods}`;
}

/** Whether the call may cost `more` requests still. */
export function mayAsk({ run, tally }: Asking, more: number): boolean {
  return tally.sends + more <= tally.ceiling && !run.signal.aborted;
}
