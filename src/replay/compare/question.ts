import type { Sides } from "../../model/target.ts";
import type { Block } from "../../chains/chain.ts";
import type { Comparison } from "../../model/comparison.ts";
import type { Outcome } from "../../model/pair.ts";
import type { Call, Pinned, Pins } from "../../protocol/adapter.ts";
import type { Heads } from "../heads/heads-moved.ts";

/**
 * One call as it was asked of both sides, and what was known then: everything that a mismatch is judged by. It does not say
 * whether a recording is replayed or live traffic is shadowed.
 */
export interface Question {
  /** The call as it was recorded or passed by; pinned anew when it is asked anew. */
  readonly call: Call;
  /** As it was asked: which tags became a block, and what of it still rests on the head. */
  readonly asked: Pinned;
  /** The pins of that moment. */
  readonly pins: Pins;
  /** Heads of both sides as they were last seen before the asking; null where they are not known. */
  readonly before: Heads;
  /** Both answers and old's control, examined. */
  readonly comparison: Comparison;
}

/**
 * What `settle` wants to know next. `ask` is the whole question once more, with heads looked at just before and a control:
 * at fresh pins, with the same bytes, or with the latest pin where it named no block. `again` is both sides without a control.
 * `afterMs` is how long to wait first.
 */
export type Next =
  | { readonly want: "heads"; readonly afterMs: number }
  | { readonly want: "blocks"; readonly number: number; readonly afterMs: number }
  | { readonly want: "states"; readonly number: number }
  | { readonly want: "place"; readonly of: Question }
  | {
      readonly want: "ask";
      readonly of: Question;
      readonly how: "pinned-anew" | "as-it-was" | "filled-in";
      readonly afterMs: number;
    }
  | { readonly want: "again"; readonly of: Question };

/** What was found. The member that was wanted is missing where it may not, or can't, be asked. */
export interface Found {
  readonly heads?: Heads;
  /** The block at a height on each side, null where the side has none. */
  readonly blocks?: Sides<Block | null>;
  /** Whether each side holds the state of a block; null where it does not say. */
  readonly states?: Sides<boolean | null>;
  /** Number of the block that holds what the call names by its hash. */
  readonly place?: number;
  readonly question?: Question;
  readonly again?: Sides<Outcome>;
}

/** A way of thinking that asks as it goes, and ends with what became of the call. Pure: whoever drives it does the asking. */
export type Settling = Generator<Next, Comparison, Found>;

/** Drives a settling to its end: the one loop in which a mismatch is asked about. */
export async function settled(
  settling: Settling,
  find: (next: Next) => Promise<Found>,
): Promise<Comparison> {
  let step = settling.next();
  while (step.done !== true) step = settling.next(await find(step.value));
  return step.value;
}
