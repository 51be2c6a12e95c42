import { standIn } from "../../model/cut-value.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Kind } from "../../model/kinds.ts";

export type Value = JsonValue | undefined;

/** What is known of one difference, and all that words about it may be made of. */
export interface PlaceFacts {
  readonly kind: Kind;
  readonly method: string;
  /** Path pattern. */
  readonly path: string;
  /** Null where no value may be shown, or none is known. */
  readonly values: {
    readonly old: Value;
    readonly candidate: Value;
  } | null;
}

export interface Place extends PlaceFacts {
  readonly wire: "json-rpc" | "rest" | "batch";
  /** ethers, viem and web3.py are named for methods of an Ethereum node only. */
  readonly isEthereum: boolean;
  /** Decoded segments below the call's own response: `["result", "logs", "*", "data"]`. */
  readonly segments: readonly string[];
  /** The last segment that has a name of its own; null for the whole result or response. */
  readonly field: string | null;
  /** Whether it is in what a subscription delivers, which no call is answered with. */
  readonly isEvent: boolean;
  /** In a batch: whether the place is in the answer to one of its calls, and not the batch as a whole. */
  readonly isInBatch: boolean;
}

const ETHEREUM =
  /^(?:eth|net|web3|debug|trace|txpool|engine|admin|personal|miner|clique|parity|erigon|ots|bor|arb|arbtrace|optimism|rollup|zks|linea|les|erc20)_[A-Za-z0-9]+$/;
const ROUTE = /^[A-Z]+ \//;
/** Names so long are data, not names. */
const LONGEST = 60;

export function placeOf(facts: PlaceFacts): Place {
  const { method, path } = facts;
  const wire = ROUTE.test(method) ? "rest" : method === "(batch)" ? "batch" : "json-rpc";
  const all = path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  // In a batch the first segment is the call's place in it.
  const isAnswer = wire === "batch" && all[0] === "*";
  const segments = isAnswer ? all.slice(1) : all;
  const named = segments.filter((segment) => segment !== "*");
  const last = named.at(-1);
  const isEvent = wire === "json-rpc" && isEventPlace(method, segments);
  const whole = last === undefined || (wire !== "rest" && named.length === 1 && last === "result");
  return {
    ...facts,
    values: facts.values && {
      old: standIn(facts.values.old),
      candidate: standIn(facts.values.candidate),
    },
    wire,
    isEthereum: ETHEREUM.test(method) && !isEvent,
    isEvent,
    segments,
    field: whole || last.length > LONGEST ? null : last,
    // A list of answers that is longer or shorter is the batch's.
    isInBatch: isAnswer && !(all.length === 1 && facts.kind.startsWith("array-")),
  };
}

/** `eth_subscribe` as compared pairs name it, where a place is in an event; `eth_subscription logs` as a replay names a feed. */
function isEventPlace(method: string, segments: readonly string[]): boolean {
  if (/^\w+_subscription(?: |$)/.test(method)) return segments[0] === "result";
  return /^\w+_subscribe$/.test(method) && segments[0] === "result" && segments.length > 1;
}

/** The field in words: its name, or what it is the whole of. */
export function fieldWords(place: Place): string {
  return nameIn(place, (name) => name);
}

/** The same as a phrase with code marks around its name. */
export function fieldMarked(place: Place): string {
  return nameIn(place, (name) => `\`${name}\``);
}

function nameIn(place: Place, mark: (name: string) => string): string {
  const { field, segments } = place;
  if (field === null)
    return segments.includes("*") ? `${itemOf(place)} of ${whole(place)}` : whole(place);
  const name = mark(field.replaceAll("`", "'"));
  return segments.at(-1) === "*" ? `${itemOf(place)} of ${name}` : name;
}

/** What comes or goes by a key of its own is an entry of a map, all else an item of a list. */
export function itemOf({ kind }: Pick<PlaceFacts, "kind">): string {
  return kind.startsWith("field-") || kind === "null-vs-absent" ? "an entry" : "an item";
}

/** What the whole is called: of a batch, its one response. */
export function whole({ wire, isInBatch, isEvent }: Place): string {
  if (isEvent) return "the event";
  if (wire === "batch" && !isInBatch) return "the response";
  return wire === "rest" ? "the body" : "the result";
}

/** The list that a path of items belongs to, in words. */
export function listWords(place: Place): string {
  if (place.field !== null) return place.field.replaceAll("`", "'");
  if (place.wire === "batch" && !place.isInBatch) return "the list of answers";
  return place.wire === "rest" ? "the list" : "the result";
}

/** The method as a reader calls it. */
export function methodWords({ wire, method, isInBatch, isEvent }: Place): string {
  if (isEvent) return `events of ${method.replaceAll("`", "'")}`;
  if (wire === "batch") return isInBatch ? "a call in a batch" : "a batch";
  return method.replaceAll("`", "'");
}

/** How "if your code …" starts where it is about asking for it at all. */
export function callsWords(place: Place): string {
  if (place.wire === "batch")
    return place.isInBatch ? "makes such a call in a batch" : "sends such a batch";
  return `calls ${methodCode(place)}`;
}

/** The same as a phrase with code marks: a batch is no name. */
export function methodCode(place: Place): string {
  if (place.isEvent) return `events of \`${place.method.replaceAll("`", "'")}\``;
  return place.wire === "batch" ? methodWords(place) : `\`${methodWords(place)}\``;
}
