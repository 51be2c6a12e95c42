import { describe, expect, test } from "vitest";
import type { Exchange } from "../../src/model/exchange.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { jsonRpc } from "../../src/protocol/json-rpc/adapter.ts";
import { rest } from "../../src/protocol/rest/adapter.ts";
import { createPlanner } from "../../src/replay/drive/plan.ts";
import { REPLAY_DEFAULTS, type ReplayOptions } from "../../src/replay/given/options.ts";
import { answered, call, exchangeOf, restExchange } from "./support.ts";

const ADAPTERS = { "json-rpc": jsonRpc, rest: rest([]) };
const OPTIONS: ReplayOptions = { ...REPLAY_DEFAULTS, old: [], candidate: [] };
const READS = call("eth_chainId");
const WRITES = call("eth_sendRawTransaction", ["0x01"]);
const UNKNOWN = call("acme_something");
const SUBSCRIBES = call("eth_subscribe", ["newHeads"]);
const NOTIFIES: JsonValue = { jsonrpc: "2.0", method: "eth_chainId", params: [] };
const RIDER: JsonValue = { jsonrpc: "2.0", id: null };

/** What is sent of an exchange, and why not the rest: `eth_chainId`, `eth_sendRawTransaction: writes`. */
function planned(exchange: Exchange, options: Partial<ReplayOptions> = {}) {
  const plan = createPlanner(ADAPTERS, { ...OPTIONS, ...options })("r:1", exchange);
  return {
    sent: plan.calls.map(({ method }) => method),
    skipped: plan.skipped.map(({ method, reason }) => `${method}: ${reason}`),
    plan,
  };
}

function only(body: JsonValue, options: Partial<ReplayOptions> = {}): string {
  const { sent, skipped } = planned(exchangeOf(1, body), options);
  return [...sent, ...skipped].join(", ");
}

describe("of a call", () => {
  test.each<[string, JsonValue, Partial<ReplayOptions>, string]>([
    ["that reads", READS, {}, "eth_chainId"],
    ["that writes", WRITES, {}, "eth_sendRawTransaction: writes"],
    ["that nobody knows", UNKNOWN, {}, "acme_something: not-allowed"],
    ["that was allowed", UNKNOWN, { allowMethods: ["acme_something"] }, "acme_something"],
    [
      "where another was allowed",
      UNKNOWN,
      { allowMethods: ["acme_other"] },
      "acme_something: not-allowed",
    ],
    [
      "that writes, though allowed",
      WRITES,
      { allowMethods: ["eth_sendRawTransaction"] },
      "eth_sendRawTransaction: writes",
    ],
    ["that subscribes", SUBSCRIBES, {}, "eth_subscribe: subscription"],
    ["that is included", READS, { include: ["net_*", "eth_*"] }, "eth_chainId"],
    ["that is not included", READS, { include: ["net_*"] }, "eth_chainId: excluded"],
    ["that is excluded", READS, { exclude: ["net_*", "eth_*"] }, "eth_chainId: excluded"],
    [
      "that is included and excluded",
      READS,
      { include: ["eth_*"], exclude: ["eth_chainId"] },
      "eth_chainId: excluded",
    ],
    ["beside what is excluded", READS, { exclude: ["net_*"] }, "eth_chainId"],
    [
      "that is excluded and writes",
      WRITES,
      { exclude: ["eth_*"] },
      "eth_sendRawTransaction: excluded",
    ],
    ["that opens a filter", call("eth_newBlockFilter"), {}, "eth_newBlockFilter"],
    ["that wants no answer", NOTIFIES, {}, ""],
    ["that is none", { what: 1 }, {}, "(unreadable): malformed-request"],
  ])("%s: %o with %o: %s", (_, body, options, said) => {
    expect(only(body, options)).toBe(said);
  });

  test("the same is said of each with its name, however often it comes", () => {
    const plan = createPlanner(ADAPTERS, OPTIONS);
    const reasons = [READS, WRITES, READS, WRITES, UNKNOWN, READS].map((body, id) => {
      const { calls, skipped } = plan(`r:${id}`, exchangeOf(id, body));
      return skipped[0]?.reason ?? calls[0]?.method;
    });
    expect(reasons).toEqual([
      "eth_chainId",
      "writes",
      "eth_chainId",
      "writes",
      "not-allowed",
      "eth_chainId",
    ]);
  });
});

