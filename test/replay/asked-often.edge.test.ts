import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import type { Answer, FakeNode, FakeNodeOptions } from "../support/servers/fake-node.ts";
import { answered, call, exchangeOf, node, replayTo, said } from "./support.ts";

function asks({ asked }: FakeNode, method: string): number {
  return asked.filter((one) => one.method === method).length;
}

const filter = (id: string, changes: JsonValue): FakeNodeOptions => ({
  answer({ method }) {
    if (method === "eth_newBlockFilter") return { result: id };
    if (method === "eth_uninstallFilter") return { result: true };
    return method === "eth_getFilterChanges" || method === "eth_getFilterLogs"
      ? { result: changes }
      : undefined;
  },
});

const often = (one: FakeNode): number[] =>
  ["eth_newBlockFilter", "eth_getFilterChanges", "eth_getFilterLogs", "eth_uninstallFilter"].map(
    (method) => asks(one, method),
  );

describe("a filter", () => {
  const polled = [
    exchangeOf(1, call("eth_newBlockFilter"), answered("0x77")),
    exchangeOf(2, call("eth_getFilterChanges", ["0x77"])),
    exchangeOf(3, call("eth_getFilterLogs", ["0x77"])),
    exchangeOf(4, call("eth_uninstallFilter", ["0x77"])),
    exchangeOf(5, call("eth_getFilterLogs", ["0x77"])),
  ];

  test("is opened, emptied and closed once on each side; only its logs have a control", async () => {
    const [old, candidate] = [await node(filter("0xa", [])), await node(filter("0xb", []))];
    const { comparisons } = await replayTo(polled, old.url, candidate.url);
    expect(comparisons.map(said)).toEqual([
      "eth_newBlockFilter: same",
      "eth_getFilterChanges: same",
      "eth_getFilterLogs: same",
      "eth_uninstallFilter: same",
      "eth_getFilterLogs: skipped unknown-state",
    ]);
    expect([often(old), often(candidate)]).toEqual([
      [1, 1, 2, 1],
      [1, 1, 1, 1],
    ]);
    const ids = candidate.asked.filter(({ params }) => params[0] === "0xb");
    expect(ids).toHaveLength(3);
  });

  test("whose changes differ is not asked for them again; its logs are", async () => {
    const [old, candidate] = [await node(filter("0xa", [])), await node(filter("0xb", null))];
    const { comparisons } = await replayTo(polled.slice(0, 3), old.url, candidate.url);
    expect(comparisons.map(said)).toEqual([
      "eth_newBlockFilter: same",
      expect.stringMatching(/^eth_getFilterChanges: .* \(probable\)$/),
      expect.stringMatching(/^eth_getFilterLogs: .* \(confirmed\)$/),
    ]);
    expect(asks(candidate, "eth_getFilterChanges")).toBe(1);
    // Once, five times to confirm it, and once more a moment later.
    expect(asks(candidate, "eth_getFilterLogs")).toBe(7);
  });
});

const tell = (result: JsonValue | undefined, id: number): JsonValue => ({
  jsonrpc: "2.0",
  id,
  result: result ?? null,
});

const alone: Answer = ({ method }) => (method === "web3_sha3" ? { result: "0x1" } : undefined);

/** Answers of a batch's `web3_sha3`, by how often a batch was asked; alone it says 0x1. */
function inBatches(...results: readonly JsonValue[]): FakeNodeOptions & { batches: () => number } {
  let batches = 0;
  return {
    batches: () => batches,
    answer: alone,
    respond(body, response) {
      if (!body.startsWith("[")) return false;
      const result = results[Math.min(batches++, results.length - 1)];
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify([tell("0x7", 1), tell(result, 2)]));
      return true;
    },
  };
}

const BATCH = exchangeOf(1, [call("eth_chainId", [], 1), call("web3_sha3", ["0x00"], 2)]);

const replayed = async (
  old: ReturnType<typeof inBatches>,
  candidate: ReturnType<typeof inBatches>,
  confirm = 5,
): Promise<string[]> => {
  const sides = [await node(old), await node(candidate)];
  const [one, other] = sides.map(({ url }) => url);
  const { comparisons } = await replayTo([BATCH], one ?? "", other ?? "", { confirm });
  return comparisons.map(said).filter((text) => !text.startsWith("eth_chainId: same"));
};

describe("a call of a batch", () => {
  test("that old itself does not repeat in the batch is no difference of candidate", async () => {
    const [old, candidate] = [inBatches("0x1", "0x2"), inBatches("0x2")];
    expect(await replayed(old, candidate)).toEqual(["web3_sha3: same"]);
    expect([old.batches(), candidate.batches()]).toEqual([2, 1]);
  });

  test("that differs only there is asked there once more: confirmed, or flaky", async () => {
    const stays = inBatches("0x2");
    expect(await replayed(inBatches("0x1"), stays)).toEqual([
      "web3_sha3: value-changed /result (confirmed)",
    ]);
    expect(stays.batches()).toBe(2);
    expect(await replayed(inBatches("0x1"), inBatches("0x2", "0x1"))).toEqual([
      "web3_sha3: value-changed /result (flaky)",
    ]);
    expect(await replayed(inBatches("0x1"), inBatches("0x2"), 0)).toEqual([
      "web3_sha3: value-changed /result (probable)",
    ]);
  });

  test("that has no answer there is malformed", async () => {
    const short: FakeNodeOptions = {
      ...inBatches("0x1"),
      respond(body, response) {
        if (!body.startsWith("[")) return false;
        response.writeHead(200, { "content-type": "application/json" });
        response.end('[{"jsonrpc":"2.0","id":1,"result":"0x7"}]');
        return true;
      },
    };
    const [old, candidate] = [await node(inBatches("0x1")), await node(short)];
    const { comparisons } = await replayTo([BATCH], old.url, candidate.url);
    expect(comparisons.map(said).join(", ")).toMatch(/web3_sha3: malformed-response/);
  });
});

test("an order of answers that old itself does not keep is no finding", async () => {
  let asked = 0;
  const turning: FakeNodeOptions = {
    respond(body, response) {
      if (!body.startsWith("[")) return false;
      const answers = [
        '{"jsonrpc":"2.0","id":1,"result":"0x7"}',
        '{"jsonrpc":"2.0","id":2,"result":"0x1"}',
      ];
      response.writeHead(200, { "content-type": "application/json" });
      response.end(`[${(asked++ % 2 === 0 ? answers : answers.reverse()).join(",")}]`);
      return true;
    },
  };
  const [old, candidate] = [await node(turning), await node(inBatches("0x1"))];
  asked = 1;
  const { comparisons } = await replayTo([BATCH], old.url, candidate.url);
  expect(comparisons.map(said)).toEqual(["eth_chainId: same", "web3_sha3: same"]);
});

test("a call of a batch costs its share at most", async () => {
  const [old, candidate] = [await node(inBatches("0x1")), await node(inBatches("0x2"))];
  const { results } = await replayTo([BATCH], old.url, candidate.url, { maxSendsPerCall: 3 });
  expect(results[0]?.sends).toBeLessThanOrEqual(9);
});
