import type { Comparison } from "../../model/comparison.ts";
import type { Outcome } from "../../model/pair.ts";
import type { Call, Pinned, Tag } from "../../protocol/adapter.ts";
import { askBoth, askSide, mayAsk, type Asking, type Sides } from "../ask/asking.ts";
import { pairOf } from "./pair.ts";
import { settle } from "./settle.ts";

/** One call of an exchange, to be asked alone. */
export interface SingleCall {
  readonly key: string;
  readonly call: Call;
  readonly recorded: Outcome | null;
}

/** Each method is asked this many times with each tag as it stands. */
const UNPINNED_ASKS = 20;

/** Asks one call of both sides, and again as far as a mismatch needs it. */
export async function compareSingle(asking: Asking, single: SingleCall): Promise<Comparison> {
  const { run } = asking;
  const { call } = single;
  const pins = run.heads.pins();
  const pinned = run.adapter.pin(call, pins);
  const before = {
    old: run.heads.head(run.viewOf(asking.old)),
    candidate: run.heads.head(run.viewOf(asking.candidate)),
  };
  const byShape = pinned.left.includes("pending") || call.knowledge.mempool;
  const ask = (asked: Call): Promise<Comparison> => askOnce(asking, single, asked, byShape);
  const again = (asked: Call): Promise<Sides<Outcome>> =>
    askBoth(asking, { old: [asked], candidate: [asked] }, false);
  const first = await ask(pinned.call);
  if (first.state === "different") {
    return settle({ asking, call, pinned, pins, first, before, ask, again });
  }
  const tag = first.state === "same" ? untestedTag(asking, call, pinned) : null;
  return tag === null ? first : compareUnpinned(asking, single, first);
}

async function askOnce(
  asking: Asking,
  { key, call, recorded }: SingleCall,
  asked: Call,
  byShape: boolean,
): Promise<Comparison> {
  const { run, exchange } = asking;
  const both = await askBoth(asking, { old: [asked], candidate: [asked] }, false);
  const failed = both.old.kind === "timeout" || both.old.kind === "unreachable";
  const control = failed ? null : await askSide(asking, asking.old, [asked], false);
  const parts = { key, exchange, adapter: run.adapter, recorded, control, byShape, ...both };
  return run.examine(pairOf({ ...parts, call, asked }));
}

/** A tag that was replaced and that this method was not yet asked with often enough as it stands. */
function untestedTag({ run }: Asking, { method }: Call, { replaced }: Pinned): Tag | null {
  for (const tag of replaced) {
    const key = `${method} ${tag}`;
    const asked = run.unpinnedAsked.get(key) ?? 0;
    if (asked >= UNPINNED_ASKS) continue;
    run.unpinnedAsked.set(key, asked + 1);
    return tag;
  }
  return null;
}

/** The call as it was recorded: heads may differ, so by outcome and shape only. What it shows counts for the call. */
async function compareUnpinned(
  asking: Asking,
  single: SingleCall,
  pinnedResult: Comparison,
): Promise<Comparison> {
  if (!mayAsk(asking, 3)) return pinnedResult;
  const { run } = asking;
  const { call } = single;
  const first = await askOnce(asking, single, call, true);
  if (first.state !== "different") return pinnedResult;
  const again = (asked: Call): Promise<Sides<Outcome>> =>
    askBoth(asking, { old: [asked], candidate: [asked] }, false);
  const untouched: Pinned = { call, replaced: [], left: ["latest"], missing: false, highest: null };
  const settled = await settle({
    asking,
    call,
    pinned: untouched,
    pins: run.heads.pins(),
    first,
    before: {
      old: run.heads.head(run.viewOf(asking.old)),
      candidate: run.heads.head(run.viewOf(asking.candidate)),
    },
    ask: () => askOnce(asking, single, call, true),
    again,
  });
  // Heads that do not stand still prove nothing here; the pinned comparison has spoken.
  return settled.state === "different" ? settled : pinnedResult;
}
