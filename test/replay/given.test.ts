import { describe, expect, test } from "vitest";
import { z } from "zod";
import { configurationDifferences } from "../../src/replay/check/differences.ts";
import { optionsOf, replayFields, sidesOf } from "../../src/replay/given/fields.ts";
import { unknownNetworkError, unknownNetworks } from "../../src/replay/given/network.ts";
import { REPLAY_DEFAULTS } from "../../src/replay/given/options.ts";
import { partOf } from "../../src/replay/given/part.ts";
import { requireMatches } from "../../src/replay/given/selection.ts";
import { headersOf, targetOf } from "../../src/replay/given/targets.ts";
import { createRecordedHead } from "../../src/replay/heads/recorded-head.ts";
import { summaryOf } from "../../src/replay/summary.ts";
import { jsonRpc } from "../../src/protocol/json-rpc/adapter.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { buildFacts } from "../support/facts.ts";
import { answered, call, exchangeOf, recordingOf } from "./support.ts";

const SIDES = { old: ["http://old:1"], candidate: ["http://new:1"] };
const given = (words: object): Parameters<typeof optionsOf>[0] =>
  z.object(replayFields).parse({ ...SIDES, ...words });

const pinOf = (pin: unknown): unknown => optionsOf(given({ pin })).pin;

const targetAt = (url: string): ReturnType<typeof targetOf> =>
  targetOf("old", 0, url, {}, undefined);

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

const headAfter = (...exchanges: ReturnType<typeof exchangeOf>[]): number | null => {
  const head = createRecordedHead();
  for (const exchange of exchanges) head.see(exchange);
  return head.number();
};

const capable = (capabilities: JsonObject) => ({
  url: "http://a",
  clientVersion: null,
  capabilities,
});

describe("options", () => {
  test("are these where nothing is said: what a run against nodes that nobody else uses stands on", () => {
    expect(REPLAY_DEFAULTS).toEqual({
      concurrency: 16,
      ratePerSecond: null,
      speed: null,
      timeoutMs: 10_000,
      confirm: 5,
      pin: "auto",
      rebase: false,
      maxSendsPerCall: 40,
      include: [],
      exclude: [],
      allowMethods: [],
      limit: null,
      maxFailures: null,
      maxFailureRate: 0.02,
      maxSlowdown: 2,
      maxLag: null,
      chain: null,
      seed: 1,
      maxBodyBytes: 268_435_456,
      warmUp: 2,
      subscriptionBlocks: 25,
      probeSend: false,
      openApi: null,
      network: null,
    });
    const { old: _old, candidate: _candidate, ...options } = optionsOf(given({}));
    expect(options).toEqual(REPLAY_DEFAULTS);
  });

  test("a pin is auto, none or a number, as text too", () => {
    expect(["auto", "none", "12", 0].map(pinOf)).toEqual(["auto", "none", 12, 0]);
    expect(() => given({ pin: "latest" })).toThrow(/expected auto, none or a block number/);
  });

  test.each([
    ["concurrency", 0],
    ["concurrency", 1_001],
    ["rate", 0],
    ["speed", -1],
    ["confirm", -1],
    ["confirm", 51],
    ["maxSendsPerCall", 2],
    ["limit", 0],
    ["maxSlowdown", 0.5],
    ["maxLag", 0],
    ["warmUp", -1],
  ])("%s can't be %d", (name, value) => {
    const parsed = z.object(replayFields).safeParse({ ...SIDES, [name]: value });
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([[name]]);
  });

  test.each([
    ["concurrency", 1],
    ["concurrency", 1_000],
    ["confirm", 0],
    ["confirm", 50],
    ["maxSendsPerCall", 3],
    ["limit", 1],
    ["maxFailures", 0],
    ["maxSlowdown", 1],
    ["maxLag", 1],
    ["warmUp", 0],
    ["subscriptionBlocks", 0],
  ])("%s can be %d", (name, value) => {
    expect(given({ [name]: value })).toMatchObject({ [name]: value });
  });

  test("a WebSocket address and headers belong to the target of their place and side", () => {
    const { old, candidate } = sidesOf(
      given({
        old: ["http://a", "http://b"],
        oldWs: ["ws://a:1"],
        candidateWs: ["ws://n:2"],
        oldHeaders: "x-a: 1",
        candidateHeaders: "x-b: 2",
      }),
    );
    expect(old.map(({ webSocketUrl }) => webSocketUrl)).toEqual(["ws://a:1", "ws://b/"]);
    expect(candidate[0]).toMatchObject({
      webSocketUrl: "ws://n:2",
      headers: { "x-b": "2" },
      index: 0,
    });
    expect(old.map(({ headers, index }) => [headers, index])).toEqual([
      [{ "x-a": "1" }, 0],
      [{ "x-a": "1" }, 1],
    ]);
  });
});

