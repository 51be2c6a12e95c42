import type { JsonValue } from "../model/json.ts";

/**
 * Gives equal values the same number, whatever their key order, and different ones different numbers. Each object is
 * looked at once, so that nested lists cost no more than flat ones; needs no stack.
 */
export interface Interner {
  idOf(value: JsonValue): number;
}

export function createInterner(): Interner {
  const scalars = new Map<JsonValue, number>();
  const shapes = new Map<string, number>();
  const known = new Map<JsonValue, number>();
  let next = 0;

  function scalarId(value: JsonValue): number {
    let id = scalars.get(value);
    if (id === undefined) scalars.set(value, (id = next++));
    return id;
  }

  function idOf(root: JsonValue): number {
    if (typeof root !== "object" || root === null) return scalarId(root);
    const pending: (JsonValue[] | { [key: string]: JsonValue })[] = [root];
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      if (!known.has(top)) {
        const before = pending.length;
        for (const child of Array.isArray(top) ? top : Object.values(top))
          if (typeof child === "object" && child !== null && !known.has(child)) pending.push(child);
        if (pending.length > before) continue;
        known.set(top, shapeId(top));
      }
      pending.pop();
    }
    return known.get(root) ?? -1;
  }

  function shapeId(value: JsonValue[] | { [key: string]: JsonValue }): number {
    const shape = Array.isArray(value)
      ? `[${value.map(childId).join()}`
      : `{${Object.keys(value)
          .sort()
          .map((key) => `${scalarId(key)}:${childId(value[key] ?? null)}`)
          .join()}`;
    let id = shapes.get(shape);
    if (id === undefined) shapes.set(shape, (id = next++));
    return id;
  }

  function childId(value: JsonValue): number {
    return known.get(value) ?? scalarId(value);
  }

  return { idOf };
}
