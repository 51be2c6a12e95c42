import { describe, expect, test } from "vitest";
import { ETHEREUM_METHODS } from "../../src/chains/ethereum/methods.ts";
import { isRateLimited, saysStateLost } from "../../src/protocol/phrases.ts";
import { methodKnowledge } from "../../src/chains/index.ts";
import { routeOf, routesOf } from "../../src/protocol/rest/routes.ts";

describe("what is known of methods", () => {
  test.each([
    "eth_sendRawTransaction",
    "eth_sendTransaction",
    "eth_sign",
    "debug_traceChain",
    "debug_setHead",
    "debug_standardTraceBlockToFile",
    "debug_setGCPercent",
    "admin_addPeer",
    "engine_newPayloadV4",
    "personal_unlockAccount",
    "toString",
    "__proto__",
    "",
  ])("%s is not safe", (method) => {
    expect(methodKnowledge("ethereum", method).safe).toBe(false);
  });

  test("nothing is both safe and writing", () => {
    const both = Object.entries(ETHEREUM_METHODS).filter(([, row]) => row.safe && row.writes);
    expect(both).toEqual([]);
  });

  test("every tracing method is heavy", () => {
    const light = Object.entries(ETHEREUM_METHODS)
      .filter(([name, row]) => /trace/i.test(name) && row.cost === "light")
      .map(([name]) => name);
    expect(light).toEqual([]);
  });

  test("a REST route is safe by its verb or by name", () => {
    expect(methodKnowledge("other", "GET /anything").safe).toBe(true);
    expect(methodKnowledge("stacks", "POST /v2/transactions").safe).toBe(false);
    expect(methodKnowledge("stacks", "POST /v2/contracts/call-read/{a}/{b}/{c}").safe).toBe(true);
  });
});

describe("routes", () => {
  const routes = routesOf({
    paths: {
      "/extended/v1/tx/{tx_id}": { get: {} },
      "/extended/v1/tx/mempool": { get: {} },
      "/posts/{id}": { get: {}, delete: {} },
    },
  });

  test.each([
    ["GET", "/extended/v1/tx/0xabc", "GET /extended/v1/tx/{tx_id}"],
    ["GET", "/extended/v1/tx/mempool?limit=2", "GET /extended/v1/tx/mempool"],
    ["HEAD", "/posts/7", "HEAD /posts/{id}"],
    ["POST", "/posts/7", "POST /posts/{}"],
    [
      "GET",
      "/v2/accounts/SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7?tip=ab",
      "GET /v2/accounts/{principal}",
    ],
    ["GET", "/unknown/17/0x99/name", "GET /unknown/{}/{}/name"],
  ])("%s %s", (verb, path, route) => {
    expect(routeOf(verb, path, routes)).toBe(route);
  });

  test("a document that is none gives no routes", () => {
    for (const odd of [null, 3, "x", {}, { paths: null }, { paths: { "/a": null } }]) {
      expect(routesOf(odd).every(({ verbs }) => verbs.size === 0)).toBe(true);
    }
  });
});

function error(code: number, message: string): Buffer {
  return Buffer.from(JSON.stringify({ error: { code, message } }));
}

describe("limits", () => {
  test("a rate needs its words; a range or a size is an answer", () => {
    expect(isRateLimited(429, null)).toBe(true);
    expect(
      isRateLimited(200, error(-32005, "daily request count exceeded, request rate limited")),
    ).toBe(true);
    expect(isRateLimited(200, error(-32005, "query returned more than 10000 results"))).toBe(false);
    expect(isRateLimited(200, error(-32000, "rate limit of the contract"))).toBe(false);
  });

  test("lost state is told from other errors", () => {
    expect(
      saysStateLost(Buffer.from('{"error":{"message":"missing trie node abc (path )"}}')),
    ).toBe(true);
    expect(
      saysStateLost(Buffer.from('{"error":{"message":"historical state 0xab is not available"}}')),
    ).toBe(true);
    expect(saysStateLost(Buffer.from('{"error":{"message":"execution reverted"}}'))).toBe(false);
  });
});
