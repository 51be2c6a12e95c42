import { compared, type Comparison } from "../model/comparison.ts";
import type { Difference } from "../model/difference.ts";
import type { JsonValue } from "../model/json.ts";
import type { Outcome, Pair } from "../model/pair.ts";
import type { Sides } from "../model/target.ts";
import type { Split } from "../protocol/adapter.ts";

/** How old and candidate cut into their calls' answers; the control's too, where old was asked again and gave a batch. */
export type Splits = Sides<Split> & { readonly control: Split | null };

/**
 * What two batches show beside each call's own answers: their order, by which some clients match, and answers that belong to
 * no call. Null where they are alike, or where old does not keep to it itself.
 */
export function examineBatch(whole: Pair, { old, candidate, control }: Splits): Comparison | null {
  const keeps = (of: (split: Split) => string): boolean =>
    control === null || of(control) === of(old);
  const differences: Difference[] = [];
  if (keeps((split) => split.order.join()) && isReordered(old.order, candidate.order))
    differences.push({
      kind: "batch-order-changed",
      path: "",
      pattern: "",
      old: [...old.order],
      candidate: [...candidate.order],
    });
  if (keeps((split) => String(strays(split).length)))
    differences.push(...strayed(whole, { old, candidate, control }));
  return differences.length === 0 ? null : compared(whole, { differences });
}

/** The calls that both sides answered stand in another order; one that a side leaves out is a difference of its own. */
function isReordered(old: readonly number[], candidate: readonly number[]): boolean {
  return commonOrder(old, candidate) !== commonOrder(candidate, old);
}

function commonOrder(order: readonly number[], other: readonly number[]): string {
  const answered = new Set(other);
  return order.filter((call) => call >= 0 && answered.has(call)).join();
}

/** Where answers stand that belong to no call: to a broken item, to a notification, or to nothing. */
function strays({ order }: Split): number[] {
  return order.flatMap((call, index) => (call < 0 ? [index] : []));
}

/** The first answer of no call that only one side gives. */
function strayed(whole: Pair, splits: Splits): Difference[] {
  const [before, after] = [strays(splits.old), strays(splits.candidate)];
  const place = (after.length > before.length ? after : before)[
    Math.min(before.length, after.length)
  ];
  if (place === undefined) return [];
  const common = { path: `/${place}`, pattern: "/*" };
  return after.length > before.length
    ? [
        {
          ...common,
          kind: "array-items-added",
          old: undefined,
          candidate: itemAt(whole.candidate, place),
        },
      ]
    : [
        {
          ...common,
          kind: "array-items-missing",
          old: itemAt(whole.old, place),
          candidate: undefined,
        },
      ];
}

/** An item of a batch's answer; the text of an answer that only looks like JSON is not shown. */
function itemAt({ body }: Outcome, index: number): JsonValue {
  try {
    const items = JSON.parse(body?.toString("utf8") ?? "") as JsonValue;
    return (Array.isArray(items) ? items[index] : null) ?? null;
  } catch {
    return null;
  }
}