describe("of an exchange", () => {
  test("that can't be read nothing is sent, and it says so", () => {
    expect(planned(exchangeOf(1, "{no")).skipped).toEqual(["(unreadable): malformed-request"]);
    const lost = exchangeOf(1, "{no", { unreplayable: "body-too-large" });
    expect(planned(lost).skipped).toEqual(["(unreadable): body-too-large"]);
  });

  test("that lost something nothing is sent, for that reason", () => {
    const { sent, skipped } = planned(exchangeOf(1, READS, { unreplayable: "redacted-body" }));
    expect([sent, skipped]).toEqual([[], ["eth_chainId: redacted-body"]]);
  });

  test("that a node sent unasked nothing is said", () => {
    const { sent, skipped, plan } = planned(exchangeOf(1, READS, { unreplayable: "event" }));
    expect([sent, skipped, plan.limited()]).toEqual([[], [], []]);
  });

  test("over the limit each call that would be sent is skipped for it", () => {
    const { plan } = planned(exchangeOf(1, [READS, WRITES, call("net_version", [], 2)]));
    expect(plan.limited().map(({ method, reason }) => `${method}: ${reason}`)).toEqual([
      "eth_chainId: limit",
      "net_version: limit",
    ]);
  });

  test("of REST the recorded answer goes with its call", () => {
    const exchange = restExchange(1, "GET", "/v2/info");
    const { sent, plan } = planned({
      ...exchange,
      response: { status: 404, headers: { a: "b" }, body: Buffer.from("no") },
      durationMs: 7,
    });
    expect(sent).toEqual(["GET /v2/info"]);
    expect(plan.recorded).toMatchObject([{ kind: "fault", status: 404, ms: 7 }]);
    expect(planned(exchange).plan.recorded).toEqual([null]);
  });
});

const riders = (body: JsonValue): number => planned(exchangeOf(1, body)).plan.riders.length;

describe("of a batch", () => {
  const HIDDEN = call("eth_getBalance", ["cus_0123456789abcdef", "latest"], 3);

  test("goes what may be sent, and the rest is skipped call by call", () => {
    const { sent, skipped, plan } = planned(
      exchangeOf(1, [READS, WRITES, UNKNOWN, SUBSCRIBES, call("net_version", [], 9)]),
    );
    expect(plan.batch).toBe(true);
    expect(sent).toEqual(["eth_chainId", "net_version"]);
    expect(plan.calls.map(({ index }) => index)).toEqual([0, 4]);
    expect(skipped).toEqual([
      "eth_sendRawTransaction: writes",
      "acme_something: not-allowed",
      "eth_subscribe: subscription",
    ]);
  });

  test("what was hidden in one call leaves the others as they were", () => {
    for (const unreplayable of ["redacted-body", "writes"] as const) {
      const { sent, skipped } = planned(exchangeOf(1, [READS, HIDDEN, WRITES], { unreplayable }));
      expect(sent).toEqual(["eth_chainId"]);
      expect(skipped).toEqual(["eth_getBalance: redacted-body", "eth_sendRawTransaction: writes"]);
    }
    const cut = planned(exchangeOf(1, [READS, HIDDEN], { unreplayable: "incomplete" }));
    expect(cut.skipped).toEqual(["eth_chainId: incomplete", "eth_getBalance: incomplete"]);
    // What only looks so in a recording that lost nothing is sent as it came.
    expect(planned(exchangeOf(1, [READS, HIDDEN])).sent).toEqual(["eth_chainId", "eth_getBalance"]);
  });

  test("a filter's calls have no id to be sent with", () => {
    const uses = call("eth_getFilterChanges", ["0x1"], 2);
    const { sent, skipped } = planned(exchangeOf(1, [READS, uses]));
    expect([sent, skipped]).toEqual([["eth_chainId"], ["eth_getFilterChanges: unknown-state"]]);
  });

  test("items that are no calls ride along, unless a reader could take them for one", () => {
    expect(riders([READS, RIDER])).toBe(1);
    expect(riders([READS, 5, {}])).toBe(2);
    expect(riders([READS, { ...Object(RIDER), Method: "eth_sendRawTransaction" }])).toBe(0);
    expect(riders([READS, NOTIFIES])).toBe(0);
    expect(riders(READS)).toBe(0);
  });

  test("its answers are told apart by their ids", () => {
    const body = JSON.stringify([
      { jsonrpc: "2.0", id: 9, result: "nine" },
      { jsonrpc: "2.0", id: 1, error: { code: 1, message: "no" } },
    ]);
    const { plan } = planned(
      exchangeOf(1, [READS, call("net_version", [], 9), call("eth_blockNumber", [], 5)], {
        response: { status: 101, headers: {}, body: Buffer.from(body) },
      }),
    );
    expect(plan.recorded.map((one) => one?.kind ?? null)).toEqual(["fault", "reply", null]);
  });
});

describe("exchanges of one session", () => {
  const uses = call("eth_getFilterChanges", ["0xf1"]);
  test.each<[string, JsonValue, Partial<Exchange>, string | null]>([
    ["the id that it got", call("eth_newBlockFilter"), answered("0xf1"), '"0xf1"'],
    ["the id that it names", uses, {}, '"0xf1"'],
    ["none, where nothing was recorded", call("eth_newBlockFilter"), {}, null],
    ["none, of another call", READS, answered("0xf1"), null],
    ["none, within a batch", [uses], {}, null],
    ["none, beside others", [call("eth_newBlockFilter"), READS], {}, null],
  ])("are those of %s", (_, body, more, session) => {
    expect(planned(exchangeOf(1, body, more)).plan.session).toBe(session);
  });
});
