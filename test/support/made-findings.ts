import { readFileSync } from "node:fs";
import type { PlaceFacts } from "../../src/classify/advice/index.ts";
import { examine } from "../../src/classify/examine.ts";
import type { ChainName, Headers } from "../../src/model/exchange.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { isObject } from "../../src/model/json.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";

/** A finding as a run has it: what the examiner says of two answers of which one was changed. */
export interface MadeFinding extends PlaceFacts {
  readonly chain: ChainName;
  readonly request: string;
  /** The path that the pattern was made of. */
  readonly at: string;
  /** The bodies of both answers; null where there was none. */
  readonly bodies: { readonly old: string | null; readonly candidate: string | null };
}

const CHAINS = ["ethereum", "bitcoin", "solana", "stacks"] as const;

interface Answered {
  readonly chain: ChainName;
  readonly method: string;
  readonly value: JsonValue;
}

/** An answer of every method that a chain's table has, and of some that no table has. */
export const ANSWERS: readonly Answered[] = [
  ...CHAINS.flatMap((chain) => {
    const file = new URL(`../fixtures/answers/${chain}.json`, import.meta.url);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a fixture of our own
    const answers = JSON.parse(readFileSync(file, "utf8")) as JsonObject;
    return Object.entries(answers).map(([method, value]) => ({ chain, method, value }));
  }),
  {
    chain: "other",
    method: "listAssets",
    value: { items: [{ id: 7, owner: "ab12", price: "1.0" }] },
  },
  {
    chain: "other",
    method: "starknet_getBlock",
    value: { block_number: 4, timestamp: 1727700000 },
  },
  { chain: "other", method: "GET /api/users/{id}", value: { name: "x", roles: ["a", "b"] } },
  { chain: "other", method: "GET /status", value: { ok: true, peers: ["a", "b"] } },
];

type Random = () => number;

const ERRORS: readonly (JsonObject & { readonly message: string })[] = [
  { code: -32601, message: "the method does not exist/is not available" },
  { code: -32601, message: "Method not found" },
  { code: -32000, message: "header not found" },
  { code: -32602, message: "invalid argument 0: hex string without 0x prefix" },
  { code: 3, message: "execution reverted: not owner", data: "0x08c379a0" },
  { code: -32005, message: "query returned more than 10000 results" },
  { code: -8, message: "Block height out of range" },
  { code: -32007, message: "Slot 5 was skipped, or missing due to ledger jump" },
  { code: 7, message: "" },
];

/** A seeded stream of findings, of every chain, in both directions. */
export function* madeFindings(seed: number): Generator<MadeFinding> {
  const random = seeded(seed);
  for (;;) {
    const answered = pick(ANSWERS, random);
    const isRest = answered.method.includes(" /");
    const [old, candidate] = answersOf(answered, isRest, random);
    const method = old.whole || candidate.whole ? "(batch)" : answered.method;
    const swap = random() < 0.5;
    const request = requestOf(method, isRest);
    const pair: Pair = {
      id: "1",
      name: null,
      protocol: isRest ? "rest" : "json-rpc",
      chain: answered.chain,
      method,
      customer: null,
      client: null,
      at: null,
      weight: 1,
      request: Buffer.from(request),
      old: outcome(swap ? candidate : old),
      candidate: outcome(swap ? old : candidate),
      control: null,
      recorded: null,
    };
    const bodies = swap
      ? { old: candidate.text, candidate: old.text }
      : { old: old.text, candidate: candidate.text };
    for (const { kind, path, pattern, old: was, candidate: is } of examine(pair).differences)
      yield {
        kind,
        method,
        path: pattern,
        values: { old: was, candidate: is },
        chain: answered.chain,
        request,
        at: path,
        bodies,
      };
  }
}

function requestOf(method: string, isRest: boolean): string {
  if (isRest) return method.replaceAll(/\{\w+\}/g, "ab12");
  const call = (id: number): JsonObject => ({ jsonrpc: "2.0", id, method, params: [] });
  return JSON.stringify(
    method === "(batch)" ? [1, 2, 3].map((id) => ({ ...call(id), method: "getblock" })) : call(1),
  );
}

interface Body {
  readonly text: string | null;
  readonly status: number;
  readonly headers: Headers;
  /** A whole batch. */
  readonly whole?: boolean;
}

const HEADERS: Headers = {
  "content-type": "application/json",
  "access-control-allow-origin": "*",
  "x-api-version": "2",
};

/** Two answers to one request: the fixture's, and one that differs in one way. */
function answersOf({ value }: Answered, isRest: boolean, random: Random): [Body, Body] {
  const good = isRest ? body(value) : body(response({ result: value }));
  const way = random();
  if (way < 0.62) {
    const changed = mutated(value, random);
    return [good, isRest ? body(changed) : body(response({ result: changed }))];
  }
  if (way < 0.75) {
    if (isRest)
      return [
        good,
        {
          ...body(pick<JsonValue>([{ error: "not found" }, { error: { code: 5 } }, null], random)),
          status: pick([400, 404, 429, 500], random),
        },
      ];
    const before = random() < 0.2 ? body(response({ result: null })) : good;
    return [before, body(response({ error: pick(ERRORS, random) }))];
  }
  if (way < 0.85 && !isRest) {
    const [one, two] = [pick(ERRORS, random), pick(ERRORS, random)];
    const changes: readonly JsonObject[] = [
      two,
      { ...one, code: 5 },
      { ...one, message: `failed: ${one.message}` },
      { ...one, data: { reason: "0x01" } },
      { ...one, data: "0x02" },
    ];
    return [body(response({ error: one })), body(response({ error: pick(changes, random) }))];
  }
  if (way < 0.9 && !isRest) return batch(value, random);
  return [good, pick(around(good, value, isRest), random)];
}

