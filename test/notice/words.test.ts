import { describe, expect, test } from "vitest";
import { KINDS } from "../../src/model/kinds.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { excerpts } from "../../src/notice/compose/excerpt.ts";
import { headlineOf, shortest, titleOf } from "../../src/notice/compose/headline.ts";
import type { Coverage, Standing, UpgradeFacts } from "../../src/notice/compose/model.ts";
import { publicValues, sentence } from "../../src/notice/compose/sentence.ts";
import {
  shortenText,
  shortRequest,
  shortScalar,
  shortValue,
} from "../../src/notice/compose/shorten.ts";
import { addUp, latest, utc } from "../../src/notice/compose/traffic.ts";
import { isPublicAddress } from "../../src/notice/deliver/public-address.ts";

const UPGRADE = {
  client: "geth",
  from: "1.16.7",
  to: "1.17.0",
  network: "Ethereum mainnet",
  state: "planned",
  urgency: "recommended",
  actBy: "2026-12-15T14:00:00Z",
  changesAt: "2026-12-20T14:00:00Z",
  changelog: null,
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what a headline reads
} as unknown as UpgradeFacts;

const STANDINGS: readonly Standing[] = ["affected", "check", "informed", "not-seen", "unknown"];

const COVERAGE: Coverage = {
  calls: 2_000,
  compared: 1_000,
  from: null,
  to: null,
  untested: [],
  unsent: 0,
  stopped: false,
};

/** Each state of an upgrade, live or called off, and of one that is urgent. */
const UPGRADES: readonly [string, UpgradeFacts][] = [
  ["planned", UPGRADE],
  ["security", { ...UPGRADE, urgency: "security" }],
  ["live", { ...UPGRADE, state: "live" }],
  ["postponed", { ...UPGRADE, state: "postponed" }],
  ["cancelled", { ...UPGRADE, state: "cancelled" }],
];

