import type { Pins } from "../../protocol/adapter.ts";
import { createSplitWatch } from "./chain-split.ts";
import { choosePins, type Fork, type PinOptions } from "./pinning.ts";
import type { Standing } from "./lag.ts";
import { pause } from "../../pause.ts";
import type { ChainView, Block } from "../../chains/chain.ts";

/** What is known of the chain at the moment. Targets are numbered old first, then candidate. */
export interface HeadWatch {
  pins(): Pins;
  /** The head as it was last seen, or null. */
  head(view: number): Block | null;
  /** A lasting split of the chains, once there is one. */
  split(): Fork | null;
  /** Looks again now. */
  refresh(): Promise<void>;
  /** The lowest head of each side, as last seen. */
  standing(): Standing;
  /** Looks at the heads of some views now: what each gave, in order; null where it was not asked or gave no answer. */
  look(at?: (view: number) => boolean): Promise<readonly (Block | null)[]>;
  /** Looks again and again until the signal ends it; `seen` is told after each look. */
  follow(signal: AbortSignal, seen: (standing: Standing) => void): Promise<void>;
}

export interface HeadWatchOptions {
  readonly views: readonly ChainView[];
  /** How many of them are of old: they come first. */
  readonly ofOld: number;
  readonly pin: PinOptions["pin"];
  /** Head of the recorded chain as far as the replay has come, or null when numbers stay. */
  recordedHead(): number | null;
  /** Whether pins may be chosen anew now, where that is not for the watch to say; it takes some requests of each target. */
  mayChoose?(): boolean;
}

/** Blocks come seconds apart on the chains that are pinned: a look is late by less than a block. */
const LOOK_EVERY_MS = 1_000;
/** A pin is chosen anew after this long, or when the head is this far above it: a full Geth keeps 128 states. */
const PIN_FOR_MS = 15_000;
/** A quarter of the 128 states: what is asked at the pin can still be settled at it. */
const PIN_WITHIN_BLOCKS = 32;
/** A moving head's last blocks may still be replaced. */
const MARGIN_BLOCKS = 3;

export function createHeadWatch(options: HeadWatchOptions): HeadWatch {
  const { views, pin } = options;
  const watchSplit = createSplitWatch();
  let pins: Pins = { latest: null, safe: null, finalized: null, rebaseFrom: null };
  let heads: readonly (Block | null)[] = views.map(() => null);
  let split: Fork | null = null;
  let moving = false;
  let chosenAt = -Infinity;
  /** Height of the highest head when pins were last chosen. */
  let chosenAtHead = 0;
  let fork: Fork | null = null;

  const refresh = async (): Promise<void> => {
    const margin = moving ? MARGIN_BLOCKS : 0;
    const rebaseFrom = options.recordedHead();
    const choice = await choosePins(views, { pin, margin, rebaseFrom, lastFork: fork });
    // Heads that nobody knows excuse nothing: one that is not told for a moment is where it was last seen.
    heads = choice.heads.map((head, view) => head ?? heads[view] ?? null);
    ({ fork } = choice);
    chosenAtHead = highestOf(heads);
    // A target that does not answer for a moment must not unpin the calls of the others.
    if (choice.heads.every((head) => head !== null)) pins = choice.pins;
    split = watchSplit(fork) ?? split;
    chosenAt = performance.now();
  };

  const look = async (
    at: (view: number) => boolean = () => true,
  ): Promise<readonly (Block | null)[]> => {
    const seen = await Promise.all(
      views.map(async (view, index) => (at(index) ? view.head() : null)),
    );
    const moved = seen.some((head, view) => head !== null && head.hash !== heads[view]?.hash);
    heads = seen.map((head, view) => head ?? heads[view] ?? null);
    const apart = heads.some((head) => head !== null && head.hash !== heads[0]?.hash);
    const first = moved && !moving;
    moving ||= moved;
    // What is far below the head though it was just chosen (the last block before a split) comes no nearer by choosing again.
    const far = pins.latest === null || highestOf(heads) - chosenAtHead > PIN_WITHIN_BLOCKS;
    const old = performance.now() - chosenAt > PIN_FOR_MS;
    const wanted = (moved || apart) && (first || far || old);
    if (wanted && (options.mayChoose?.() ?? true)) await refresh();
    return seen;
  };

  const standing = (): Standing => ({
    old: lowest(heads.slice(0, options.ofOld)),
    candidate: lowest(heads.slice(options.ofOld)),
  });

  return {
    pins: () => ({ ...pins, rebaseFrom: pins.rebaseFrom === null ? null : options.recordedHead() }),
    head: (view) => heads[view] ?? null,
    split: () => split,
    refresh,
    look,
    standing,
    async follow(signal, seen) {
      while (!signal.aborted) {
        seen(standing());
        await pause(LOOK_EVERY_MS, signal);
        if (!signal.aborted) await look();
      }
    },
  };
}

function highestOf(heads: readonly (Block | null)[]): number {
  return Math.max(0, ...heads.map((head) => head?.number ?? 0));
}

function lowest(heads: readonly (Block | null)[]): number | null {
  const known = heads.filter((head) => head !== null);
  return known.length < heads.length || known.length === 0
    ? null
    : Math.min(...known.map(({ number }) => number));
}
