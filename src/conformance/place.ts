import { fromPointer } from "../diff/path.ts";
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";

/**
 * The answer with another value at one place, or without the place where the value is undefined; null where the answer has
 * nothing to hold it. Only what leads to the place is copied.
 * @param pointer JSON pointer into the answer
 */
export function withValueAt(
  answer: JsonObject,
  pointer: string,
  value: JsonValue | undefined,
): JsonObject | null {
  const changed = set(answer, fromPointer(pointer), value);
  return isObject(changed) ? changed : null;
}

function set(
  holder: JsonValue | undefined,
  [key, ...rest]: readonly string[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (key === undefined) return value;
  if (Array.isArray(holder)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index > holder.length) return undefined;
    const inner = set(holder[index], rest, value);
    if (inner === undefined && rest.length > 0) return undefined;
    return inner === undefined ? holder.toSpliced(index, 1) : holder.toSpliced(index, 1, inner);
  }
  if (!isObject(holder)) return undefined;
  const inner = set(Object.hasOwn(holder, key) ? holder[key] : undefined, rest, value);
  if (inner === undefined && rest.length > 0) return undefined;
  // Entries, so that a key such as __proto__ stays a key.
  const others = Object.entries(holder).filter(([name]) => name !== key);
  return Object.fromEntries(inner === undefined ? others : [...others, [key, inner]]);
}