test("a title says what to do, by when and how much, for each standing and state", () => {
  const lines = UPGRADES.flatMap(([name, upgrade]) =>
    STANDINGS.map((standing) => {
      const title = titleOf(standing, upgrade, { breaking: 4, risky: 2, noun: "RPC" });
      expect(title.length).toBeLessThanOrEqual(78);
      return `${name}, ${standing}: ${title}`;
    }),
  );
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "planned, affected: Action by 15 Dec: 4 RPC changes affect you, 2 may (geth 1.17.0)
    planned, check: Please check by 15 Dec: 2 RPC changes may affect you (geth 1.17.0)
    planned, informed: No action expected: geth 1.17.0 on Ethereum mainnet from 20 Dec
    planned, not-seen: For your information: geth 1.17.0 on Ethereum mainnet from 20 Dec
    planned, unknown: For your information: geth 1.17.0 on Ethereum mainnet from 20 Dec
    security, affected: Security release, action by 15 Dec: 4 RPC changes affect you, 2 may
    security, check: Security release, please check by 15 Dec: 2 RPC changes may affect you
    security, informed: Security release, no action expected: geth 1.17.0 from 20 Dec
    security, not-seen: Security release, for your information: geth 1.17.0 from 20 Dec
    security, unknown: Security release, for your information: geth 1.17.0 from 20 Dec
    live, affected: Live since 20 Dec, act now: 4 RPC changes affect you, 2 may (geth 1.17.0)
    live, check: Live since 20 Dec: 2 RPC changes may affect you (geth 1.17.0)
    live, informed: Live since 20 Dec: geth 1.17.0 on Ethereum mainnet
    live, not-seen: Live since 20 Dec: geth 1.17.0 on Ethereum mainnet
    live, unknown: Live since 20 Dec: geth 1.17.0 on Ethereum mainnet
    postponed, affected: Postponed: geth 1.17.0 on Ethereum mainnet
    postponed, check: Postponed: geth 1.17.0 on Ethereum mainnet
    postponed, informed: Postponed: geth 1.17.0 on Ethereum mainnet
    postponed, not-seen: Postponed: geth 1.17.0 on Ethereum mainnet
    postponed, unknown: Postponed: geth 1.17.0 on Ethereum mainnet
    cancelled, affected: Cancelled: geth 1.17.0 on Ethereum mainnet
    cancelled, check: Cancelled: geth 1.17.0 on Ethereum mainnet
    cancelled, informed: Cancelled: geth 1.17.0 on Ethereum mainnet
    cancelled, not-seen: Cancelled: geth 1.17.0 on Ethereum mainnet
    cancelled, unknown: Cancelled: geth 1.17.0 on Ethereum mainnet"
  `);
});

test.each([
  [1, 0, "Action by 15 Dec: 1 API change affects you"],
  [2, 0, "Action by 15 Dec: 2 API changes affect you"],
  [1, 3, "Action by 15 Dec: 1 API change affects you, 3 may"],
])("of %d that break and %d that may a title says %s", (breaking, risky, words) => {
  expect(titleOf("affected", UPGRADE, { breaking, risky, noun: "API" })).toContain(words);
});

test("of one that may, a title speaks in the singular", () => {
  const told = { breaking: 0, risky: 1, noun: "RPC" };
  expect(titleOf("check", UPGRADE, told)).toContain("1 RPC change may affect you");
});

test("the first text of 78 characters is taken, or the last, cut", () => {
  expect(shortest(["x".repeat(79), "x".repeat(78), "xx"])).toBe("x".repeat(78));
  expect(shortest(["x".repeat(90), "x".repeat(79)])).toBe(`${"x".repeat(77)}…`);
  expect(shortest(["a\n  b"])).toBe("a b");
  expect(shortest([])).toBe("…");
});

const touched = { seen: 12, calls: 24, low: 1, high: 2, exact: true };

test("a headline says whether to act, for each standing and state", () => {
  const lines = UPGRADES.flatMap(([name, upgrade]) =>
    STANDINGS.map(
      (standing) =>
        `${name}, ${standing}: ${headlineOf(standing, upgrade, touched, COVERAGE, 0, false)}`,
    ),
  );
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "planned, affected: Yes, you have to act by 2026-12-15 14:00 UTC. 12 of the 1,000 calls of yours that we compared will get an answer that code written for geth 1.16.7 can fail on.
    planned, check: Perhaps. Please check by 2026-12-15 14:00 UTC whether your code depends on what changes below: it applies to 12 of the 1,000 calls of yours that we compared. Many clients will not notice.
    planned, informed: No, as far as we saw: 12 of the 1,000 calls of yours that we compared get an answer with something added, and nothing that clients read today went away. Code fails on it only where it rejects what it does not know.
    planned, not-seen: Probably not, but we can't be sure. None of the 1,000 calls of yours that we compared got a different answer. That is a sample, not all of your traffic. What we found to change is in methods that your sample does not have; ask us for the list.
    planned, unknown: We can't tell. Our sample has no call of yours that we could compare, so please look at the changes of the upgrade and decide for yourself.
    security, affected: Yes, you have to act by 2026-12-15 14:00 UTC. 12 of the 1,000 calls of yours that we compared will get an answer that code written for geth 1.16.7 can fail on.
    security, check: Perhaps. Please check by 2026-12-15 14:00 UTC whether your code depends on what changes below: it applies to 12 of the 1,000 calls of yours that we compared. Many clients will not notice.
    security, informed: No, as far as we saw: 12 of the 1,000 calls of yours that we compared get an answer with something added, and nothing that clients read today went away. Code fails on it only where it rejects what it does not know.
    security, not-seen: Probably not, but we can't be sure. None of the 1,000 calls of yours that we compared got a different answer. That is a sample, not all of your traffic. What we found to change is in methods that your sample does not have; ask us for the list.
    security, unknown: We can't tell. Our sample has no call of yours that we could compare, so please look at the changes of the upgrade and decide for yourself.
    live, affected: Yes, act now. geth 1.17.0 has answered your traffic since 2026-12-20 14:00 UTC. 12 of the 1,000 calls of yours that we compared get an answer that code written for geth 1.16.7 can fail on.
    live, check: Perhaps. Please check now whether your code depends on what changes below: it applies to 12 of the 1,000 calls of yours that we compared. Many clients will not notice.
    live, informed: No, as far as we saw: 12 of the 1,000 calls of yours that we compared get an answer with something added, and nothing that clients read today went away. Code fails on it only where it rejects what it does not know.
    live, not-seen: Probably not, but we can't be sure. None of the 1,000 calls of yours that we compared got a different answer. That is a sample, not all of your traffic. What we found to change is in methods that your sample does not have; ask us for the list.
    live, unknown: We can't tell. Our sample has no call of yours that we could compare, so please look at the changes of the upgrade and decide for yourself.
    postponed, affected: The move to geth 1.17.0 is postponed. Your traffic stays on geth 1.16.7 until we write again with a new date.
    postponed, check: The move to geth 1.17.0 is postponed. Your traffic stays on geth 1.16.7 until we write again with a new date.
    postponed, informed: The move to geth 1.17.0 is postponed. Your traffic stays on geth 1.16.7 until we write again with a new date.
    postponed, not-seen: The move to geth 1.17.0 is postponed. Your traffic stays on geth 1.16.7 until we write again with a new date.
    postponed, unknown: The move to geth 1.17.0 is postponed. Your traffic stays on geth 1.16.7 until we write again with a new date.
    cancelled, affected: The move to geth 1.17.0 is cancelled. You don't have to do anything; your traffic stays on geth 1.16.7.
    cancelled, check: The move to geth 1.17.0 is cancelled. You don't have to do anything; your traffic stays on geth 1.16.7.
    cancelled, informed: The move to geth 1.17.0 is cancelled. You don't have to do anything; your traffic stays on geth 1.16.7.
    cancelled, not-seen: The move to geth 1.17.0 is cancelled. You don't have to do anything; your traffic stays on geth 1.16.7.
    cancelled, unknown: The move to geth 1.17.0 is cancelled. You don't have to do anything; your traffic stays on geth 1.16.7."
  `);
  const live: UpgradeFacts = { ...UPGRADE, state: "live" };
  expect(headline("affected", live, 1)).toMatch(
    /1 of the 1,000 calls .* \(about 24 in all your traffic of that time\) gets an answer/,
  );
  expect(headline("affected", live, 2)).toMatch(/ get an answer/);
  expect(headline("affected", UPGRADE, 1, 0, true)).toMatch(
    /^Yes, if your code is as described below: act by /,
  );
  expect(headline("informed", UPGRADE, 1)).toMatch(/ gets an answer with something added/);
  expect(headline("not-seen", UPGRADE, 0, 1)).toMatch(/Please read below what changes/);
  expect(headline("not-seen", { ...UPGRADE, changelog: "https://x" }, 0)).toMatch(
    /the changelog lists it\.$/,
  );
});

