import type { JsonValue } from "../../model/json.ts";
import type { Fact } from "./fact.ts";

/** What a text holds of the moment in which it was written, and nothing of what it says. */
const EVERYWHERE: readonly RegExp[] = [
  // Go prints pointers (`(*types.Block)(0x8500b1f0aa0)`), C++ and Java objects with their address.
  /(?<=\))\(0x[0-9a-f]{6,16}\)/gi,
  /\b0xc0[0-9a-f]{8}\b/gi,
  // What a dump of Go's memory (debug_printBlock) holds beside the block: caches, filled or not, and when it came.
  /(?<=\(unsafe\.Pointer\) )(?:0x[0-9a-f]+|<nil>)/g,
  /(?<=\(atomic\.align64\) \{\s{0,20}\},\s{0,20}v: \(uint64\) )\d+/g,
  /(?<=\(time\.Time\) )[^,\n]{1,100}/g,
  /(?<=\(len=\d{1,9} )cap=\d+/g,
  /(?<=[\w$])@[0-9a-f]{6,8}\b/gi,
];

const IN_ERRORS: readonly RegExp[] = [
  // Bytes as Go prints them: the hash of a node's own pending block.
  /\[(?:\d{1,3} ){7,}\d{1,3}\]/g,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  // A request's own name, as whatever stands in front of a node gives it: `Ray ID: 8c…`, `x-request-id=…`, `Reference #18.…`.
  /\b(?:(?:x-)?(?:request|trace|correlation|ray|incident|event|error|support|transaction)[-_ ]?id|reference|ref)\b["']?\s*[:=#]?\s*(?:<[^>]{1,40}>\s*)*["']?[#\w.:/-]{6,}/gi,
  /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d| ?UTC)?/g,
  /\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*, \d{1,2} [a-z]{3} \d{4} \d\d:\d\d:\d\d(?: \w+)?/gi,
  // How long it took, and which port or thread it was.
  /\b\d+(?:\.\d+)?(?:ns|µs|us|ms|s)\b/g,
  /(?<=\b(?:\d{1,3}\.){3}\d{1,3}):\d{2,5}\b/g,
  /\bgoroutine \d+\b/g,
];

/** Longer texts are documents, in which a pattern costs more than it tells. */
const LONGEST = 1_048_576;

/** Whether two texts say the same but for addresses in memory, names of requests, times and the like. */
function saysTheSame(old: string, candidate: string, patterns: readonly RegExp[]): boolean {
  if (old.length > LONGEST || candidate.length > LONGEST) return false;
  const bare = (text: string): string =>
    patterns.reduce((rest, pattern) => rest.replace(pattern, "…"), text);
  return bare(old) === bare(candidate);
}

/** A hash in the error of a question about the pending block is of a block that only this node has. */
const HASH = /\b(?:0x)?[0-9a-f]{64}\b/gi;

/** The fields in which an error's body names its request or its moment. */
const PASSING_FIELD =
  /\/(?:(?:request|trace|correlation|ray|incident|error|span)[-_]?id|timestamp|time|date)$/i;

export interface ErrorText {
  /** The fact lies in an error, or in the body of an HTTP error. */
  readonly isError: boolean;
  /** The question was about the pending block. */
  readonly pending: boolean;
}

/** Turns a text that differs only in what passes into drift. */
export function passingText(fact: Fact, { isError, pending }: ErrorText): Fact {
  const { type, old, candidate } = fact;
  if (type !== "changed" || !isText(old) || !isText(candidate)) return fact;
  const patterns = isError ? [...EVERYWHERE, ...IN_ERRORS, ...(pending ? [HASH] : [])] : EVERYWHERE;
  const passes = isError && PASSING_FIELD.test(fact.path);
  return passes || saysTheSame(old, candidate, patterns) ? { ...fact, type: "drift" } : fact;
}

/** Short texts and hex are values: nothing in them passes. */
function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && !/^(?:0x)?[0-9a-f]*$/i.test(value);
}
