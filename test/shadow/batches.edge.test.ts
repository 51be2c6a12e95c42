import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { startFakeNode, type FakeNode, type Respond } from "../support/servers/fake-node.ts";
import { exchangeOf, findingsOf, shadowBetween, statesOf, type Shadowed } from "./support.ts";

type Item = Readonly<Record<string, unknown>>;

const CALLS: readonly Item[] = [1, 2, 3].map((id) => ({
  jsonrpc: "2.0",
  id,
  method: "eth_getBalance",
  params: [`0x0${id}`, "0x5"],
}));

/** A node whose batches of more than one come out as `change` makes them; `asked` counts them. */
async function batchNode(change: (answers: Item[]) => Item[]): Promise<FakeNode> {
  const respond: Respond = (body, response) => {
    const items: unknown = body === "" ? null : JSON.parse(body);
    if (!Array.isArray(items)) return false;
    answer(response, change(items.flatMap((item) => answersTo(item as Item))));
    return true;
  };
  const node = await startFakeNode({ respond });
  onTestFinished(() => node.close());
  return node;
}

/** What is no call is answered all the same, as nodes do. */
function answersTo(item: Item): Item[] {
  if (typeof item !== "object" || item === null || !("method" in item))
    return [{ jsonrpc: "2.0", id: null, error: { code: -32600, message: "invalid request" } }];
  return "id" in item ? [{ jsonrpc: "2.0", id: item["id"], result: "0x7" }] : [];
}

function answer(response: ServerResponse, items: readonly Item[]): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(items));
}

/** A client's batch as it passes. */
async function pass(shadowed: Shadowed, old: FakeNode, items: unknown, id = 1): Promise<void> {
  const body = JSON.stringify(items);
  const got = await fetch(old.url, { method: "POST", body });
  const passed = { text: await got.text(), type: "application/json", status: got.status };
  shadowed.shadow.offer(exchangeOf(id, Date.now(), body, passed));
}

async function findings(
  change: (answers: Item[]) => Item[],
  items: unknown = CALLS,
): Promise<string[]> {
  const old = await batchNode((answers) => answers);
  const candidate = await batchNode(change);
  const shadowed = await shadowBetween(old.url, candidate.url);
  await pass(shadowed, old, items);
  await shadowed.until(1);
  return findingsOf(shadowed.comparisons);
}

const stray: Item = { jsonrpc: "2.0", id: 99, result: "0x9" };

describe("a live batch", () => {
  test.each<[string, (answers: Item[]) => Item[], string[]]>([
    ["alike", (answers) => answers, []],
    ["in another order", (answers) => answers.toReversed(), ["batch-order-changed (batch) "]],
    [
      "with an answer that nobody asked for",
      (answers) => [...answers, stray],
      ["array-items-added (batch) /*"],
    ],
    [
      "with one answer twice",
      (answers) => [...answers, ...answers.slice(0, 1)],
      ["array-items-added (batch) /*"],
    ],
    [
      "with one answer missing",
      (answers) => answers.slice(1),
      ["malformed-response eth_getBalance "],
    ],
  ])("%s", async (_, change, expected) => {
    const found = await findings(change);
    expect(found.map((text) => text.slice(text.indexOf(" ") + 1))).toEqual(expected);
  });

  test.each<[string, readonly Item[], unknown, string[]]>([
    ["one call", CALLS.slice(0, 1), answersTo(CALLS[0]!)[0], ["type-changed (batch) "]],
    [
      "several",
      CALLS,
      { jsonrpc: "2.0", id: null, error: { code: -32600, message: "batch too large" } },
      ["limit-changed (batch) "],
    ],
  ])("of %s that is answered as if it were none", async (_, items, bare, expected) => {
    const old = await batchNode((answers) => answers);
    const candidate = await startFakeNode({
      respond(body, response) {
        if (!body.startsWith("[")) return false;
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(bare));
        return true;
      },
    });
    onTestFinished(() => candidate.close());
    for (const extraLoad of [0, 1]) {
      const shadowed = await shadowBetween(old.url, candidate.url, { extraLoad });
      await pass(shadowed, old, items);
      await shadowed.until(1);
      const found = findingsOf(shadowed.comparisons).filter((text) => text.includes("(batch)"));
      expect(found.map((text) => text.slice(text.indexOf(" ") + 1))).toEqual(expected);
    }
  });

  test("is asked with its broken items, as its client sent it", async () => {
    const items = [...CALLS, { foo: 1 }, 17];
    expect(await findings((answers) => answers, items)).toEqual([]);
    const fewer = await findings((answers) => answers.filter(({ id }) => id !== null), items);
    expect(fewer.map((text) => text.slice(text.indexOf(" ") + 1))).toEqual([
      "array-items-missing (batch) /*",
    ]);
  });

  test("of which a call is not sent proves nothing of what belongs to no call", async () => {
    const items = [...CALLS, { jsonrpc: "2.0", id: 4, method: "eth_sendRawTransaction" }];
    expect(await findings((answers) => answers, items)).toEqual([]);
    const found = await findings((answers) => answers.toReversed(), items);
    expect(found.map((text) => text.slice(text.indexOf(" ") + 1))).toEqual([
      "batch-order-changed (batch) ",
    ]);
  });

  test("of a mirror is asked of both, however little may be added to old's load", async () => {
    const old = await batchNode((answers) => answers);
    const candidate = await batchNode((answers) =>
      answers.map((item) => (item["id"] === 2 ? { ...item, result: "0x8" } : item)),
    );
    const shadowed = await shadowBetween(old.url, candidate.url, { extraLoad: 0, mirrored: true });
    const body = JSON.stringify(CALLS);
    for (let id = 0; id < 30; id++) shadowed.shadow.offer(exchangeOf(id, Date.now(), body, null));
    await shadowed.until(30);
    expect(statesOf(shadowed.comparisons)).toEqual({ same: 60, different: 30 });
    expect(shadowed.shadow.status().extraRequests).toBeLessThan(20);
  });

  test("whose order old itself does not keep to says nothing", async () => {
    let asked = 0;
    const old = await batchNode((answers) => (asked++ % 2 === 0 ? answers : answers.toReversed()));
    const candidate = await batchNode((answers) => answers.toReversed());
    const shadowed = await shadowBetween(old.url, candidate.url);
    await pass(shadowed, old, CALLS);
    await shadowed.until(1);
    expect(findingsOf(shadowed.comparisons)).toEqual([]);
  });

  test("past the extra load is kept as it is where old was seen to keep its order, else counted", async () => {
    const old = await batchNode((answers) => answers);
    const candidate = await batchNode((answers) => answers.toReversed());
    const shadowed = await shadowBetween(old.url, candidate.url, { extraLoad: 0 });
    for (let id = 0; id < 5; id++) await pass(shadowed, old, CALLS, id);
    await shadowed.until(5);
    expect(statesOf(shadowed.comparisons)).toEqual({ same: 15, "uncomparable unsettled": 5 });
    for (let id = 5; id < 25; id++) await pass(shadowed, old, CALLS, id);
    await shadowed.until(25);
    expect(statesOf(shadowed.comparisons)).toEqual({
      same: 75,
      "uncomparable unsettled": 5,
      different: 20,
    });
    expect(findingsOf(shadowed.comparisons)).toEqual(["probable batch-order-changed (batch) "]);
  });
});