const EVERY = Object.values(KINDS).flat();

const headline = (
  standing: Standing,
  upgrade: UpgradeFacts,
  seen: number,
  elsewhere = 0,
  conditional = false,
): string =>
  headlineOf(
    standing,
    upgrade,
    { ...touched, seen, exact: false },
    COVERAGE,
    elsewhere,
    conditional,
  );

const everyKind = (
  method: string,
  path: string,
  values: { old?: JsonValue; candidate?: JsonValue } | null,
): string =>
  EVERY.map((kind) => {
    const given = values === null ? null : { old: values.old, candidate: values.candidate };
    return `${kind}: ${sentence({ kind, method, path, values: given })}`;
  }).join("\n");

test.each<[string, string, string, { old?: JsonValue; candidate?: JsonValue } | null]>([
  [
    "at a field, with values",
    "eth_getBlockByNumber",
    "/result/size",
    { old: "0x1", candidate: "0x2" },
  ],
  ["of items, without values", "eth_getLogs", "/result/*", null],
  [
    "of the whole result of REST",
    "GET /v2/info",
    "",
    { old: { error: "no" }, candidate: { a: 1 } },
  ],
  ["of a batch", "(batch)", "", null],
  ["of a call in a batch", "(batch)", "/*/result/a", { old: 1 }],
  ["of events", "eth_subscription newHeads", "/params/result/a", { candidate: 1 }],
  ["of an error's code", "eth_call", "/error/code", { old: -32_000, candidate: 3 }],
  ["of a header", "eth_call", "/headers/retry-after", { old: "5" }],
  [
    "at an error",
    "eth_call",
    "",
    { candidate: { error: { code: 3, message: "execution reverted" } } },
  ],
])("a sentence on each kind of change, %s", (_, method, path, values) => {
  expect(everyKind(method, path, values)).toMatchSnapshot();
});

