import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import type { Outcome } from "../../src/model/pair.ts";
import type { Split } from "../../src/protocol/adapter.ts";
import { itemOutcome, wholeCall } from "../../src/replay/compare/batch.ts";
import { recordedOutcomes } from "../../src/replay/compare/pair.ts";
import { sessionIdOf } from "../../src/replay/compare/sessions.ts";
import { createSplitWatch } from "../../src/replay/heads/chain-split.ts";
import { dependenceOf, lackingSide } from "../../src/replay/heads/dependence.ts";
import type { Fork } from "../../src/replay/heads/pinning.ts";
import { isHeads, subscriptionOf } from "../../src/replay/afterwards/subscriptions.ts";
import type { Connection } from "../../src/replay/send/connection.ts";
import { throttled, type Throttle } from "../../src/replay/send/throttle.ts";
import { jsonRpc } from "../../src/protocol/json-rpc/adapter.ts";
import { callOf, outcome, pair } from "./questions.ts";
import { call, exchangeOf, target } from "./support.ts";

const FORK: Fork = {
  ancestor: { number: 99, hash: "0x99" },
  height: 100,
  hashes: ["0xa", "0xb"],
  common: 100,
  commonHashes: ["0xa", "0xb"],
  finalized: 50,
};

describe("a fork is a split", () => {
  test("once it stands three blocks further, at the same height with the same blocks", () => {
    const watch = createSplitWatch();
    expect([100, 101, 102, 103].map((common) => watch({ ...FORK, common }) !== null)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test("counted anew where the chains part elsewhere, at other blocks, or came together", () => {
    const watch = createSplitWatch();
    watch(FORK);
    expect(watch({ ...FORK, height: 101, common: 102 })).toBeNull();
    expect(watch({ ...FORK, height: 101, common: 103 })).not.toBeNull();
    expect(watch({ ...FORK, height: 101, common: 102, hashes: ["0xa", "0xc"] })).toBeNull();
    expect(watch(null)).toBeNull();
    expect(watch({ ...FORK, height: 101, common: 102, hashes: ["0xa", "0xc"] })).toBeNull();
  });

  test("at once where it is at a finalized block or below one", () => {
    expect(createSplitWatch()({ ...FORK, finalized: 100 })).not.toBeNull();
    expect(createSplitWatch()({ ...FORK, finalized: 99 })).toBeNull();
    expect(createSplitWatch()({ ...FORK, common: 102 })).not.toBeNull();
    expect(createSplitWatch()({ ...FORK, common: 101 })).toBeNull();
  });
});

const askedOf = (more: object = {}) => ({
  call: callOf("eth_getBalance"),
  replaced: [],
  left: [],
  missing: false,
  highest: null,
  ...more,
});

describe("an answer rests", () => {
  const same = pair('"0x1"', '"0x2"');

  test.each<[string, ReturnType<typeof askedOf>, ReturnType<typeof pair>, number | null, object]>([
    [
      "on nothing, where heads are not known",
      askedOf({ left: ["latest"] }),
      same,
      null,
      { on: "nothing" },
    ],
    [
      "on the head, of a method that follows it",
      askedOf({ call: callOf("x", { followsHead: true }) }),
      same,
      500,
      { on: "head" },
    ],
    ["on the head, without a block", askedOf({ missing: true }), same, 500, { on: "head" }],
    ["on the head, by a tag", askedOf({ left: ["latest"] }), same, 500, { on: "head" }],
    [
      "on a block that may still move",
      askedOf({ highest: 373 }),
      same,
      500,
      { on: "block", number: 373 },
    ],
    [
      "on nothing, at a block that does not move",
      askedOf({ highest: 372 }),
      same,
      500,
      { on: "nothing" },
    ],
    ["on nothing, where no block is named", askedOf(), same, 500, { on: "nothing" }],
    [
      "on the head, where one side has nothing",
      askedOf(),
      pair("null", '"0x2"'),
      500,
      { on: "head" },
    ],
    [
      "on the head, where the other has nothing",
      askedOf(),
      pair('"0x2"', "null"),
      500,
      { on: "head" },
    ],
    [
      "on nothing, where neither has anything",
      askedOf(),
      pair("null", "null"),
      500,
      { on: "nothing" },
    ],
    [
      "on the highest block that an answer names",
      askedOf(),
      pair('{"blockNumber":"0x1f0"}', '{"blockNumber":"0x1f1"}'),
      500,
      { on: "block", number: 497 },
    ],
  ])("%s", (_, pinned, given, head, expected) => {
    expect(dependenceOf(pinned, given, head)).toEqual(expected);
  });

  test.each<[string, string, "old" | "candidate" | null]>([
    ['"0x1"', '"0x2"', null],
    ["null", '"0x2"', "old"],
    ['"0x1"', "null", "candidate"],
    ["error:no", '"0x2"', "old"],
    ['"0x1"', "error:no", "candidate"],
    ["error:no", "null", null],
  ])("%s and %s: %s lacks something", (old, candidate, side) => {
    expect(lackingSide(pair(old, candidate))).toBe(side);
  });
});

const answered = (answers: Split["answers"]) => ({
  whole: { ...outcome("1"), status: 207, ms: 9, target: 2 },
  split: { answers, order: [] },
});

describe("of a batch's answer", () => {
  test.each<[string, Outcome["kind"]]>([
    ['{"jsonrpc":"2.0","id":1,"result":1}', "reply"],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1}}', "fault"],
    [' { "error" : { "code":1}, "id":1}', "fault"],
    ['{"id":1,"result":{"error":{"code":1}}}', "reply"],
    ['{"id":1,"error":null,"result":1}', "reply"],
  ])("%s is a call's %s", (text, kind) => {
    expect(itemOutcome(answered([null, Buffer.from(text)]), 1)).toEqual({
      kind,
      status: 207,
      headers: {},
      ms: null,
      target: 2,
      body: Buffer.from(text),
    });
  });

  test("what is not there is malformed, and says so", () => {
    const missing = {
      kind: "malformed",
      body: null,
      detail: "no answer in the batch",
      status: 207,
    };
    expect(itemOutcome(answered([null]), 0)).toMatchObject(missing);
    expect(itemOutcome(answered([]), 3)).toMatchObject(missing);
    expect(itemOutcome({ ...answered([]), split: null }, 0)).toMatchObject(missing);
  });

  test("the whole is one call of all of them, of the first one's chain", () => {
    const calls = [callOf("eth_a"), callOf("eth_b")];
    expect(wholeCall(calls)).toMatchObject({
      index: -1,
      method: "(batch)",
      chain: "ethereum",
      id: "",
    });
    expect(wholeCall(calls).bytes.toString()).toBe("[{},{}]");
    expect(wholeCall([])).toMatchObject({ chain: "other" });
  });
});

describe("a recorded answer", () => {
  const calls = [callOf("eth_a")];
  const recorded = (response: Parameters<typeof recordedOutcomes>[0]["response"]) =>
    recordedOutcomes(
      { ...exchangeOf(1, call("eth_a")), durationMs: 5, response },
      calls,
      false,
      jsonRpc,
    );
  const body = Buffer.from('{"jsonrpc":"2.0","id":1,"result":1}');

  test("is of its status, body and time", () => {
    expect(recorded({ status: 200, headers: { a: "b" }, body })).toEqual([
      { kind: "reply", status: 200, headers: { a: "b" }, body, ms: 5, target: 0 },
    ]);
    expect(recorded({ status: 101, headers: {}, body })).toMatchObject([
      { kind: "reply", status: 101 },
    ]);
    expect(recorded(null)).toEqual([null]);
    expect(recorded({ status: 200, headers: {}, body: null })).toEqual([null]);
  });

  test("of a filter's opening is its id, and its use names it", () => {
    const opens = callOf("eth_newFilter", { session: { kind: "filter", role: "opens" } });
    const uses = {
      ...callOf("x", { session: { kind: "filter", role: "uses" } }),
      bytes: Buffer.from('{"params":["0x5"]}'),
    };
    const opened = {
      ...exchangeOf(1, ""),
      response: { status: 200, headers: {}, body: Buffer.from('{"result":"0x7"}') },
    };
    expect(sessionIdOf(opened, opens)).toBe('"0x7"');
    expect(sessionIdOf({ ...opened, response: null }, opens)).toBeNull();
    expect(sessionIdOf(opened, uses)).toBe('"0x5"');
    expect(sessionIdOf(opened, callOf("eth_call"))).toBeNull();
  });
});

const subscribed = (
  body: JsonValue,
  transport: "http" | "websocket" = "websocket",
): JsonValue | null => subscriptionOf(exchangeOf(1, body, { transport }));

describe("a subscription of a recording", () => {
  test.each<[string, JsonValue | null, JsonValue | null]>([
    ["is its parameters", subscribed(call("eth_subscribe", ["newHeads"])), ["newHeads"]],
    ["is none over HTTP", subscribed(call("eth_subscribe", ["newHeads"]), "http"), null],
    ["is none of another method", subscribed(call("eth_call", ["newHeads"])), null],
    ["is none without parameters", subscribed(call("eth_subscribe")), null],
    ["is none with named ones", subscribed({ method: "eth_subscribe", params: { a: 1 } }), null],
    ["is none that can't be read", subscribed('{"eth_subscribe"'), null],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test("is of heads by its first parameter", () => {
    expect(
      [["newHeads"], ["newHeads", {}], ["logs", "newHeads"], "newHeads", []].map(isHeads),
    ).toEqual([true, true, false, false, false]);
  });
});

describe("under a ceiling", () => {
  test("a request takes a place before it is asked and gives it back, whatever comes of it", async () => {
    const log: string[] = [];
    let asked = 0;
    const connection: Connection = {
      ask: async () => {
        log.push("ask");
        asked += 1;
        if (asked === 2) throw new Error("no");
        return { ...outcome("1"), failure: null } as never;
      },
      close: async () => void log.push("close"),
    };
    const waiting = Promise.withResolvers<void>();
    const waits = [null, waiting.promise];
    const throttle: Throttle = {
      enter: () => {
        log.push("enter");
        return waits.shift() ?? null;
      },
      leave: () => void log.push("leave"),
      due: () => null,
      isHeld: () => false,
    };
    const held = throttled(connection, target("old", "http://old"), throttle);
    const question = { method: "POST", path: "/", headers: {}, body: null } as never;
    await held.ask(question, 1);
    const second = held.ask(question, 1);
    expect(log).toEqual(["enter", "ask", "leave", "enter"]);
    waiting.resolve();
    await expect(second).rejects.toThrow("no");
    await held.close();
    expect(log.slice(4)).toEqual(["ask", "leave", "close"]);
    expect(throttled(connection, target("old", "http://old"), undefined)).toBe(connection);
  });
});
