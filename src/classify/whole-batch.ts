import { compared, type Comparison } from "../model/comparison.ts";
import type { Difference } from "../model/difference.ts";
import { parsedJson, type JsonValue } from "../model/json.ts";
import type { Outcome, Pair } from "../model/pair.ts";
import type { Sides } from "../model/target.ts";
import type { Split } from "../protocol/adapter.ts";

/** How old and candidate cut into their calls' answers; the control's too, where old was asked again and gave a batch. */
export type Splits = Sides<Split> & { readonly control: Split | null };

/**
 * What two batches show beside each call's own answers: their order, by which some clients match, and answers that belong to
 * no call. Null where they are alike, or where old does not keep to it itself.
 * @param whole the batch as one pair; made only where something is to be said of it
 */
export function examineBatch(
  { old, candidate, control }: Splits,
  whole: () => Pair,
): Comparison | null {
  const keeps = (of: (split: Split) => string): boolean =>
    control === null || of(control) === of(old);
  const isOrder = keeps((split) => split.order.join()) && isReordered(old.order, candidate.order);
  const stray = keeps((split) => String(strays(split).length)) ? strayPlace(old, candidate) : null;
  if (!isOrder && stray === null) return null;
  const pair = whole();
  const order: Difference = {
    kind: "batch-order-changed",
    path: "",
    pattern: "",
    old: [...old.order],
    candidate: [...candidate.order],
  };
  const differences = [
    ...(isOrder ? [order] : []),
    ...(stray === null ? [] : [strayed(pair, stray)]),
  ];
  return compared(pair, { differences });
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

interface Stray {
  readonly side: "old" | "candidate";
  readonly place: number;
}

/** The first answer of no call that only one side gives. */
function strayPlace(old: Split, candidate: Split): Stray | null {
  const [before, after] = [strays(old), strays(candidate)];
  const [side, places] =
    after.length > before.length ? (["candidate", after] as const) : (["old", before] as const);
  const place = places[Math.min(before.length, after.length)];
  return place === undefined ? null : { side, place };
}

function strayed(pair: Pair, { side, place }: Stray): Difference {
  return {
    kind: side === "old" ? "array-items-missing" : "array-items-added",
    path: `/${place}`,
    pattern: "/*",
    old: undefined,
    candidate: undefined,
    [side]: itemAt(pair[side], place),
  };
}

/** An item of a batch's answer; the text of an answer that only looks like JSON is not shown. */
function itemAt({ body }: Outcome, index: number): JsonValue {
  const items = parsedJson(body ?? "");
  return (Array.isArray(items) ? items[index] : null) ?? null;
}