describe("a public change", () => {
  test.each<[string, JsonValue | undefined, JsonValue | undefined, boolean]>([
    ["/error/code", 1, 2, true],
    ["/result/*/error/code", 1, 2, true],
    ["/status", 200, 404, true],
    ["/a/status", 200, 404, false],
    ["/error/code", 99_999, -99_999, true],
    ["/error/code", 100_000, 1, false],
    ["/error/code", 1, 1.5, false],
    ["/error/code", 1, "1", false],
    ["/error/code", undefined, 1, false],
    ["/error/codes", 1, 2, false],
  ])("shows everybody the values at %s of %j and %j: %s", (path, old, candidate, shows) => {
    expect(publicValues(path, old, candidate)).toEqual(shows ? { old, candidate } : null);
  });
});

const sideOf = (result: JsonValue | string, raw = false): Parameters<typeof excerpts>[1] => ({
  outcome: "reply",
  status: 200,
  text:
    raw && typeof result === "string" ? result : JSON.stringify({ jsonrpc: "2.0", id: 1, result }),
  cut: null,
});

const drawn = (
  path: string,
  old: JsonValue | undefined,
  candidate: JsonValue | undefined,
  left: Parameters<typeof excerpts>[1],
  right: Parameters<typeof excerpts>[1],
): string => {
  const { before, after } = excerpts({ path, old, candidate }, left, right);
  const text = ({ lines }: typeof before): string =>
    lines.map((line) => `${line.changed ? "!" : " "}${line.text}`).join("\n");
  return `${text(before)}\n---\n${text(after)}`;
};