describe("a target", () => {
  test.each(["nonsense", "ftp://a", "http//a", "file:///etc", "", "xhttp://a"])(
    "is not %j",
    (url) => {
      expect(() => targetAt(url)).toThrow(/--old is not an http, https, ws or wss URL/);
    },
  );

  test.each([
    ["http://a:8545", "http://a:8545", "ws://a:8545/"],
    ["https://a/v2/key?x=1", "https://a", "wss://a/v2/key?x=1"],
    ["ws://a:1", "http://a:1", "ws://a:1/"],
    ["wss://a", "https://a", "wss://a/"],
  ])("%s is asked at %s, its socket at %s", (url, origin, webSocketUrl) => {
    expect(targetAt(url)).toMatchObject({ origin, webSocketUrl });
  });

  test("takes credentials out of its URL, decoded, where either part of them stands", () => {
    expect(targetAt("http://us%40er:p%3Aw@a").headers["authorization"]).toBe(basic("us@er:p:w"));
    expect(targetAt("http://user@a").headers["authorization"]).toBe(basic("user:"));
    expect(targetAt("http://:pw@a").headers["authorization"]).toBe(basic(":pw"));
    expect(targetAt("http://a").headers).toEqual({});
  });

  test("has the headers of the environment, one a line, blank and broken lines left out", () => {
    expect(headersOf("X-Api: a:b \n\nnothing\n: none\nb:2")).toEqual({ "x-api": "a:b", b: "2" });
    expect(headersOf(undefined)).toEqual({});
  });
});

describe("the head of the recorded chain", () => {
  const asked = call("eth_blockNumber");

  test("is what the last answer to eth_blockNumber said", () => {
    expect(headAfter()).toBeNull();
    expect(headAfter(exchangeOf(1, asked, answered("0x10")))).toBe(16);
    const next = exchangeOf(2, asked, answered("0x12"));
    expect(headAfter(exchangeOf(1, asked, answered("0x10")), next)).toBe(18);
  });

  test("is told by nothing else: another method, an error, no answer, a batch, a long one", () => {
    const known = exchangeOf(1, asked, answered("0x10"));
    const padded = { jsonrpc: "2.0", id: 1, method: "eth_blockNumber", pad: "x".repeat(200) };
    for (const other of [
      exchangeOf(2, call("eth_gasPrice"), answered("0x99")),
      exchangeOf(2, asked),
      exchangeOf(2, asked, answered(null)),
      exchangeOf(2, asked, answered(`0x${"9".repeat(300)}`)),
      exchangeOf(2, padded, answered("0x99")),
    ]) {
      expect(headAfter(known, other)).toBe(16);
    }
    expect(headAfter(exchangeOf(2, call("eth_gasPrice"), answered("0x99")))).toBeNull();
  });
});

