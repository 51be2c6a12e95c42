import type { JsonValue } from "../model/json.ts";

/** Whether a value is nested more than `limit` levels. Level by level, without a stack. */
export function isDeeper(value: JsonValue | undefined, limit: number): boolean {
  let level: JsonValue[] = isNested(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    const next: JsonValue[] = [];
    for (const item of level)
      for (const child of Array.isArray(item) ? item : Object.values(item ?? {}))
        if (isNested(child)) next.push(child);
    level = next;
  }
  return false;
}

function isNested(
  value: JsonValue | undefined,
): value is JsonValue[] | { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null;
}