describe("before and after", () => {
  const block = { hash: "0xaa", number: "0x1", size: "0x2", miner: "0x3", gas: "0x4", extra: [] };
  const big = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`f${at}`, at]));

  test.each<[string, string]>([
    [
      "a field among others",
      drawn("/result/size", "0x2", "0x9", sideOf(block), sideOf({ ...block, size: "0x9" })),
    ],
    [
      "a field that is gone",
      drawn("/result/size", "0x2", undefined, sideOf(block), sideOf({ hash: "0xaa" })),
    ],
    [
      "an item of a list",
      drawn("/result/1/a", 1, 2, sideOf([0, { a: 1 }, 2]), sideOf([0, { a: 2 }])),
    ],
    ["an item that is gone", drawn("/result/1", 5, undefined, sideOf([0, 5]), sideOf([0]))],
    ["the whole response", drawn("", { result: 1 }, { result: 2 }, sideOf(1), sideOf(2))],
    [
      "a small object",
      drawn("/result", { a: { b: 1 }, c: 2 }, null, sideOf({ a: { b: 1 }, c: 2 }), sideOf(null)),
    ],
    ["a large object", drawn("/result", big, 1, sideOf(big), sideOf(1))],
    ["a status", drawn("/status", 200, undefined, sideOf(1), sideOf(1))],
    ["a header", drawn("/headers/retry-after", undefined, "5", sideOf(1), sideOf(1))],
    [
      "another value than the text has",
      drawn("/result/a", 1, 2, sideOf({ a: 9 }), sideOf({ b: 2 })),
    ],
    [
      "no text",
      drawn("/result/a", 1, undefined, null, {
        outcome: "timeout",
        status: null,
        text: null,
        cut: null,
      }),
    ],
    [
      "no text with a status",
      drawn("", undefined, undefined, null, {
        outcome: "malformed",
        status: 502,
        text: null,
        cut: null,
      }),
    ],
    [
      "a text that was cut",
      drawn(
        "/result/a",
        1,
        undefined,
        { ...sideOf({ a: 1 }), cut: { bytes: 9, sha256: "" } } as never,
        sideOf({}),
      ),
    ],
    ["no JSON", drawn("/result/a", 1, 2, sideOf("no", true), sideOf("no", true))],
    ["odd names", drawn("/result/a~1b", 1, 2, sideOf({ "a/b": 1 }), sideOf({ "a/b": 2 }))],
    [
      "the envelope",
      drawn("/id", 1, "1", sideOf(1), sideOf('{"jsonrpc":"2.0","id":"1","result":1}', true)),
    ],
    [
      "numbers as they were written",
      drawn("/result/a", "1.0", 1, sideOf('{"result":{"a":1.0}}', true), sideOf({ a: 1 })),
    ],
    [
      "many lines, the last of which are left out",
      drawn(
        "/result",
        1,
        2,
        sideOf(
          Object.fromEntries(
            Array.from({ length: 8 }, (_, at) => [`f${at}`, { a: 1, b: 2, c: 3 }]),
          ),
        ),
        sideOf(1),
      ),
    ],
  ])("of %s", (_, text) => {
    expect(text).toMatchSnapshot();
  });
});

describe("shortened", () => {
  const letters = "abcdefghij";
  test.each([
    ["0x" + "a".repeat(32), "0x" + "a".repeat(32)],
    ["0x" + "a".repeat(33), `0x${"a".repeat(8)}… (17 bytes)`],
    ["0x" + "ab".repeat(20), "0xabab…abab"],
    ["0x" + "ab".repeat(32), "0xabab…abab"],
    ["0x" + "ab".repeat(33), "0xabababab… (33 bytes)"],
    ["a1".repeat(12), "a1".repeat(12)],
    [`${"a1".repeat(12)}b`, "a1a1a1…1a1b"],
    ["some-words-joined-by-dashes-are-none", "some-words-joined-by-dashes-are-none"],
    ["ABCD-words-joined-by-dashes-are-one", "ABCD-w…-one"],
    ["cus_0123456789abcdef said", "(removed) said"],
    [`${letters} `.repeat(14) + "123456", `${letters} `.repeat(14) + "123456"],
    [`${letters} `.repeat(15), `${`${letters} `.repeat(15).slice(0, 160)}… (165 characters)`],
    [
      `${`${letters} `.repeat(14)}12345😀 and more`,
      `${`${letters} `.repeat(14)}12345… (170 characters)`,
    ],
  ])("%s is %s", (text, short) => {
    expect(shortenText(text)).toBe(short);
  });

  test.each<[JsonValue, string]>([
    ["a", '"a"'],
    [1, "1"],
    [null, "null"],
    [false, "false"],
    [[], "[]"],
    [[1], "[… 1 item]"],
    [[1, 2], "[… 2 items]"],
    [{}, "{}"],
    [{ a: 1 }, "{… 1 field}"],
    [{ a: 1, b: 2 }, "{… 2 fields}"],
  ])("%j is %s", (value, short) => {
    expect(shortScalar(value)).toBe(short);
  });

  test("a value has no marks of code in it, and none is nothing", () => {
    expect(shortValue("a`b")).toBe(`"a'b"`);
    expect(shortValue(undefined)).toBe("nothing");
  });

  const nested = (levels: number): JsonValue => (levels === 0 ? "end" : [nested(levels - 1)]);
  test.each<[string, string]>([
    ["GET /v2/info\nrest", "GET /v2/info"],
    ["5", "5"],
    ["[1,2]", "[… 2 items]"],
    ['{"id":1}', '{"method":null,"params":[]}'],
    [
      JSON.stringify({ method: "m", params: [1, 2, 3, 4, 5, 6, 7, 8] }),
      '{"method":"m","params":[1,2,3,4,5,6,7,8]}',
    ],
    [
      JSON.stringify({ method: "m", params: [1, 2, 3, 4, 5, 6, 7, 8, 9] }),
      '{"method":"m","params":[1,2,3,4,5,6,7,8,"… 1 more"]}',
    ],
    [
      JSON.stringify({
        method: "m",
        params: [Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, at]))],
      }),
      `{"method":"m","params":[{${Array.from({ length: 16 }, (_, at) => `"k${at}":${at}`).join(",")}}]}`,
    ],
    [
      JSON.stringify({ method: "m", params: nested(7) }),
      '{"method":"m","params":[[[[[[["end"]]]]]]]}',
    ],
    [
      JSON.stringify({ method: "m", params: nested(8) }),
      '{"method":"m","params":[[[[[[["…"]]]]]]]}',
    ],
  ])("the request %s is %s", (text, short) => {
    expect(shortRequest(text)).toBe(short);
  });

  test("a request is at most 400 characters long", () => {
    const line = shortRequest(
      JSON.stringify({ method: "m", params: Array.from({ length: 8 }, () => "word ".repeat(20)) }),
    );
    expect(line).toHaveLength(401);
    expect(line.endsWith("…")).toBe(true);
  });
});

