import { isNumberText, numberText } from "../../diff/number-text.ts";
import type { JsonValue } from "../../model/json.ts";
import { isAt, type FactContext } from "./context.ts";
import type { Fact } from "./fact.ts";
import { sameNumber } from "./value-forms.ts";

/**
 * One number in two notations (`0` and `0.0`, `0.5` and `0.50`, `1e-5` and `0.00001`) is the same to every reader of
 * fractions, and languages write them as they like. It is that where the place is known to hold fractions, or where some
 * value at it is one on either side; an integer that is written as `1.0` breaks readers of integers. At a place that is known,
 * a fraction that is cut after some ten digits is that too.
 */
export function notations(
  facts: readonly Fact[],
  answers: { readonly old: JsonValue; readonly candidate: JsonValue },
  context: FactContext,
): Fact[] {
  const known = new Map<string, boolean>();
  const isFraction = (pattern: string): boolean =>
    isAt(context.chain.fractions, context.method, pattern);
  const holdsFractions = (pattern: string): boolean => {
    let holds = known.get(pattern);
    if (holds === undefined) {
      holds =
        isFraction(pattern) ||
        holdsFraction(answers.old, pattern) ||
        holdsFraction(answers.candidate, pattern);
      known.set(pattern, holds);
    }
    return holds;
  };
  return facts.map((fact) =>
    (isOtherNotation(fact) && holdsFractions(fact.pattern)) ||
    (isRounded(fact) && isFraction(fact.pattern))
      ? { ...fact, type: "bytes" }
      : fact,
  );
}

/**
 * Nethermind printed ten digits of a ratio where Geth prints all that a double has. A gas more or less in a block moves a
 * ratio by more than this, and no amount has so many digits.
 */
const ROUNDING = 1e-10;

function isRounded({ type, old, candidate }: Fact): boolean {
  if (type !== "changed" || !isNumber(old) || !isNumber(candidate)) return false;
  return Math.abs(Number(numberText(old)) - Number(numberText(candidate))) <= ROUNDING;
}

function isOtherNotation({ type, old, candidate }: Fact): boolean {
  return (
    type === "changed" &&
    isNumber(old) &&
    isNumber(candidate) &&
    // A large integer in another notation may be another integer to who reads it exactly.
    Math.abs(Number(numberText(old))) <= Number.MAX_SAFE_INTEGER &&
    sameNumber(old, candidate)
  );
}

function isNumber(
  value: JsonValue | undefined,
): value is number | Parameters<typeof numberText>[0] {
  return typeof value === "number" || isNumberText(value);
}

/** Whether some number at a pattern has a part behind the point that is not zero. */
function holdsFraction(root: JsonValue, pattern: string): boolean {
  let level: JsonValue[] = [root];
  for (const segment of pattern.split("/").slice(1)) {
    const next: JsonValue[] = [];
    for (const value of level) {
      if (typeof value !== "object" || value === null) continue;
      if (segment === "*") for (const inside of Object.values(value)) next.push(inside);
      else if (!Array.isArray(value) && Object.hasOwn(value, segment))
        next.push(value[segment] ?? null);
    }
    level = next;
  }
  return level.some((value) => isNumber(value) && !Number.isInteger(Number(numberText(value))));
}
