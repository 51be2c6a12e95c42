import { expect, test } from "vitest";
import type { Call } from "../../src/protocol/adapter.ts";
import { describeJsonRpc, describeOther } from "../../src/protocol/exchange-shape.ts";
import { jsonRpc } from "../../src/protocol/json-rpc/adapter.ts";
import { firstParam, resultText, withFirstParam } from "../../src/protocol/json-rpc/session.ts";
import { rest } from "../../src/protocol/rest/adapter.ts";
import { exchangeOf } from "../replay/support.ts";

function calls(body: unknown): { batch: boolean; calls: readonly Call[] } {
  const asked = jsonRpc.read(exchangeOf(1, body as never));
  if (asked === null) throw new Error("not read");
  return asked;
}

function only(method: string, ...params: unknown[]): Call {
  const [call] = calls({ jsonrpc: "2.0", id: 1, method, params }).calls;
  if (call === undefined) throw new Error("not read");
  return call;
}

const hex = (characters: number): string => `0x${"a".repeat(characters - 2)}`;
const kindOf = (text: string): string => jsonRpc.kind(200, Buffer.from(text)).kind;

test("the id of a filter is read from a call, and replaced in it and nowhere else", () => {
  const asked = only("eth_getFilterChanges", "0x1", "0x1");
  expect(firstParam(asked)).toBe('"0x1"');
  const other = withFirstParam(asked, '"0xab"');
  expect(JSON.parse(String(other.bytes))).toMatchObject({ params: ["0xab", "0x1"] });
  expect({ ...other, bytes: null }).toEqual({ ...asked, bytes: null });
});

test("a call without parameters has no such id, and stays as it is", () => {
  for (const call of [
    only("eth_getFilterChanges"),
    calls({ id: 1, method: "eth_newFilter" }).calls[0]!,
  ]) {
    expect(firstParam(call)).toBeNull();
    expect(withFirstParam(call, '"0xab"')).toBe(call);
  }
});

test("the id that a node gave is the text of its result", () => {
  expect(resultText(Buffer.from('{"jsonrpc":"2.0","id":1,"result": "0xab"}'))).toBe('"0xab"');
  expect(resultText(Buffer.from('{"id":1,"error":{"code":-1}}'))).toBeNull();
  expect(resultText(null)).toBeNull();
});

test("one call is no batch, and a list of one is", () => {
  const call = { jsonrpc: "2.0", id: 1, method: "eth_chainId" };
  expect(calls(call).batch).toBe(false);
  expect(calls([call])).toMatchObject({ batch: true, calls: [{ index: 0 }] });
});

test("a block that must be there and is not is not pinned as if it had been left out", () => {
  const pins = {
    latest: { number: 9, hash: "0x9" },
    safe: null,
    finalized: null,
    rebaseFrom: null,
  };
  expect(jsonRpc.pin(only("eth_getBlockByNumber"), pins).missing).toBe(false);
  expect(jsonRpc.pin(only("eth_getBalance", "0x1"), pins).missing).toBe(true);
});

test("a shape tells addresses, hashes, quantities and data apart by their length", () => {
  const shapes = [41, 42, 43, 65, 66, 67].map(
    (length) =>
      describeJsonRpc({ jsonrpc: "2.0", id: 1, method: "eth_x", params: [hex(length)] })
        ?.parameters,
  );
  expect(new Set([shapes[0], shapes[2], shapes[3]]).size).toBe(1);
  expect(new Set(shapes).size).toBe(4);
});

test("a result that is null is a reply, and a body with neither result nor error is malformed", () => {
  expect(kindOf('{"jsonrpc":"2.0","id":1,"result":null}')).toBe("reply");
  expect(kindOf('{"jsonrpc":"2.0","id":1,"error":null,"result":"0x1"}')).toBe("reply");
  expect(kindOf('{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}}')).toBe("fault");
  expect(kindOf('{"jsonrpc":"2.0","id":1}')).toBe("malformed");
  expect(kindOf('{"jsonrpc":"2.0","id":1,"error":null}')).toBe("malformed");
});

test("JSON posted to the root or a key below it that is no call is a malformed one; deeper it is a route", () => {
  const headers = { "content-type": "application/json" };
  const methodOf = (path: string): string => describeOther("POST", path, headers).method;
  expect(["/", "/v3", "/v3/key", "/v3/key?x=1"].map(methodOf)).toEqual(
    Array.from({ length: 4 }, () => "(malformed)"),
  );
  expect(methodOf("/v2/contracts/call-read")).toBe("POST /v2/contracts/call-read");
});

test("a REST answer fails by its status alone; none is no failure", () => {
  const adapter = rest([]);
  const kinds = [null, 200, 304, 399, 400, 404, 500].map(
    (status) => adapter.kind(status, Buffer.alloc(0)).kind,
  );
  expect(kinds).toEqual(["reply", "reply", "reply", "reply", "fault", "fault", "fault"]);
});