describe("--include", () => {
  const recorded = recordingOf(
    "abcdefghij".split("").map((letter, id) => exchangeOf(id, call(`eth_${letter}`))),
  );
  const need =
    (...include: string[]) =>
    () =>
      requireMatches([recorded, recordingOf([])], include, () => jsonRpc);

  test("takes what each glob finds a call for", () => {
    expect(need()).not.toThrow();
    expect(need("eth_a", "eth_j", "*_b")).not.toThrow();
  });

  test("names what finds none, what is near it, and the first methods that there are", () => {
    expect(need("eth_a", "eth_x")).toThrow(
      expect.objectContaining({
        exitCode: 2,
        details: [
          expect.stringContaining('"eth_x"; did you mean "eth_'),
          "The recording has eth_a, eth_b, eth_c, eth_d, eth_e, eth_f, eth_g, eth_h and 2 more.",
        ],
      }),
    );
    expect(need("zzzzzzzzzzzzzzz")).toThrow(
      expect.objectContaining({ details: ['"zzzzzzzzzzzzzzz"', expect.anything()] }),
    );
  });
});

test("recordings that do not say their network are named, but for a changelog's probes", () => {
  const recording = recordingOf([]);
  const probes = { ...recording, header: { ...recording.header, source: "cases" } };
  const network = { chainId: "1", genesisHash: null };
  const known = { ...recording, header: { ...recording.header, network } };
  expect(unknownNetworks([recording, probes, known])).toEqual(["memory"]);
  expect(unknownNetworkError(["a"]).message).toContain("network a is from");
  expect(unknownNetworkError(["a", "b"]).message).toContain("network a, b are from");
});

test("a whole replay is shard 0 of 1 of its contents and selection", () => {
  const { include, exclude, allowMethods, limit } = REPLAY_DEFAULTS;
  const part = partOf([recordingOf([])], { include, exclude, allowMethods, limit });
  expect(part).toMatchObject({ contents: ["memory"], shards: [0], of: 1, plan: null });
  const other = partOf([recordingOf([])], { include: ["eth_*"], exclude, allowMethods, limit });
  expect(other.work).not.toBe(part.work);
});

describe("capabilities of both sides", () => {
  test("differ where their values do; unknown ones, heads and odd names are none", () => {
    const old = capable({ gasCap: 1, namespaces: ["eth"], head: 5, syncing: false, other: 1 });
    const candidate = capable({
      gasCap: 2,
      namespaces: ["eth"],
      head: 9,
      indexing: true,
      other: 2,
    });
    expect(configurationDifferences([old], [candidate])).toEqual([
      expect.objectContaining({ capability: "gasCap", old: 1, candidate: 2 }),
    ]);
    expect(configurationDifferences([old], [old])).toEqual([]);
  });

  test("of several targets are their one value, or the list of them", () => {
    const both = [capable({ gasCap: 1 }), capable({ gasCap: 1 })];
    expect(configurationDifferences(both, [capable({ gasCap: 1 })])).toEqual([]);
    const apart = [capable({ gasCap: 1 }), capable({ gasCap: 3 }), capable({})];
    expect(configurationDifferences(apart, [capable({ gasCap: 1 })])).toEqual([
      expect.objectContaining({ capability: "gasCap", old: [1, 3], candidate: 1 }),
    ]);
  });
});

describe("the summary of a replay", () => {
  test("adds reasons up, the most calls first, and says what a call cost", () => {
    const facts = buildFacts([{ method: "eth_call", count: 2 }], {
      sends: 15,
      counts: {
        exchanges: 10,
        calls: 10,
        compared: 4,
        same: 3,
        different: 1,
        uncomparable: 2,
        skipped: 4,
      },
      notCompared: [
        { state: "skipped", reason: "writes", method: "a", calls: 1, weight: 1 },
        { state: "uncomparable", reason: "reorg", method: "a", calls: 2, weight: 2 },
        { state: "skipped", reason: "writes", method: "b", calls: 3, weight: 3 },
      ],
    });
    expect(summaryOf(facts)).toBe(
      "Compared 4 of 10 calls: 3 same, 1 different.\n  4 skipped: writes\n  2 uncomparable: reorg\nSent 15 requests, 1.5 a call.\n",
    );
  });

  test("of nothing divides by nothing", () => {
    const none = buildFacts([], { sends: 3, notCompared: [] });
    expect(summaryOf(none)).toBe("Compared 0 of 0 calls: 0 same, 0 different.\n");
  });
});
