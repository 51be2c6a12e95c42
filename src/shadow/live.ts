import type { Block } from "../chains/chain.ts";
import type { Comparison } from "../model/comparison.ts";
import type { Target } from "../model/target.ts";
import type { Call } from "../protocol/adapter.ts";
import type { Run } from "../replay/ask/asking.ts";
import type { Question } from "../replay/compare/question.ts";
import type { Sessions } from "../replay/compare/sessions.ts";
import type { Heads } from "../replay/heads/heads-moved.ts";
import type { Budget } from "./budget.ts";
import type { Doubts } from "./doubts.ts";
import type { HeadHistory } from "./heads.ts";
import type { OldOrder } from "./old-order.ts";
import type { Worth } from "./worth.ts";

/** What the comparing of live exchanges shares, of one candidate. */
export interface Live {
  readonly run: Run;
  readonly old: Target;
  readonly candidate: Target;
  readonly history: HeadHistory;
  readonly budget: Budget;
  readonly worth: Worth;
  readonly doubts: Doubts;
  readonly oldOrder: OldOrder;
  readonly sessions: Sessions;
  /** Whether what passes is a mirror's copies: old is then asked for its answer by design. */
  readonly mirrored: boolean;
  /** A look at both heads that begins after it is asked for. */
  look(): Promise<Heads>;
  /** A look at the candidate's head alone; null where it gives no answer. */
  candidateHead(): Promise<Block | null>;
}

/** An exchange whose first asking is done. */
export interface First {
  /** What is decided. */
  readonly comparisons: readonly Comparison[];
  /** What has to be settled, call by call. */
  readonly open: readonly Mismatch[];
  /**
   * The exchange has to be asked anew as a whole: a batch that differs, an id that lives in one node, values that may only have
   * drifted. Where old may not be asked, what is in `comparisons` stands.
   */
  readonly whole: boolean;
  /** What a batch shows beside its calls' answers: order, answers of no call. */
  readonly ofBatch: Comparison | null;
  readonly sends: number;
  /** What the request took on each side, ms; null where it was not measured on both. */
  readonly times: { readonly old: number; readonly candidate: number } | null;
}

/** A call whose answers differ. */
export interface Mismatch {
  readonly call: Call;
  readonly comparison: Comparison;
  /** As both were asked of it by us; null where the answer of old is the one that its client got. */
  readonly question: Question | null;
}
