import { expect, test } from "vitest";
import { parsePairLine } from "../../src/import/pairs/parse-line.ts";

const CALL = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
const token = (name: string): string => `token of ${name}`;

function parse(line: object | string) {
  return parsePairLine(typeof line === "string" ? line : JSON.stringify(line), 7, token).pairs;
}

function answer(id: number) {
  return { jsonrpc: "2.0", id, result: `0x${id}` };
}

test("a number's digits survive, whether the body is JSON or text", () => {
  const body = '{"jsonrpc":"2.0","id":1,"result":9007199254740993}';
  const [asJson] = parse(`{"request":${JSON.stringify(CALL)},"old":${body},"candidate":{}}`);
  const [asText] = parse({ request: CALL, oldText: body, candidateText: "" });
  expect(asJson?.old.body?.toString()).toBe(body);
  expect(asText?.old.body?.toString()).toBe(body);
});

test("the request may be text, a customer becomes a token, other members are ignored", () => {
  const [pair] = parse({
    request: JSON.stringify(CALL),
    old: {},
    candidate: {},
    customer: "alice",
    name: "chain id",
    label: "of another tool",
  });
  expect(pair).toMatchObject({
    id: "7",
    method: "eth_chainId",
    name: "chain id",
    customer: "token of alice",
  });
});

test("meta says what the text does not", () => {
  const [pair] = parse({
    request: CALL,
    old: {},
    oldMeta: { status: 200, headers: { "Content-Type": "application/json" }, ms: 3 },
    candidateMeta: { outcome: "timeout" },
  });
  expect(pair?.old).toMatchObject({
    status: 200,
    ms: 3,
    headers: { "content-type": "application/json" },
  });
  expect(pair?.candidate).toMatchObject({ kind: "timeout", body: null });
});

test("a batch becomes its calls' pairs, matched by id; a call without an answer is malformed", () => {
  const second = { ...CALL, id: 2, method: "eth_blockNumber" };
  const pairs = parse({
    request: [CALL, second],
    old: [answer(1), answer(2)],
    candidate: [answer(2)],
  });
  expect(pairs.map(({ id, method }) => [id, method])).toEqual([
    ["7:0", "eth_chainId"],
    ["7:1", "eth_blockNumber"],
  ]);
  expect(pairs[0]?.candidate.kind).toBe("malformed");
  expect(pairs[1]?.candidate.body?.toString()).toBe(JSON.stringify(answer(2)));
});

test("a batch that is answered with one object stays whole", () => {
  const [pair, ...others] = parse({ request: [CALL], old: [], candidate: { error: {} } });
  expect(others).toEqual([]);
  expect(pair?.method).toBe("(batch)");
});

test.each([
  [
    { method: "GET", path: "/extended/v1/tx/0x1234567890abcdef?unanchored=true" },
    "GET /extended/v1/tx/{tx_id}",
  ],
  ["GET /extended/v1/tx/0x1234567890abcdef", "GET /extended/v1/tx/{tx_id}"],
])("REST %j is grouped by its route", (request, method) => {
  const [pair] = parse({ request, old: {}, candidate: {}, candidateMeta: { status: 404 } });
  expect(pair?.protocol).toBe("rest");
  expect(pair?.method.replace(/\{.*\}/, "{tx_id}")).toBe(method);
  expect(pair?.candidate.kind).toBe("fault");
});

test.each([
  ["not JSON", "{", /JSON/],
  ["a list", "[]", /expected object/],
  ["no request", { old: {}, candidate: {} }, /request/],
  ["no candidate", { request: CALL, old: {} }, /candidate is missing/],
  ["a request without a method", { request: { id: 1 }, old: {}, candidate: {} }, /neither/],
  [
    "a status that is no number",
    { request: CALL, old: {}, oldMeta: { status: "ok" }, candidate: {} },
    /oldMeta.status/,
  ],
])("a line with %s is refused with what is wrong", (_what, line, message) => {
  expect(() => parse(line)).toThrow(message);
});
