import { compared, withDifference, type Comparison } from "../../model/comparison.ts";
import type { Outcome } from "../../model/pair.ts";
import type { Call, Pinned, Split } from "../../protocol/adapter.ts";
import { UNKNOWN_METHOD } from "../../chains/knowledge.ts";
import { askBoth, askSide, mayAsk, type Asking, type Sides } from "../ask/asking.ts";
import { confirm } from "./confirm.ts";
import { pairOf, WHOLE_BATCH } from "./pair.ts";
import { compareSingle } from "./single.ts";

export interface BatchCalls {
  readonly key: string;
  readonly calls: readonly Call[];
  readonly recorded: readonly (Outcome | null)[];
}

/** A batch's answers, whole and cut. */
interface Answered {
  readonly whole: Outcome;
  readonly split: Split | null;
}

/** Asks a batch as a batch; then singly each call that differs, or every call where the batch itself does. */
export async function compareBatch(asking: Asking, batch: BatchCalls): Promise<Comparison[]> {
  const { run } = asking;
  const pins = run.heads.pins();
  const pinned = batch.calls.map((call) => run.adapter.pin(call, pins));
  const asked = pinned.map(({ call }) => call);
  const both = await askBoth(asking, { old: asked, candidate: asked }, true);
  const old = answered(asking, both.old, asked);
  const candidate = answered(asking, both.candidate, asked);
  const control =
    old.split === null
      ? null
      : answered(asking, await askSide(asking, asking.old, asked, true), asked);
  if (old.split === null || candidate.split === null) {
    return compareFailed(asking, batch, asked, both);
  }
  const results: Comparison[] = [];
  for (const [position, call] of batch.calls.entries()) {
    const outcomes = {
      old: itemOutcome(old, position),
      candidate: itemOutcome(candidate, position),
      control: control === null || control.split === null ? null : itemOutcome(control, position),
    };
    const parts = { key: batch.key, exchange: asking.exchange, adapter: run.adapter };
    const recorded = batch.recorded[position] ?? null;
    const inBatch = run.examine(pairOf({ ...parts, call, recorded, ...outcomes }));
    results.push(
      inBatch.state === "different"
        ? await settleItem(asking, batch, { position, inBatch, asked, pinned: pinned[position] })
        : inBatch,
    );
  }
  const order = orderChange(asking, batch, { old, candidate, control, asked });
  return order === null ? results : [...results, order];
}

function answered({ run }: Asking, whole: Outcome, calls: readonly Call[]): Answered {
  const usable = whole.kind === "reply" && whole.body !== null;
  return { whole, split: usable && whole.body ? run.adapter.split(whole.body, calls) : null };
}

/** One call's part of a batch's answer. Its time is the batch's, so it is not the call's own. */
function itemOutcome({ whole, split }: Answered, position: number): Outcome {
  const body = split?.answers[position] ?? null;
  const common = { status: whole.status, headers: {}, ms: null, target: whole.target };
  if (body === null) {
    return {
      ...common,
      kind: "malformed",
      body: Buffer.alloc(0),
      detail: "no answer in the batch",
    };
  }
  const fault = /^\s*\{(?:[^{}]*,)?\s*"error"\s*:\s*\{/.test(body.toString("latin1", 0, 500));
  return { ...common, kind: fault ? "fault" : "reply", body };
}

interface Item {
  readonly position: number;
  readonly inBatch: Comparison;
  readonly asked: readonly Call[];
  readonly pinned: Pinned | undefined;
}

/** A call that differs within its batch, asked alone; if it agrees then, the batch is asked again. */
async function settleItem(asking: Asking, batch: BatchCalls, item: Item): Promise<Comparison> {
  const { position, inBatch, asked, pinned } = item;
  const call = batch.calls[position];
  if (call === undefined) return inBatch;
  const recorded = batch.recorded[position] ?? null;
  const alone = await compareSingle(asking, { key: batch.key, call, recorded });
  const restsOnHead =
    call.knowledge.followsHead || pinned?.missing === true || (pinned?.left.length ?? 0) > 0;
  if (alone.state !== "same" || restsOnHead) return alone;
  const confidence = await confirm(inBatch, {
    rounds: Math.min(1, asking.run.options.confirm),
    examine: asking.run.examine,
    async again(): Promise<Sides<Outcome> | null> {
      if (!mayAsk(asking, 2)) return null;
      const both = await askBoth(asking, { old: asked, candidate: asked }, true);
      return {
        old: itemOutcome(answered(asking, both.old, asked), position),
        candidate: itemOutcome(answered(asking, both.candidate, asked), position),
      };
    },
  });
  return { ...inBatch, confidence };
}

function wholeCall(calls: readonly Call[]): Call {
  const bytes = Buffer.from(`[${calls.map((call) => call.bytes.toString()).join(",")}]`);
  return {
    index: WHOLE_BATCH,
    method: "(batch)",
    knowledge: UNKNOWN_METHOD,
    id: "",
    bytes,
    path: null,
  };
}

/** The batch as a whole failed on a side: compared as one call, and its calls singly where the sides disagree. */
async function compareFailed(
  asking: Asking,
  batch: BatchCalls,
  asked: readonly Call[],
  both: Sides<Outcome>,
): Promise<Comparison[]> {
  const { run, exchange } = asking;
  const call = wholeCall(batch.calls);
  const parts = { key: batch.key, exchange, adapter: run.adapter, call, control: null };
  const whole = run.examine(pairOf({ ...parts, ...both, recorded: null }));
  if (whole.state !== "different") return [whole];
  const confidence = await confirm(whole, {
    rounds: run.options.confirm,
    examine: run.examine,
    again: async () =>
      mayAsk(asking, 2) ? askBoth(asking, { old: asked, candidate: asked }, true) : null,
  });
  const results: Comparison[] = [{ ...whole, confidence }];
  for (const [position, single] of batch.calls.entries()) {
    const recorded = batch.recorded[position] ?? null;
    results.push(await compareSingle(asking, { key: batch.key, call: single, recorded }));
  }
  return results;
}

interface Orders {
  readonly old: Answered;
  readonly candidate: Answered;
  readonly control: Answered | null;
  readonly asked: readonly Call[];
}

/** The order of a batch's answers: clients that match by position break on it. */
function orderChange(asking: Asking, batch: BatchCalls, orders: Orders): Comparison | null {
  const { old, candidate, control } = orders;
  const before = old.split?.order.join() ?? "";
  const after = candidate.split?.order.join() ?? "";
  const repeats = control === null || control.split?.order.join() === before;
  if (before === after || !repeats) return null;
  const { run, exchange } = asking;
  const pair = pairOf({
    key: batch.key,
    exchange,
    adapter: run.adapter,
    call: wholeCall(batch.calls),
    old: old.whole,
    candidate: candidate.whole,
    control: control?.whole ?? null,
    recorded: null,
  });
  return withDifference(compared(pair), {
    kind: "batch-order-changed",
    path: "",
    pattern: "",
    old: [...(old.split?.order ?? [])],
    candidate: [...(candidate.split?.order ?? [])],
  });
}
