import { describe, expect, test } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import { parsePairLine } from "../../src/import/pairs/parse-line.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { tellOf, type Report } from "../../studies/support/reports.ts";

const call = (id: number, method = "eth_chainId"): JsonValue => ({
  jsonrpc: "2.0",
  id,
  method,
  params: [],
});
const answer = (id: number | null, result = "0x1"): JsonValue => ({ jsonrpc: "2.0", id, result });
const failure = (id: number | null, code: number, message: string): JsonValue => ({
  jsonrpc: "2.0",
  id,
  error: { code, message },
});
const report: Report = {
  name: "batch",
  source: "made",
  expected: { kinds: [], severity: "", gate: "pass" },
};

async function findings(
  request: JsonValue,
  old: JsonValue,
  candidate: JsonValue,
  control?: JsonValue,
): Promise<readonly string[]> {
  const line = JSON.stringify({ request, old, candidate, ...(control ? { control } : {}) });
  return (await tellOf([report, line])).findings;
}

const THREE = [call(1), call(2), call(3)];
const IN_ORDER = [answer(1), answer(2), answer(3)];
const OTHER_ORDER = [answer(1), answer(3), answer(2)];

describe("a batch in a pairs file", () => {
  test("its answers in another order are a finding, unless old has none of its own", async () => {
    const found = ["breaking batch-order-changed (batch) "];
    expect(await findings(THREE, IN_ORDER, OTHER_ORDER)).toEqual(found);
    expect(await findings(THREE, IN_ORDER, OTHER_ORDER, IN_ORDER)).toEqual(found);
    expect(await findings(THREE, IN_ORDER, OTHER_ORDER, OTHER_ORDER)).toEqual([]);
    expect(await findings(THREE, OTHER_ORDER, OTHER_ORDER)).toEqual([]);
  });

  test("an answer that is missing is that, and no other order", async () => {
    expect(await findings(THREE, IN_ORDER, [answer(1), answer(3)])).toEqual([
      "breaking malformed-response eth_chainId ",
    ]);
  });

  test("an item that is no call goes along; the calls beside it are compared", async () => {
    const request = [call(1), 1, call(2)];
    const old = [answer(1), failure(null, -32600, "invalid request"), answer(2)];
    expect(await findings(request, old, old)).toEqual([]);
    expect(await findings(request, old, [answer(1)])).toEqual([
      "breaking array-items-missing (batch) /*",
      "breaking malformed-response eth_chainId ",
    ]);
  });

  test("what asks for no answer of its own is one question: nodes answer it as a whole", async () => {
    const refused = failure(null, -32600, "empty batch");
    expect(await findings([], refused, refused)).toEqual([]);
    expect(await findings([], refused, failure(null, -32600, "Invalid Request"))).toEqual([
      "risky error-message-changed (batch) /error/message",
    ]);
    expect(await findings([], refused, null)).toEqual(["breaking malformed-response (batch) "]);
    expect(await findings([], refused, [])).toEqual(["risky error-to-result (batch) "]);
    const broken = failure(null, -32600, "invalid request");
    expect(await findings([1, 2], [broken, broken], [broken, broken])).toEqual([]);
    expect(await findings([1, 2, 3], [broken, broken, broken], [broken, broken])).toEqual([
      "breaking array-items-missing (batch) /*",
    ]);
    const line = JSON.stringify({ request: "[1, 2", old: [], candidate: [] });
    expect(() => parsePairLine(line, 1, String)).toThrow(
      "neither a JSON-RPC call nor a REST request",
    );
  });

  test("an answer that belongs to no call is a finding, unless old has as many of its own", async () => {
    const stray = [...IN_ORDER, answer(9)];
    const found = ["breaking array-items-added (batch) /*"];
    expect(await findings(THREE, IN_ORDER, stray)).toEqual(found);
    expect(await findings(THREE, IN_ORDER, stray, IN_ORDER)).toEqual(found);
    expect(await findings(THREE, IN_ORDER, stray, stray)).toEqual([]);
    expect(await findings(THREE, stray, stray)).toEqual([]);
    const notified = [...THREE, { jsonrpc: "2.0", method: "eth_chainId", params: [] }];
    expect(await findings(notified, IN_ORDER, [...IN_ORDER, answer(null)])).toEqual(found);
  });

  test.each<[string, JsonValue]>([
    ["in a list with the id of a call", [failure(1, -32600, "batch too large")]],
    ["in a list without an id", [failure(null, -32600, "batch too large")]],
    ["bare", failure(null, -32000, "batch limit 2 exceeded. Requested batch of size: 3")],
  ])("one error for all of it is one answer, %s", async (_, refused) => {
    expect(await findings(THREE, IN_ORDER, refused)).toEqual(["breaking limit-changed (batch) "]);
    const [pair, ...more] = parsePairLine(
      JSON.stringify({ request: THREE, old: refused, candidate: refused }),
      1,
      String,
    ).pairs;
    expect(more).toEqual([]);
    expect(pair && examine(pair)).toMatchObject({ state: "same", agreedOnError: true });
  });
});
