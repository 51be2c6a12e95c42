import { isObject, type JsonValue } from "../model/json.ts";

/** Whether two values are the same, whatever their key order. Needs no stack: nesting may be of any depth. */
export function sameValue(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  const pending: (JsonValue | undefined)[] = [left, right];
  while (pending.length > 0) {
    const b = pending.pop();
    const a = pending.pop();
    if (a === b) continue;
    if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
    if (!pushChildren(a, b, pending)) return false;
  }
  return true;
}

/** The same, where two objects may differ in one field, or have it on one side only. */
export function sameBut(field: string, left: JsonValue, right: JsonValue): boolean {
  if (!isObject(left) || !isObject(right)) return sameValue(left, right);
  let keys = 0;
  for (const key of Object.keys(left)) {
    if (key === field) continue;
    keys += 1;
    if (!Object.hasOwn(right, key)) return false;
    if (left[key] !== right[key] && !sameValue(left[key], right[key])) return false;
  }
  return keys === Object.keys(right).length - (Object.hasOwn(right, field) ? 1 : 0);
}

function pushChildren(
  a: JsonValue[] | { [key: string]: JsonValue },
  b: JsonValue[] | { [key: string]: JsonValue },
  pending: (JsonValue | undefined)[],
): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    for (let index = 0; index < a.length; index += 1) {
      if (a[index] !== b[index]) pending.push(a[index], b[index]);
    }
    return true;
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false;
    if (a[key] !== b[key]) pending.push(a[key], b[key]);
  }
  return true;
}
