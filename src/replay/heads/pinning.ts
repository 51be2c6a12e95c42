import type { Pins } from "../../protocol/adapter.ts";
import type { ChainView, Block } from "../../chains/chain.ts";

/** Two chains: the last block that all share and the first heights at which they do not. */
export interface Fork {
  readonly ancestor: Block | null;
  /** Number of the lowest height that was seen to differ, with the hash that each view has there. */
  readonly height: number;
  readonly hashes: readonly string[];
  /** The highest common height that was compared, with its hashes. */
  readonly common: number;
  readonly commonHashes: readonly string[];
  /** Highest finalized block of any view, or -1. */
  readonly finalized: number;
}

export interface PinChoice {
  readonly pins: Pins;
  /** Head of each view, in order; null where it did not answer. */
  readonly heads: readonly (Block | null)[];
  readonly fork: Fork | null;
}

export interface PinOptions {
  /** `auto`, a block number, or `none`. */
  readonly pin: "auto" | "none" | number;
  /** Blocks below the lowest head, so that a shallow reorg does not take the pinned block away. */
  readonly margin: number;
  readonly rebaseFrom: number | null;
  /** What was found last time: where chains still part there, there is nothing to search. */
  readonly lastFork?: Fork | null;
}

const NO_PINS: Pins = { latest: null, safe: null, finalized: null, rebaseFrom: null };
/** How far down the search for a common block goes before it gives up: the depth at which full nodes still hold state. */
const SEARCH_DEPTH = 1 << 20;

/** Chooses blocks that every view holds with the same hash, and finds where chains part if they do. */
export async function choosePins(
  views: readonly ChainView[],
  { pin, margin, rebaseFrom, lastFork = null }: PinOptions,
): Promise<PinChoice> {
  const heads = await Promise.all(views.map((view) => view.head()));
  const known = heads.filter((head) => head !== null);
  if (known.length < views.length) return { pins: NO_PINS, heads, fork: null };
  const common = Math.min(...known.map((head) => head.number));
  const { block, fork } = await highestShared(views, common, lastFork);
  const latest = await latestPin(views, block, pin, common - margin);
  const [safe, finalized] = await Promise.all([
    sharedTag(views, "safe"),
    sharedTag(views, "finalized"),
  ]);
  return {
    pins:
      pin === "none"
        ? NO_PINS
        : { latest, safe: safe.block, finalized: finalized.block, rebaseFrom },
    heads,
    fork: fork === null ? null : { ...fork, finalized: finalized.highest },
  };
}

/** A number must be held by all; else the highest block that is shared, at or below `wanted`. */
async function latestPin(
  views: readonly ChainView[],
  shared: Block | null,
  pin: PinOptions["pin"],
  wanted: number,
): Promise<Block | null> {
  if (typeof pin === "number") return sharedAt(views, pin);
  if (shared === null || wanted >= shared.number) return shared;
  return sharedAt(views, Math.max(0, wanted));
}

/** The tag's lowest block over all views, where all hold it with one hash; null when a view has no such tag. */
async function sharedTag(
  views: readonly ChainView[],
  tag: "safe" | "finalized",
): Promise<{ block: Block | null; highest: number }> {
  const blocks = await Promise.all(views.map((view) => view.tagged(tag)));
  const known = blocks.filter((block) => block !== null);
  const highest = Math.max(-1, ...known.map((block) => block.number));
  if (known.length < views.length || known.length === 0) return { block: null, highest };
  return { block: await sharedAt(views, Math.min(...known.map((block) => block.number))), highest };
}

async function hashesAt(views: readonly ChainView[], number: number): Promise<(Block | null)[]> {
  return Promise.all(views.map((view) => view.at(number)));
}

/** The block at `number` when all views hold it with one hash. */
async function sharedAt(views: readonly ChainView[], number: number): Promise<Block | null> {
  const [first = null, ...others] = await hashesAt(views, number);
  return first !== null && others.every((block) => block?.hash === first.hash) ? first : null;
}

/** The highest shared block at or below `top`, and the fork above it if there is one. */
async function highestShared(
  views: readonly ChainView[],
  top: number,
  lastFork: Fork | null,
): Promise<{ block: Block | null; fork: Omit<Fork, "finalized"> | null }> {
  const atTop = await hashesAt(views, top);
  const first = atTop[0] ?? null;
  if (atTop.some((block) => block === null)) return { block: null, fork: null };
  if (atTop.every((block) => block?.hash === first?.hash)) return { block: first, fork: null };
  if (await stillParts(views, top, lastFork)) {
    const commonHashes = atTop.map((block) => block?.hash ?? "");
    return {
      block: lastFork?.ancestor ?? null,
      fork: lastFork && { ...lastFork, common: top, commonHashes },
    };
  }
  let different = top;
  let hashes = atTop.map((block) => block?.hash ?? "");
  let shared: Block | null = null;
  // Doubling steps down to a shared block, then halving between it and the lowest that differs.
  for (let step = 1; shared === null && step <= SEARCH_DEPTH && different > 0; step *= 2) {
    const number = Math.max(0, different - step);
    const blocks = await hashesAt(views, number);
    if (blocks.some((block) => block === null)) break;
    if (blocks.every((block) => block?.hash === blocks[0]?.hash)) shared = blocks[0] ?? null;
    else {
      different = number;
      hashes = blocks.map((block) => block?.hash ?? "");
    }
  }
  while (shared !== null && different - shared.number > 1) {
    const blocks = await hashesAt(views, Math.floor((different + shared.number) / 2));
    const middle = blocks[0] ?? null;
    if (middle === null || blocks.some((block) => block === null)) break;
    if (blocks.every((block) => block?.hash === middle.hash)) shared = middle;
    else {
      different = middle.number;
      hashes = blocks.map((block) => block?.hash ?? "");
    }
  }
  return {
    block: shared,
    fork: {
      ancestor: shared,
      height: different,
      hashes,
      common: top,
      commonHashes: atTop.map((block) => block?.hash ?? ""),
    },
  };
}

/** Whether the chains part at the place where they did: who holds the same blocks just above the last common one holds that one too. */
async function stillParts(
  views: readonly ChainView[],
  top: number,
  fork: Fork | null,
): Promise<boolean> {
  if (fork === null || fork.height > top || fork.ancestor?.number !== fork.height - 1) return false;
  const above = await hashesAt(views, fork.height);
  return above.every((block, view) => block?.hash === fork.hashes[view]);
}
