import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import type { Pins } from "../../src/protocol/adapter.ts";
import { jsonRpc } from "../../src/protocol/json-rpc/adapter.ts";
import { arrayItems, eachMember, member, skipValue } from "../../src/protocol/json-rpc/scan.ts";
import { call, exchangeOf } from "../replay/support.ts";

const PINS: Pins = {
  latest: { number: 100, hash: "0xaa" },
  safe: { number: 90, hash: "0xbb" },
  finalized: { number: 80, hash: "0xcc" },
  rebaseFrom: null,
};

function pinned(text: string, pins: Pins = PINS): string {
  const asked = jsonRpc.read(exchangeOf(1, text));
  const [first] = asked?.calls ?? [];
  if (first === undefined) throw new Error("not read");
  return jsonRpc.pin(first, pins).call.bytes.toString();
}

/** What of a pinned call still rests on the head: tags, and whether a block is missing. */
function restsOn(method: string, params: JsonValue): [string[], boolean] {
  const [first] =
    jsonRpc.read(exchangeOf(1, { jsonrpc: "2.0", id: 1, method, params }))?.calls ?? [];
  if (first === undefined) throw new Error("not read");
  const { left, missing } = jsonRpc.pin(first, PINS);
  return [[...left], missing];
}

describe("scanning JSON text", () => {
  test("every member of every object is found where JSON.parse finds it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = Buffer.from(JSON.stringify(value, null, 1));
        const keys: string[] = [];
        const whole = eachMember(text, 0, (start, end, at) => {
          const key: unknown = JSON.parse(`"${text.toString("utf8", start, end)}"`);
          const found: unknown = JSON.parse(text.toString("utf8", at, skipValue(text, at)));
          keys.push(String(key));
          expect(found).toEqual(JSON.parse(JSON.stringify(value))[String(key)]);
          return false;
        });
        expect(whole).toBe(true);
        expect(keys).toEqual(Object.keys(value));
      }),
    );
  });

  test("items of an array are cut as JSON.parse would", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const text = Buffer.from(JSON.stringify(values));
        const items = arrayItems(text, 0) ?? [];
        expect(
          items.map(({ start, end }) => JSON.parse(text.toString("utf8", start, end))),
        ).toEqual(JSON.parse(text.toString()));
      }),
    );
  });

  test("any bytes end, and give no position outside of them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes);
        expect(skipValue(text, 0)).toBeLessThanOrEqual(text.length);
        arrayItems(text, 0);
        member(text, 0, "id");
      }),
    );
  });

  test("a hundred thousand levels do not overflow", () => {
    const text = Buffer.from("[".repeat(100_000) + "]".repeat(100_000));
    expect(skipValue(text, 0)).toBe(200_000);
  });
});

