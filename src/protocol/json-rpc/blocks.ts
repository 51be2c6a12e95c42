import type { Call, Pinned, Pins, Tag } from "../adapter.ts";
import type { BlockPosition } from "../../chains/knowledge.ts";
import { arrayItems, member, skipSpace, type Span } from "./scan.ts";
import { isObject } from "../../model/json.ts";
import type { Block } from "../../chains/chain.ts";

const TAGS: Readonly<Record<string, Tag>> = {
  latest: "latest",
  safe: "safe",
  finalized: "finalized",
  pending: "pending",
  earliest: "earliest",
};
const NUMBER = /^0x[0-9a-fA-F]{1,13}$/;
const HASH = /^0x[0-9a-fA-F]{64}$/;
const OPEN_BRACE = 0x7b;
/** A full Geth keeps this many states; older numbers in a recording are history, not "near the head". */
const REBASE_BLOCKS = 128;

type Place =
  | { readonly kind: "tag"; readonly tag: Tag; readonly span: Span }
  | { readonly kind: "number"; readonly number: number; readonly span: Span }
  | { readonly kind: "missing"; readonly position: BlockPosition }
  /** A block by its hash, or no place for one: nothing that moves. */
  | { readonly kind: "fixed" }
  /** What nobody but the node can say: one may take "LATEST" or an empty text for its latest block. */
  | { readonly kind: "unknown" };

/** Replaces tags (and, when rebasing, numbers near the recorded head) in the call's own bytes; the rest stays as recorded. */
export function pinCall(call: Call, pins: Pins): Pinned {
  const positions = call.knowledge.block;
  if (positions.length === 0)
    return { call, replaced: [], left: [], missing: false, highest: null };
  const replaced: Tag[] = [];
  const left: Tag[] = [];
  const edits: { span: Span; text: string }[] = [];
  let missing = false;
  let highest: number | null = null;
  const places = placesOf(call);
  const keeps = changesRange(places, positions, pins);
  for (const place of places) {
    if (place.kind === "missing") missing = true;
    if (place.kind === "unknown") left.push("latest");
    if (place.kind === "tag" && place.tag !== "earliest") {
      const block = keeps ? null : pinOf(pins, place.tag);
      if (block === null) left.push(place.tag);
      else {
        replaced.push(place.tag);
        edits.push({ span: place.span, text: quoted(block.number) });
        highest = Math.max(highest ?? 0, block.number);
      }
    }
    if (place.kind === "number") {
      const number = rebased(place.number, pins);
      if (number !== place.number) edits.push({ span: place.span, text: quoted(number) });
      highest = Math.max(highest ?? 0, number);
    }
  }
  const bytes = edits.length === 0 ? call.bytes : edited(call.bytes, edits);
  return {
    call: bytes === call.bytes ? call : { ...call, bytes },
    replaced,
    left,
    missing,
    highest,
  };
}

/**
 * Whether pins would make another question of a range: one that ends before it begins (who polls from the last block that they
 * saw to the latest one asked no such thing), or one that began at the newest block and ends at a number. Nodes answer both in
 * ways of their own (Geth since 1.15.6 gives no log of such a range), so the tags stay.
 */
function changesRange(
  places: readonly Place[],
  positions: readonly BlockPosition[],
  pins: Pins,
): boolean {
  if (positions.length < 2) return false;
  const placeOf = (field: string): Place | undefined =>
    places[positions.findIndex((position) => position.field === field)];
  const start = placeOf("fromBlock");
  if (start?.kind === "tag" && start.tag === "latest" && placeOf("toBlock")?.kind === "number")
    return true;
  const end = (field: string): number | null => {
    const place = placeOf(field);
    if (place?.kind === "number") return rebased(place.number, pins);
    if (place?.kind !== "tag") return null;
    return place.tag === "earliest" ? 0 : (pinOf(pins, place.tag)?.number ?? null);
  };
  const [from, to] = [end("fromBlock"), end("toBlock")];
  return from !== null && to !== null && from > to;
}

