import type { JsonValue } from "../model/json.ts";

/** Keys and array indexes from the root of a call's response. */
export type Path = readonly (string | number)[];

/** A path as a JSON pointer (RFC 6901): `/result/logs/3/topics/0`; "" is the whole response. */
export function toPointer(path: Path): string {
  let pointer = "";
  for (const segment of path) pointer += `/${escapeSegment(segment)}`;
  return pointer;
}

/** The segments of a JSON pointer, unescaped; indexes stay text. */
export function fromPointer(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at a JSON pointer; undefined where there is none. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const key of fromPointer(pointer)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Array.isArray(value) ? value[Number(key)] : value[key];
  }
  return value;
}

function escapeSegment(segment: string | number): string {
  if (typeof segment === "number") return String(segment);
  return segment.includes("~") || segment.includes("/")
    ? segment.replaceAll("~", "~0").replaceAll("/", "~1")
    : segment;
}

/**
 * Digits only, or hex of 8 and more with or without its prefix: an index, a height, an address, a hash; with a size behind
 * it, a selector as 4byteTracer counts it (`0x43600052-42`).
 */
const VARIES = /^(?:\d+|(?:0x)?[0-9a-f]{8,}(?:-\d+)?)$/i;

/** Whether the keys of the object at a pattern are data. */
export type IsMap = (pattern: string) => boolean;

/**
 * The pattern of a concrete path, a pure function of it, so that a fingerprint does not depend on the sample:
 * `/result/logs/3/topics/0` → `/result/logs/{i}/topics/{i}` with `*` for each index.
 *
 * @param pointer a JSON pointer.
 * @param isMap says which objects' keys are data, such as those of `/result/balances`: they become `*` too.
 */
export function patternOf(pointer: string, isMap: IsMap = NO_MAPS): string {
  if (pointer === "") return "";
  let pattern = "";
  for (const segment of pointer.slice(1).split("/")) {
    pattern += varies(segment) || isMap(pattern) ? "/*" : `/${segment}`;
  }
  return pattern;
}

/** Most segments are names: all but a few are told by their first letter. */
function varies(segment: string): boolean {
  const first = segment.charCodeAt(0) | 0x20;
  return !(first > 0x66 && first <= 0x7a) && VARIES.test(segment);
}

const NO_MAPS: IsMap = () => false;

/** Whether keys of an object look like data (addresses, slots, heights) and not like names of fields. */
export function isDataKey(key: string): boolean {
  return VARIES.test(key) || /^0x[0-9a-f]*$/i.test(key);
}