/** What may be different around an answer. */
function around(good: Body, value: JsonValue, isRest: boolean): Body[] {
  const headers = (changes: Record<string, string | undefined>): Body => ({
    ...good,
    headers: Object.fromEntries(
      Object.entries({ ...HEADERS, ...changes }).filter(([, one]) => one !== undefined),
    ) as Headers,
  });
  const ways: Body[] = [
    { ...good, status: 503 },
    { ...good, status: 201 },
    { ...good, status: 404 },
    { ...good, text: "<html>Bad gateway</html>" },
    { ...good, text: null },
    { ...good, text: good.text === null ? null : ` ${good.text.replaceAll(",", ", ")}` },
    headers({ "access-control-allow-origin": undefined }),
    headers({ "access-control-allow-origin": "https://example.org" }),
    headers({ "retry-after": "5" }),
    headers({ "x-api-version": "3" }),
    headers({ "x-total-count": "100" }),
    headers({ "content-type": "text/plain" }),
    headers({ "content-type": "application/problem+json" }),
  ];
  if (isRest) return ways;
  return [
    ...ways,
    body({ jsonrpc: "2.0", id: "1", result: value }),
    body({ id: 1, result: value }),
    body({ jsonrpc: "2.0", id: 1, result: value, error: null }),
  ];
}

/** Two answers to a batch of three calls. */
function batch(value: JsonValue, random: Random): [Body, Body] {
  const list = (ids: readonly number[], change: (id: number) => JsonValue): Body => ({
    ...body(ids.map((id) => ({ jsonrpc: "2.0", id, result: change(id) }))),
    whole: true,
  });
  const good = list([1, 2, 3], () => value);
  const ways: Body[] = [
    list([2, 1, 3], () => value),
    list([1, 3], () => value),
    list([1, 2, 3], (id) => (id === 2 ? mutated(value, random) : value)),
    { ...body(response({ error: { code: -32600, message: "batch too large" } })), whole: true },
    { ...body(response({ error: { code: -32005, message: "batch limit is 100" } })), whole: true },
    { ...good, text: "not json" },
    { ...good, text: null },
  ];
  return [good, pick(ways, random)];
}

function response(answer: JsonObject): JsonObject {
  return { jsonrpc: "2.0", id: 1, ...answer };
}

function body(value: JsonValue): Body {
  return { text: JSON.stringify(value), status: 200, headers: HEADERS };
}

function outcome({ text, status, headers }: Body): Outcome {
  const failed = status >= 400 || text?.startsWith('{"jsonrpc":"2.0","id":1,"error":{') === true;
  return {
    kind: text === null ? "timeout" : failed ? "fault" : "reply",
    status: text === null ? null : status,
    headers: text === null ? {} : headers,
    body: text === null ? null : Buffer.from(text),
    ms: null,
    target: 0,
  };
}

/** A value with one thing changed, somewhere in it. */
function mutated(value: JsonValue, random: Random): JsonValue {
  if (Array.isArray(value) && value.length > 0 && random() < 0.7) {
    const at = Math.floor(random() * value.length);
    return value.map((item, index) => (index === at ? mutated(item, random) : item));
  }
  if (Array.isArray(value)) return changedList(value, random);
  if (!isObject(value)) return changedScalar(value, random);
  const keys = Object.keys(value);
  const key = pick(keys, random);
  if (key === undefined || random() < 0.08) return { ...value, brandNew: "0x1" };
  if (value[key] === null && random() < 0.5) {
    const { [key]: none, ...rest } = value;
    return none === null ? rest : value;
  }
  if (random() < 0.12) {
    const { [key]: gone, ...rest } = value;
    return random() < 0.5 ? rest : { ...rest, [`${key}Renamed`]: gone ?? null };
  }
  return { ...value, [key]: mutated(value[key] ?? null, random) };
}

function changedList(value: readonly JsonValue[], random: Random): JsonValue {
  const ways: JsonValue[] = [
    value.slice(1),
    [...value, value[0] ?? "0x5"],
    [...value].reverse(),
    [],
    null,
    "none",
  ];
  return pick(ways, random);
}

function changedScalar(value: JsonValue, random: Random): JsonValue {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isHex = /^0x[0-9a-f]+$/i.test(text);
  const ways: JsonValue[] = [
    null,
    "",
    [],
    {},
    "other",
    typeof value === "number" ? text : value === null ? "0x1" : 7,
    typeof value === "number" ? value + 1 : `${text}1`,
    typeof value === "number" ? `0x${value.toString(16)}` : text.toUpperCase(),
    ...(isHex ? [text.slice(2), text.replace("0x", "0x0"), BigInt(text).toString()] : []),
    { error: { code: 3, message: "execution reverted" } },
  ];
  return pick(ways, random);
}

export function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
