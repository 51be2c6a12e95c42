import type { Sides } from "../../model/target.ts";
import { pause } from "../../pause.ts";
import { examineBatch } from "../../classify/whole-batch.ts";
import type { Comparison } from "../../model/comparison.ts";
import type { Outcome } from "../../model/pair.ts";
import type { Call, Pinned, Split } from "../../protocol/adapter.ts";
import { UNKNOWN_METHOD } from "../../chains/knowledge.ts";
import { askBoth, askSide, mayAsk, type Asking } from "../ask/asking.ts";
import { finder, headsSeen, namesItsBlock, usualWay } from "./ask.ts";
import { stoodStill } from "../heads/heads-moved.ts";
import { pairOf, WHOLE_BATCH } from "./pair.ts";
import { settled, type Question } from "./question.ts";
import { confirmed } from "./settle.ts";
import { compareCall, rulesOf } from "./call.ts";

export interface BatchCalls {
  readonly key: string;
  readonly calls: readonly Call[];
  readonly recorded: readonly (Outcome | null)[];
  /** Items that are no calls and go along. */
  readonly riders: readonly Call[];
}

/** A batch's answers, whole and cut. */
export interface Answered {
  readonly whole: Outcome;
  readonly split: Split | null;
}

/** Asks a batch as a batch; then singly each call that differs, or every call where the batch itself does. */
export async function compareBatch(asking: Asking, batch: BatchCalls): Promise<Comparison[]> {
  const { run } = asking;
  const pins = run.heads.pins();
  const before = headsSeen(asking);
  const pinned = batch.calls.map((call) => asking.adapter.pin(call, pins));
  const asked = [...pinned.map(({ call }) => call), ...batch.riders];
  const both = await askBoth(asking, { old: asked, candidate: asked }, true);
  const old = answered(asking, both.old, asked);
  const candidate = answered(asking, both.candidate, asked);
  if (old.split === null || candidate.split === null) {
    return compareFailed(asking, batch, { asked, both, pins, before });
  }
  const control = answered(asking, await askSide(asking, asking.old, asked, true), asked);
  const results: Comparison[] = [];
  for (const [position, one] of pinned.entries()) {
    const call = batch.calls[position] ?? one.call;
    const outcomes = {
      old: itemOutcome(old, position),
      candidate: itemOutcome(candidate, position),
      control: control.split === null ? null : itemOutcome(control, position),
    };
    const { exchange, adapter } = asking;
    const parts = { key: batch.key, exchange, adapter, oneBlock: namesItsBlock(one) };
    const recorded = batch.recorded[position] ?? null;
    const comparison = run.examine(pairOf({ ...parts, call, recorded, ...outcomes }));
    const question: Question = { call, asked: one, pins, before, comparison };
    results.push(
      comparison.state === "different"
        ? await settleItem(asking, batch, { position, question, batch: asked })
        : comparison,
    );
  }
  const splits = { old: old.split, candidate: candidate.split, control: control.split };
  const whole = examineBatch(splits, () =>
    pairOf({
      key: batch.key,
      exchange: asking.exchange,
      adapter: asking.adapter,
      call: wholeCall([...batch.calls, ...batch.riders]),
      old: old.whole,
      candidate: candidate.whole,
      control: control.whole,
      recorded: null,
    }),
  );
  return whole === null ? results : [...results, whole];
}

export function answered({ adapter }: Asking, whole: Outcome, calls: readonly Call[]): Answered {
  const usable = whole.kind === "reply" && whole.body !== null;
  return { whole, split: usable && whole.body ? adapter.split(whole.body, calls) : null };
}