test("sums, moments and the latest of them", () => {
  expect(addUp([])).toEqual({ calls: 0, weight: 0, weightSquares: 0 });
  expect(
    addUp([
      { calls: 1, weight: 2, weightSquares: 3 },
      { calls: 10, weight: 20, weightSquares: 30 },
    ]),
  ).toEqual({ calls: 11, weight: 22, weightSquares: 33 });
  expect(utc(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe("2026-01-02T03:04:05Z");
  expect(utc(null)).toBeNull();
  expect(latest([])).toBeNull();
  expect(latest([null, 3, 9, null, 4])).toBe(9);
  expect(latest([null])).toBeNull();
});

test.each([
  ["8.8.8.8", true],
  ["9.255.255.255", true],
  ["10.0.0.0", false],
  ["10.255.255.255", false],
  ["11.0.0.0", true],
  ["100.63.255.255", true],
  ["100.64.0.0", false],
  ["100.127.255.255", false],
  ["100.128.0.0", true],
  ["127.0.0.1", false],
  ["169.254.169.254", false],
  ["172.15.255.255", true],
  ["172.16.0.0", false],
  ["172.31.255.255", false],
  ["172.32.0.0", true],
  ["192.0.0.255", false],
  ["192.0.1.0", true],
  ["192.0.2.1", false],
  ["192.88.99.1", false],
  ["192.168.0.1", false],
  ["198.17.255.255", true],
  ["198.19.255.255", false],
  ["198.20.0.0", true],
  ["198.51.100.9", false],
  ["203.0.113.9", false],
  ["223.255.255.255", true],
  ["224.0.0.0", false],
  ["255.255.255.255", false],
  ["0.0.0.0", false],
  ["2600::1", true],
  ["2001:1ff::1", false],
  ["2001:200::1", true],
  ["2001:db8::1", false],
  ["2002::1", false],
  ["2003::1", true],
  ["3ffe::1", true],
  ["3fff::1", false],
  ["::1", false],
  ["fc00::1", false],
  ["fe80::1", false],
  ["::ffff:8.8.8.8", false],
  ["4000::1", false],
  ["host", false],
])("the address %s is public: %s", (address, isIt) => {
  expect(isPublicAddress(address)).toBe(isIt);
});
