import type { Sides } from "../../model/target.ts";
import type { ChainView } from "../../chains/chain.ts";
import type { Outcome } from "../../model/pair.ts";
import type { Call, Pinned, Pins } from "../../protocol/adapter.ts";
import { askBoth, askSide, mayAsk, type Asking } from "../ask/asking.ts";
import { looker } from "../ask/lane.ts";
import { pause } from "../../pause.ts";
import type { Heads } from "../heads/heads-moved.ts";
import { pairOf } from "./pair.ts";
import type { Found, Next, Question } from "./question.ts";

/** How one call is asked, however often: what stays the same from one asking to the next. */
export interface Way {
  readonly asking: Asking;
  /** `<recording>:<exchange>`. */
  readonly key: string;
  readonly recorded: Outcome | null;
  /** Whether old is asked twice. */
  readonly control: boolean;
  /** What the call becomes before it is sent. */
  pin(call: Call, pins: Pins): Pinned;
  /** What each side is sent: an id of the node's own is another one on each. */
  sides(asked: Call): Sides<Call>;
  /** Whether only outcome and shape can be compared of what is asked so. */
  byShape(asked: Pinned): boolean;
}

/** The usual way: pinned, with a control, the same bytes to both. */
export function usualWay(asking: Asking, key: string, recorded: Outcome | null): Way {
  return {
    asking,
    key,
    recorded,
    control: true,
    pin: (call, pins) => asking.adapter.pin(call, pins),
    sides: (call) => ({ old: call, candidate: call }),
    byShape: ({ left }) => left.includes("pending"),
  };
}

/** Asks a call of both sides, and old once more: a Question with its heads as they were last seen. */
export function askQuestion(way: Way, call: Call): Promise<Question> {
  const pins = way.asking.run.heads.pins();
  return askPinned(way, call, way.pin(call, pins), pins, headsSeen(way.asking));
}

/** Heads of both targets as they were last seen. */
export function headsSeen({ run, old, candidate }: Asking): Heads {
  return {
    old: run.heads.head(run.viewOf(old)),
    candidate: run.heads.head(run.viewOf(candidate)),
  };
}

async function askPinned(
  way: Way,
  call: Call,
  asked: Pinned,
  pins: Pins,
  before: Heads,
): Promise<Question> {
  const { asking, key, recorded } = way;
  const { run, exchange } = asking;
  const sides = way.sides(asked.call);
  const both = await askBoth(asking, { old: [sides.old], candidate: [sides.candidate] }, false);
  const failed = both.old.kind === "timeout" || both.old.kind === "unreachable";
  const control =
    failed || !way.control ? null : await askSide(asking, asking.old, [sides.old], false);
  const byShape = way.byShape(asked);
  const oneBlock = namesItsBlock(asked);
  const { adapter } = asking;
  const parts = { key, exchange, adapter, recorded, control, byShape, oneBlock, ...both };
  const comparison = run.examine(pairOf({ ...parts, call, asked: asked.call }));
  return { call, asked, pins, before, comparison };
}

/** Every block that the question rests on stands in it by its number: nothing in the answers moves with a head. */
export function namesItsBlock({ highest, left, missing }: Pinned): boolean {
  return highest !== null && left.length === 0 && !missing;
}

/** Requests that each want costs at most: a look is one of each side, an asking two of old and one of candidate. */
const COST: Readonly<Record<Next["want"], number>> = {
  heads: 2,
  blocks: 2,
  states: 2,
  place: 4,
  ask: 5,
  again: 2,
};

/** Finds what a settling wants to know, over the call's own connections and within its ceiling. */
export function finder(way: Way): (next: Next) => Promise<Found> {
  const { asking } = way;
  const chains = chainsOf(asking);
  return async (next) => {
    if (!mayAsk(asking, COST[next.want])) return {};
    if ("afterMs" in next && next.afterMs > 0) await pause(next.afterMs, asking.run.signal);
    if (next.want === "again") {
      const { old, candidate } = way.sides(next.of.asked.call);
      return { again: await askBoth(asking, { old: [old], candidate: [candidate] }, false) };
    }
    if (next.want === "heads") return { heads: await both(chains, (chain) => chain.head()) };
    if (next.want === "blocks") {
      return { blocks: await both(chains, (chain) => chain.at(next.number)) };
    }
    if (next.want === "states") {
      const holds = async (chain: ChainView): Promise<boolean | null> =>
        (await chain.holdsState?.(next.number)) ?? null;
      return { states: await both(chains, holds) };
    }
    if (next.want === "place") {
      const { bytes } = next.of.call;
      const found = await both(chains, async (chain) => (await chain.place?.(bytes)) ?? null);
      const place = found.old ?? found.candidate;
      return place === null ? {} : { place };
    }
    return askAnew(way, next, await both(chains, (chain) => chain.head()));
  };
}

async function askAnew(
  way: Way,
  { of, how }: Extract<Next, { want: "ask" }>,
  before: Heads,
): Promise<Found> {
  const { run } = way.asking;
  if (how === "as-it-was") {
    return { question: await askPinned(way, of.call, of.asked, of.pins, before) };
  }
  if (how === "pinned-anew" && of.asked.replaced.length > 0) await run.heads.refresh();
  const pins = run.heads.pins();
  const call = how === "filled-in" ? way.asking.adapter.fillIn(of.call, pins) : of.call;
  if (call === null) return {};
  return { question: await askPinned(way, call, way.pin(call, pins), pins, before) };
}

/** What both targets say of their chain, over the connections that the call itself uses. */
function chainsOf({ run, lane, tally, old, candidate }: Asking): Sides<ChainView> {
  return {
    old: run.chain(looker(lane, old, tally)),
    candidate: run.chain(looker(lane, candidate, tally)),
  };
}

async function both<T>(
  chains: Sides<ChainView>,
  look: (chain: ChainView) => Promise<T>,
): Promise<Sides<T>> {
  const [old, candidate] = await Promise.all([look(chains.old), look(chains.candidate)]);
  return { old, candidate };
}
