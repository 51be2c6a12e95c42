import type { JsonValue } from "../model/json.ts";

const SECRET_FIELD =
  /^(?:passw(?:or)?d|pass[-_]?phrase|secret|client[-_]?secret|api[-_]?key|x-api-key|access[-_]?token|refresh[-_]?token|auth[-_]?token|private[-_]?key|priv[-_]?key|secret[-_]?key|mnemonic|seed[-_]?phrase|authorization|jwt)$/i;
/** The same names in the bytes of a body: most bodies have none, and need no walk. */
export const MAY_HOLD_SECRET_FIELD =
  /"(?:passw|pass[-_]?phr|secret|client[-_]?secret|api[-_]?key|x-api-key|access[-_]?tok|refresh[-_]?tok|auth[-_]?tok|priv|mnemonic|seed[-_]?phr|authorization|jwt)/i;

/** Deeper than any real body; a hostile one must not overflow the stack. */
const DEEPEST = 200;

/** Called for each scalar that has to go; gives what stands there instead. */
type Replace = (value: string) => string;

/** A copy with the values of secret fields and at the given pointers replaced, and whether anything was. */
export function replaceInJson(
  root: JsonValue,
  pointers: readonly string[],
  replace: Replace,
): { value: JsonValue; changed: boolean } {
  const paths = pointers.map((pointer) =>
    pointer
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~")),
  );
  let changed = false;

  const hide = (value: JsonValue, depth: number): JsonValue => {
    if (depth > DEEPEST) throw new Error("JSON is nested too deeply to redact");
    if (value === null || typeof value === "boolean") return value;
    if (Array.isArray(value)) return value.map((item) => hide(item, depth + 1));
    if (typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, hide(item, depth + 1)]),
      );
    }
    changed = true;
    return replace(String(value));
  };

  const walk = (
    value: JsonValue,
    open: readonly (readonly string[])[],
    depth: number,
  ): JsonValue => {
    if (open.some((path) => path.length === 0)) return hide(value, depth);
    if (typeof value !== "object" || value === null) return value;
    if (depth > DEEPEST) throw new Error("JSON is nested too deeply to redact");
    const step = (key: string): (readonly string[])[] =>
      open.filter((path) => path[0] === key || path[0] === "*").map((path) => path.slice(1));
    if (Array.isArray(value)) {
      return value.map((item, index) => walk(item, step(String(index)), depth + 1));
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        SECRET_FIELD.test(key) ? hide(item, depth + 1) : walk(item, step(key), depth + 1),
      ]),
    );
  };

  const value = walk(root, paths, 0);
  return { value, changed };
}