describe("pinning", () => {
  test.each([
    ['{"method":"eth_getBalance","params":["0x1","latest"],"id":1}', '["0x1","0x64"]'],
    ['{"method":"eth_getBalance","params":["0x1","safe"],"id":1}', '["0x1","0x5a"]'],
    ['{"method":"eth_getBalance","params":["0x1","finalized"],"id":1}', '["0x1","0x50"]'],
    ['{"method":"eth_getBalance","params":["0x1","earliest"],"id":1}', '["0x1","earliest"]'],
    ['{"method":"eth_getBalance","params":["0x1","pending"],"id":1}', '["0x1","pending"]'],
    ['{"method":"eth_getBalance","params":["0x1"],"id":1}', '["0x1"]'],
    [
      '{"method":"eth_call","params":[{"to":"0x2"},{"blockNumber":"latest"}],"id":1}',
      '[{"to":"0x2"},{"blockNumber":"0x64"}]',
    ],
    [
      '{"method":"eth_getStorageAt","params":["0x1","0x0","latest"],"id":1}',
      '["0x1","0x0","0x64"]',
    ],
    ['{"method":"eth_getProof","params":["0x1",[],"latest"],"id":1}', '["0x1",[],"0x64"]'],
    ['{"method":"eth_feeHistory","params":["0x4","latest",[50]],"id":1}', '["0x4","0x64",[50]]'],
    [
      '{"method":"eth_getLogs","params":[{"fromBlock":"0x1","toBlock":"latest"}],"id":1}',
      '[{"fromBlock":"0x1","toBlock":"0x64"}]',
    ],
    [
      '{"method":"eth_getLogs","params":[{"blockHash":"0xab","toBlock":"latest"}],"id":1}',
      '[{"blockHash":"0xab","toBlock":"latest"}]',
    ],
    ['{"method":"debug_traceCall","params":[{},"latest",{}],"id":1}', '[{},"0x64",{}]'],
    ['{"method":"trace_call","params":[{},["trace"],"latest"],"id":1}', '[{},["trace"],"0x64"]'],
    ['{"method":"debug_traceBlockByNumber","params":["latest"],"id":1}', '["0x64"]'],
  ])("%s", (text, params) => {
    const result: unknown = JSON.parse(pinned(text));
    expect(JSON.stringify((result as { params: unknown }).params)).toBe(params);
  });

  test("the rest of the request stays byte for byte, digits of numbers included", () => {
    const text =
      '{ "id":9007199254740993.10, "method":"eth_getBalance" ,"params" : ["0x1",  "latest" ]}';
    expect(pinned(text)).toBe(text.replace('"latest"', '"0x64"'));
  });

  test("rebasing moves numbers near the recorded head and leaves history", () => {
    const pins = { ...PINS, rebaseFrom: 5_000 };
    const at = (number: string): string =>
      pinned(`{"method":"eth_getBalance","params":["0x1","${number}"],"id":1}`, pins);
    expect(at("0x1388")).toContain('"0x64"');
    expect(at("0x1387")).toContain('"0x63"');
    expect(at("0x1")).toContain('"0x1"');
    expect(at("0x1389")).toContain('"0x1389"');
  });

  test.each<[string, JsonValue]>([
    ["letters of another case", ["0x1", "LATEST"]],
    ["an empty text", ["0x1", ""]],
    ["a number beyond all blocks", ["0x1", "0xffffffffffffffffffff"]],
    ["a number that is no hex", ["0x1", 5]],
    ["an object without a block", ["0x1", {}]],
    ["parameters by name", { address: "0x1", block: "latest" }],
    ["no parameters that anybody reads", "0x1"],
  ])("a block that nobody but the node can name rests on the head: %s", (_, params) => {
    expect(restsOn("eth_getBalance", params)).toEqual([["latest"], false]);
  });

  test("a hash rests on nothing, null is a missing block", () => {
    const hash = `0x${"ab".repeat(32)}`;
    expect(restsOn("eth_getBalance", ["0x1", { blockHash: hash }])).toEqual([[], false]);
    expect(restsOn("eth_getBlockReceipts", [hash])).toEqual([[], false]);
    expect(restsOn("eth_getBalance", ["0x1", null])).toEqual([[], true]);
    expect(restsOn("eth_getLogs", [{ fromBlock: null, toBlock: "0x5" }])).toEqual([[], true]);
  });

  test.each<[string, JsonValue, string[]]>([
    [
      "a range that the pin would turn round keeps its tag",
      { fromBlock: "0x65", toBlock: "latest" },
      ["latest"],
    ],
    ["one that begins at a tag too", { fromBlock: "latest", toBlock: "0x5" }, ["latest"]],
    [
      "one from the head to the head's number",
      { fromBlock: "latest", toBlock: "0x64" },
      ["latest"],
    ],
    ["one from the head to no block yet", { fromBlock: "latest", toBlock: "0xffff" }, ["latest"]],
    [
      "two tags the wrong way",
      { fromBlock: "latest", toBlock: "finalized" },
      ["latest", "finalized"],
    ],
    ["one that ends at the first block", { fromBlock: "latest", toBlock: "earliest" }, ["latest"]],
    ["one of a single block does not", { fromBlock: "0x64", toBlock: "latest" }, []],
    ["one between tags does not", { fromBlock: "finalized", toBlock: "latest" }, []],
    ["one from the first block does not", { fromBlock: "earliest", toBlock: "latest" }, []],
  ])("%s", (_, filter, left) => {
    expect(restsOn("eth_getLogs", [filter])[0]).toEqual(left);
  });

  test("a missing block is said, and filled in on demand", () => {
    const asked = jsonRpc.read(exchangeOf(1, call("eth_getBalance", ["0x1"])));
    const [first] = asked?.calls ?? [];
    if (first === undefined) throw new Error("not read");
    expect(jsonRpc.pin(first, PINS).missing).toBe(true);
    expect(jsonRpc.fillIn(first, PINS)?.bytes.toString()).toContain('["0x1","0x64"]');
  });
});

describe("answers", () => {
  test.each([
    ['{"jsonrpc":"2.0","id":1,"result":null}', 200, "reply"],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}\n', 200, "fault"],
    ['{"jsonrpc":"2.0","id":1,"error":null,"result":"0x1"}', 200, "reply"],
    ["<html></html>", 200, "malformed"],
    ["", 200, "malformed"],
    ['{"jsonrpc":"2.0","id":1,"result":{"a":', 200, "malformed"],
    ['{"jsonrpc":"2.0","id":1}', 200, "malformed"],
    ["anything", 503, "fault"],
  ])("%s with %i is %s", (body, status, kind) => {
    expect(jsonRpc.kind(status, Buffer.from(body)).kind).toBe(kind);
  });

  test("a batch is cut by id, whatever the order; unknown ids belong to no call", () => {
    const batch = [
      call("eth_chainId", [], 1),
      call("eth_chainId", [], "b"),
      call("eth_chainId", [], 1),
    ];
    const calls = jsonRpc.read(exchangeOf(1, batch))?.calls ?? [];
    const body =
      '[{"id":"b","result":2},{"id":1,"result":1},{"id":9,"result":9},{"id":1,"result":3}]';
    const split = jsonRpc.split(Buffer.from(body), calls);
    expect(split?.answers.map((answer) => answer?.toString())).toEqual([
      '{"id":1,"result":1}',
      '{"id":"b","result":2}',
      '{"id":1,"result":3}',
    ]);
    expect(split?.order).toEqual([1, 0, -1, 2]);
  });

  test("an error in place of a batch's answers is no batch", () => {
    expect(jsonRpc.split(Buffer.from('{"error":{}}'), [])).toBeNull();
  });
});
