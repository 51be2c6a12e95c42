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

function escapeSegment(segment: string | number): string {
  if (typeof segment === "number") return String(segment);
  return segment.includes("~") || segment.includes("/")
    ? segment.replaceAll("~", "~0").replaceAll("/", "~1")
    : segment;
}

/** Digits only, or hex of 8 and more with or without its prefix: an index, a height, an address, a hash. */
const VARIES = /^(?:\d+|(?:0x)?[0-9a-f]{8,})$/i;

/**
 * The pattern of a concrete path, a pure function of it, so that a fingerprint does not depend on the sample:
 * `/result/logs/3/topics/0` → `/result/logs/{i}/topics/{i}` with `*` for each index.
 *
 * @param pointer a JSON pointer.
 * @param maps patterns of objects whose keys are data, such as `/result/balances`: their keys become `*` too.
 */
export function patternOf(pointer: string, maps: ReadonlySet<string> = NO_MAPS): string {
  if (pointer === "") return "";
  let pattern = "";
  for (const segment of pointer.slice(1).split("/")) {
    pattern += varies(segment) || maps.has(pattern) ? "/*" : `/${segment}`;
  }
  return pattern;
}

/** Most segments are names: all but a few are told by their first letter. */
function varies(segment: string): boolean {
  const first = segment.charCodeAt(0) | 0x20;
  return !(first > 0x66 && first <= 0x7a) && VARIES.test(segment);
}

const NO_MAPS: ReadonlySet<string> = new Set();

/** Whether keys of an object look like data (addresses, slots, heights) and not like names of fields. */
export function isDataKey(key: string): boolean {
  return VARIES.test(key) || /^0x[0-9a-f]*$/i.test(key);
}