/** One call's part of a batch's answer. Its time is the batch's, so it is not the call's own. */
export function itemOutcome({ whole, split }: Answered, position: number): Outcome {
  const body = split?.answers[position] ?? null;
  const common = { status: whole.status, headers: {}, ms: null, target: whole.target };
  if (body === null)
    return { ...common, kind: "malformed", body, detail: "no answer in the batch" };
  const fault = /^\s*\{(?:[^{}]*,)?\s*"error"\s*:\s*\{/.test(body.toString("latin1", 0, 500));
  return { ...common, kind: fault ? "fault" : "reply", body };
}

/** A call of the batch that differs there: its question, as if it had been asked alone, and what the batch asked. */
interface Item {
  readonly position: number;
  readonly question: Question;
  readonly batch: readonly Call[];
}

/** A call that differs within its batch, asked alone; if it agrees then, the batch is asked again. */
async function settleItem(asking: Asking, batch: BatchCalls, item: Item): Promise<Comparison> {
  const { position, question } = item;
  const { asked, call } = question;
  const recorded = batch.recorded[position] ?? null;
  const alone = await compareCall(asking, { key: batch.key, call, recorded });
  const restsOnHead = call.knowledge.followsHead || asked.missing || asked.left.length > 0;
  if (alone.state !== "same" || restsOnHead) return alone;
  // Some answers about a pinned block follow the head all the same: only where no head moved was it the batch.
  if (asked.replaced.length > 0 && !(await standsStill(asking, batch.key, question))) return alone;
  const rounds = Math.min(1, asking.run.options.confirm);
  const again = async (): Promise<Sides<Outcome>> => {
    const whole = await askBoth(asking, { old: item.batch, candidate: item.batch }, true);
    return {
      old: itemOutcome(answered(asking, whole.old, item.batch), position),
      candidate: itemOutcome(answered(asking, whole.candidate, item.batch), position),
    };
  };
  return confirmBy(asking, question, rounds, again);
}

async function standsStill(asking: Asking, key: string, question: Question): Promise<boolean> {
  const find = finder(usualWay(asking, key, null));
  const { heads } = await find({ want: "heads", afterMs: 0 });
  return heads !== undefined && stoodStill(question.before, heads);
}

/** How much a mismatch is worth that only the whole batch shows: the batch is asked again. */
async function confirmBy(
  asking: Asking,
  question: Question,
  rounds: number,
  again: () => Promise<Sides<Outcome>>,
): Promise<Comparison> {
  const rules = { ...rulesOf(asking), confirm: rounds };
  return settled(confirmed(question, rules), async (next) => {
    if ("afterMs" in next) await pause(next.afterMs, asking.run.signal);
    return next.want === "again" && mayAsk(asking, 2) ? { again: await again() } : {};
  });
}

/** The call that stands for a batch as a whole. */
export function wholeCall(calls: readonly Call[]): Call {
  const bytes = Buffer.from(`[${calls.map((call) => call.bytes.toString()).join(",")}]`);
  return {
    index: WHOLE_BATCH,
    method: "(batch)",
    chain: calls[0]?.chain ?? "other",
    knowledge: UNKNOWN_METHOD,
    id: "",
    bytes,
    path: null,
  };
}

/** The whole batch as it was asked. */
interface Failed extends Pick<Question, "pins" | "before"> {
  readonly asked: readonly Call[];
  readonly both: Sides<Outcome>;
}

/** The batch as a whole failed on a side: compared as one call, and its calls singly where the sides disagree. */
async function compareFailed(
  asking: Asking,
  batch: BatchCalls,
  { asked, both, pins, before }: Failed,
): Promise<Comparison[]> {
  const { run, exchange } = asking;
  const call = wholeCall([...batch.calls, ...batch.riders]);
  const parts = { key: batch.key, exchange, adapter: asking.adapter, call, control: null };
  const comparison = run.examine(pairOf({ ...parts, ...both, recorded: null }));
  if (comparison.state !== "different") return [comparison];
  const whole: Pinned = { call, replaced: [], left: [], missing: false, highest: null };
  const question: Question = { call, asked: whole, pins, before, comparison };
  const again = (): Promise<Sides<Outcome>> =>
    askBoth(asking, { old: asked, candidate: asked }, true);
  const results = [await confirmBy(asking, question, run.options.confirm, again)];
  for (const [position, single] of batch.calls.entries()) {
    const recorded = batch.recorded[position] ?? null;
    results.push(await compareCall(asking, { key: batch.key, call: single, recorded }));
  }
  return results;
}
