import type { Exchange, Headers } from "../../model/exchange.ts";
import type { Asked, Call } from "../adapter.ts";
import { chainOf, methodKnowledge } from "../../chains/index.ts";
import { UNKNOWN_METHOD } from "../../chains/knowledge.ts";
import type { ChainName } from "../../model/exchange.ts";
import { arrayItems, eachMember, isWord, skipSpace, skipValue, type Span } from "./scan.ts";
import type { Question } from "../../chains/chain.ts";

const OPEN_BRACKET = 0x5b;

/** The calls of a recorded JSON-RPC body; null when it is no JSON-RPC request. */
export function readRequest(exchange: Exchange): Asked | null {
  const { chain } = exchange;
  const { body } = exchange.request;
  if (body === null) return null;
  const start = skipSpace(body, 0);
  if (body[start] !== OPEN_BRACKET) {
    const call = readCall(body, start, body.length, 0, chain);
    return call === null ? null : { batch: false, calls: [call] };
  }
  const items = arrayItems(body, start);
  if (items === null || items.length === 0) return null;
  const read = items.map((item, index) => readCall(body, item.start, item.end, index, chain));
  if (read.every((call) => call === null)) return null;
  const calls = read.map((call, index) => call ?? oddItem(body, items[index], index));
  return { batch: true, calls };
}

/** An item of a batch that is no call: it goes with the batch, and what is said to it stands under no id. */
function oddItem(body: Buffer, item: Span | undefined, index: number): Call {
  return {
    index,
    method: "(malformed)",
    chain: "other",
    knowledge: UNKNOWN_METHOD,
    id: null,
    bytes: item === undefined ? body : body.subarray(item.start, item.end),
    path: null,
  };
}

/** `named` is the chain that the exchange's source says, where it does. */
function readCall(
  body: Buffer,
  start: number,
  end: number,
  index: number,
  named: ChainName | undefined,
): Call | null {
  let method: string | null = null;
  let id: string | null = null;
  const whole = eachMember(body, start, (keyStart, keyEnd, valueStart) => {
    if (isWord(body, keyStart, keyEnd, "method")) {
      const valueEnd = skipValue(body, valueStart);
      if (body[valueStart] !== 0x22 || valueEnd === -1) return true;
      method = body.toString("utf8", valueStart + 1, valueEnd - 1);
    } else if (isWord(body, keyStart, keyEnd, "id")) {
      id = body.toString("utf8", valueStart, skipValue(body, valueStart));
    }
    return false;
  });
  if (!whole || method === null) return null;
  const chain = named ?? chainOf("json-rpc", method);
  return {
    index,
    method,
    chain,
    knowledge: methodKnowledge(chain, method),
    id,
    bytes: start === 0 && end === body.length ? body : body.subarray(start, end),
    path: null,
  };
}

const JSON_HEADERS = { "content-type": "application/json" } as const;

/** By a request's headers: those of one connection are mostly one object, and what comes of them is merged once then, too. */
const shaping = new WeakMap<Headers, Question["headers"]>();

/** Headers of the recorded request that shape the answer; the rest are the sender's own. */
function shapingHeaders({ request: { headers } }: Exchange): Question["headers"] {
  let found = shaping.get(headers);
  if (found === undefined) shaping.set(headers, (found = shapingOf(headers)));
  return found;
}

function shapingOf(headers: Headers): Question["headers"] {
  const type = headers["content-type"];
  const encoding = headers["accept-encoding"];
  const accept = headers["accept"];
  if (type === undefined && encoding === undefined && accept === undefined) return JSON_HEADERS;
  return {
    "content-type": type ?? "application/json",
    ...(encoding === undefined ? {} : { "accept-encoding": encoding }),
    ...(accept === undefined ? {} : { accept }),
  };
}

/** What to send: the call's own bytes, or an array of them when they go as a batch. */
export function askFor(exchange: Exchange, calls: readonly Call[], batch: boolean): Question {
  const [first] = calls;
  const body =
    !batch && first !== undefined
      ? first.bytes
      : Buffer.from(`[${calls.map((call) => call.bytes.toString()).join(",")}]`);
  return { verb: "POST", path: null, headers: shapingHeaders(exchange), body };
}