/** The call with the latest pin where it named no block; null when none is missing or nothing is pinned. */
export function fillInBlock(call: Call, pins: Pins): Call | null {
  const latest = pins.latest;
  if (latest === null) return null;
  const missing = placesOf(call).flatMap((place) =>
    place.kind === "missing" ? [place.position] : [],
  );
  if (missing.length === 0) return null;
  const request: unknown = JSON.parse(call.bytes.toString());
  if (!isObject(request)) return null;
  const params: unknown[] = Array.isArray(request["params"]) ? [...request["params"]] : [];
  for (const { param, field } of missing) {
    const inside = params[param];
    if (field === undefined) params[param] = hex(latest.number);
    else if (isObject(inside)) params[param] = { ...inside, [field]: hex(latest.number) };
  }
  // A hole before the block (a call without any parameter) is no question that a client could have asked.
  if (Object.keys(params).length !== params.length) return null;
  return { ...call, bytes: Buffer.from(JSON.stringify({ ...request, params })) };
}

function pinOf(pins: Pins, tag: Tag): Block | null {
  return tag === "latest" || tag === "safe" || tag === "finalized" ? pins[tag] : null;
}

function rebased(number: number, { rebaseFrom, latest }: Pins): number {
  if (rebaseFrom === null || latest === null) return number;
  if (number > rebaseFrom || number <= rebaseFrom - REBASE_BLOCKS) return number;
  return Math.max(0, latest.number - (rebaseFrom - number));
}

function placesOf({ bytes, knowledge }: Call): Place[] {
  const params = member(bytes, skipSpace(bytes, 0), "params");
  const items = params === null ? [] : arrayItems(bytes, params.start);
  if (items === null) return [{ kind: "unknown" }];
  return knowledge.block.map((position): Place => {
    const item = items[position.param];
    if (item !== undefined) return placeAt(bytes, item, position);
    return position.optional ? { kind: "missing", position } : { kind: "fixed" };
  });
}

function placeAt(bytes: Buffer, item: Span, position: BlockPosition): Place {
  if (position.field === undefined) return valueAt(bytes, item, position);
  if (bytes[item.start] !== OPEN_BRACE) return { kind: "unknown" };
  if (member(bytes, item.start, "blockHash") !== null) return { kind: "fixed" };
  const value = member(bytes, item.start, position.field);
  return value === null ? { kind: "missing", position } : valueAt(bytes, value, position);
}

/** A tag, a number, a hash, null (the same as missing), or EIP-1898's object with one of them inside. */
function valueAt(bytes: Buffer, span: Span, position: BlockPosition): Place {
  if (bytes[span.start] === OPEN_BRACE) {
    if (member(bytes, span.start, "blockHash") !== null) return { kind: "fixed" };
    const inner = member(bytes, span.start, "blockNumber");
    return inner === null ? { kind: "unknown" } : valueAt(bytes, inner, position);
  }
  const text = bytes.toString("latin1", span.start, span.end);
  if (text === "null" && position.optional) return { kind: "missing", position };
  const value = text.slice(1, -1);
  const tag = Object.hasOwn(TAGS, value) ? TAGS[value] : undefined;
  if (tag !== undefined) return { kind: "tag", tag, span };
  if (NUMBER.test(value)) return { kind: "number", number: Number(value), span };
  return { kind: HASH.test(value) ? "fixed" : "unknown" };
}

function edited(bytes: Buffer, edits: readonly { span: Span; text: string }[]): Buffer {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start);
  const grown = edits.reduce(
    (sum, { span, text }) => sum + text.length - (span.end - span.start),
    0,
  );
  const result = Buffer.allocUnsafe(bytes.length + grown);
  let from = 0;
  let at = 0;
  for (const { span, text } of sorted) {
    at += bytes.copy(result, at, from, span.start);
    at += result.write(text, at, "latin1");
    from = span.end;
  }
  bytes.copy(result, at, from);
  return result;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

function quoted(number: number): string {
  return `"${hex(number)}"`;
}
