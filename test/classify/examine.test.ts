import { describe, expect, test } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Outcome, Pair } from "../../src/model/pair.ts";
import { pairOf } from "../../studies/support/pairs.ts";
import { found, gave, kinds, response, silent } from "./pairs.ts";

const ok = gave(response({ result: "0x1" }));
const other = gave(response({ result: "0x2" }));
const failure = (message: string, code = -32000): Outcome =>
  gave(response({ error: { code, message } }));

function pair(changes: Partial<Pair>): Pair {
  return { ...pairOf("null", "null", "eth_call"), old: ok, candidate: ok, ...changes };
}

const verdict = (changes: Partial<Pair>): string => {
  const { state, reason } = examine(pair(changes));
  return reason === null ? state : `${state}: ${reason}`;
};

const at = (a: string, b: string): Outcome => gave(response({ result: { a, b } }));
const price = (result: JsonValue): Pair =>
  pair({ method: "eth_gasPrice", candidate: gave(response({ result })) });
const block = (fields: { [key: string]: JsonValue }): Outcome => gave(response({ result: fields }));
const version = (candidate: Outcome): Pair =>
  pair({
    method: "web3_clientVersion",
    old: gave(response({ result: "Geth/v1" })),
    candidate,
  });
const gas = (result: string): Outcome => gave(response({ result }));
const item = (id: number, result: JsonValue): JsonValue => ({ jsonrpc: "2.0", id, result });
const batch = (...items: JsonValue[]): Outcome => gave(JSON.stringify(items));
const whole = (old: Outcome, candidate: Outcome): string[] =>
  kinds(pair({ method: "(batch)", old, candidate }));
const blockOf = (hash: string): Outcome =>
  block({ hash, number: "0x1", transactions: [{ hash: `0x${"3c".repeat(32)}`, blockHash: hash }] });

describe("what proves nothing", () => {
  test.each<[string, Partial<Pair>]>([
    ["uncomparable: old-unreachable", { old: silent("unreachable") }],
    [
      "uncomparable: both-unreachable",
      { old: silent("unreachable"), candidate: silent("unreachable") },
    ],
    ["uncomparable: old-timeout", { old: silent("timeout") }],
    ["uncomparable: both-timeout", { old: silent("timeout"), candidate: silent("timeout") }],
    ["uncomparable: old-malformed", { old: gave("<html>", { kind: "malformed" }) }],
    ["uncomparable: old-malformed", { old: gave('{"jsonrpc":"2.0","id":1}') }],
    [
      "uncomparable: rate-limited",
      { candidate: gave("slow down", { kind: "fault", status: 429 }) },
    ],
    ["uncomparable: rate-limited", { candidate: failure("rate limit exceeded", -32005) }],
    ["uncomparable: syncing", { candidate: failure("transaction indexing is in progress") }],
    ["uncomparable: state-lost", { old: failure("missing trie node 00ab"), candidate: ok }],
    [
      "uncomparable: state-lost",
      { old: failure("gone"), candidate: failure("gone too"), recorded: ok },
    ],
    ["uncomparable: control-unstable", { candidate: other, control: failure("busy") }],
  ])("%s", (expected, changes) => {
    expect(verdict(changes)).toBe(expected);
  });

  test("a candidate that lost what old has is a difference, not an excuse", () => {
    expect(kinds(pair({ candidate: silent("timeout") }))).toEqual(["no-answer "]);
    expect(kinds(pair({ candidate: failure("missing trie node") }))).toEqual(["result-to-error "]);
    expect(kinds(pair({ candidate: gave("<html>", { kind: "malformed" }) }))).toEqual([
      "malformed-response ",
    ]);
  });

  test("equal errors agree, but cover nothing", () => {
    const both = {
      old: failure("execution reverted", 3),
      candidate: failure("execution reverted", 3),
    };
    expect(examine(pair(both))).toMatchObject({ state: "same", agreedOnError: true });
    expect(examine(pair({}))).toMatchObject({ state: "same", agreedOnError: false });
  });
});

describe("noise", () => {
  test("a path that old does not repeat excuses the candidate at that path only", () => {
    const compared = examine(
      pair({ old: at("1x", "2x"), candidate: at("3x", "4x"), control: at("5x", "2x") }),
    );
    expect(compared.excused.map(({ path }) => path)).toEqual(["/result/a"]);
    expect(compared.differences.map(({ path }) => path)).toEqual(["/result/b"]);
    expect(compared.unrepeated).toEqual([{ kind: "value-changed", pattern: "/result/a" }]);
    expect(compared.state).toBe("different");
  });

  test.each([
    ["another value", "0x7", []],
    ["another type", 7, ["type-changed"]],
    ["another form", "0x05", ["encoding-changed"]],
    ["null", null, ["value-to-null"]],
  ] as const)("a value that moves when old is asked again excuses %s so", (_, value, kinds) => {
    const moving = examine(
      pair({
        method: "made_up",
        old: block({ price: "0x5" }),
        candidate: block({ price: value }),
        control: block({ price: "0x6" }),
      }),
    );
    expect(moving.differences.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("a control mismatch is told where the candidate agrees, for the paired test", () => {
    const compared = examine(pair({ control: other }));
    expect(compared).toMatchObject({
      state: "same",
      unrepeated: [{ kind: "value-changed", pattern: "/result" }],
    });
  });

  test("answers that follow the head drift in value, never in form", () => {
    expect(kinds(price("0x2"))).toEqual(["value-drift /result"]);
    expect(kinds(price(2))).toEqual(["type-changed /result"]);
    expect(kinds(price("2"))).toEqual(["encoding-changed /result"]);
  });

  test("asked only for its shape, a block may be another one, but not lack a field", () => {
    const old = block({ number: "0x1", hash: `0x${"1a".repeat(32)}`, size: "0x220" });
    const next = block({ number: "0x2", hash: `0x${"2b".repeat(32)}`, size: 544 });
    const method = "eth_getBlockByNumber";
    expect(kinds(pair({ method, old, candidate: next, byShape: true }))).toEqual([
      "value-drift /result/number",
      "value-drift /result/hash",
      "type-changed /result/size",
    ]);
    const bare = block({ number: "0x2", size: "0x221" });
    expect(kinds(pair({ method, old, candidate: bare, byShape: true }))).toContain(
      "field-removed /result/hash",
    );
  });

  test("fields that come and go with a transaction's type are no change where only the shape is asked", () => {
    const method = "eth_getTransactionByBlockNumberAndIndex";
    const old = block({ type: "0x2", maxFeePerGas: "0x7", nonce: "0x1" });
    const next = block({ type: "0x0", nonce: "0x2" });
    expect(examine(pair({ method, old, candidate: next, byShape: true })).state).toBe("same");
    const bare = block({ type: "0x2", nonce: "0x2" });
    expect(kinds(pair({ method, old, candidate: bare, byShape: true }))).toContain(
      "field-removed /result/maxFeePerGas",
    );
  });

  test("what names the node never fails an upgrade, unless it is gone", () => {
    expect(examine(version(gave(response({ result: "Geth/v2" })))).state).toBe("same");
    expect(kinds(version(gave(response({ result: null }))))).toEqual(["result-to-null /result"]);
    expect(kinds(version(gave(response({ result: { name: "Geth" } }))))).toEqual([
      "type-changed /result",
    ]);
    expect(kinds(version(failure("the method does not exist/is not available", -32601)))).toEqual([
      "method-removed ",
    ]);
  });

  test("a tolerance holds unless old repeats itself exactly", () => {
    const estimate = { method: "eth_anything", old: gas("0x5208"), candidate: gas("0x5209") };
    const tolerances = [{ path: "/result", relative: 0.01, reason: "gas" }];
    expect(kinds(pair(estimate), { tolerances })).toEqual(["value-drift /result"]);
    expect(kinds(pair({ ...estimate, control: gas("0x5208") }), { tolerances })).toEqual([
      "value-changed /result",
    ]);
    expect(kinds(pair({ ...estimate, candidate: gas("0x9999") }), { tolerances })).toEqual([
      "value-changed /result",
    ]);
  });
});

describe("batches", () => {
  test("answers are matched by id; their order is a difference of its own", () => {
    expect(
      whole(batch(item(1, "0x1"), item(2, "0x2")), batch(item(2, "0x2"), item(1, "0x9"))),
    ).toEqual(["batch-order-changed ", "value-changed /1/result"]);
  });

  test("a missing answer, and a batch that is refused as a whole", () => {
    expect(whole(batch(item(1, "0x1"), item(2, "0x2")), batch(item(1, "0x1")))).toEqual([
      "array-items-missing /1",
    ]);
    expect(whole(batch(item(1, "0x1")), failure("batch too large"))).toEqual(["limit-changed "]);
  });
});

describe("causes", () => {
  test("hashes that repeat a block's own follow from it", () => {
    const [a, b] = [`0x${"1a".repeat(32)}`, `0x${"2b".repeat(32)}`];
    const { differences } = examine(pair({ old: blockOf(a), candidate: blockOf(b) }));
    expect(differences.map(({ path, causedBy }) => [path, causedBy?.pattern])).toEqual([
      ["/result/hash", undefined],
      ["/result/transactions/0/blockHash", "/result/hash"],
    ]);
  });
});

test("headers count where clients read them, and only if both sides kept theirs", () => {
  const body = response({ result: "0x1" });
  const old = gave(body, {
    headers: { "content-type": "application/json", date: "1", "retry-after": "1" },
  });
  expect(kinds(pair({ old, candidate: gave(body) }))).toEqual([]);
  expect(
    kinds(
      pair({
        old,
        candidate: gave(body, {
          headers: { "content-type": "application/json; charset=utf-8", date: "2" },
        }),
      }),
    ),
  ).toEqual(["header-changed /headers/retry-after"]);
});

test("an HTTP error page is a change of status, not also a body that does not parse", () => {
  const page = gave("<html>", { kind: "fault", status: 502 });
  expect(kinds(pair({ candidate: page }))).toEqual(["http-status-changed /status"]);
});

function ratios(old: number, candidate: number): string[] {
  return found({ gasUsedRatio: [old] }, { gasUsedRatio: [candidate] }, "eth_feeHistory");
}

test("a ratio that one client cuts after ten digits is the same; one gas more is not", () => {
  const [full, cut] = [20_948_618 / 60_000_000, 0.3491436333];
  expect(ratios(full, cut)).toEqual(["serialisation-changed /result/gasUsedRatio/0"]);
  expect(ratios(full, 20_948_619 / 60_000_000)).toEqual(["value-changed /result/gasUsedRatio/0"]);
  expect(found({ share: full }, { share: cut })).toEqual(["value-changed /result/share"]);
});

test.each([
  ["query exceeds max results 20000", "query exceeds max results 20000, retry with 0-57", false],
  ["query exceeds max results 2000", "query exceeds max results 20000", true],
  ["query exceeds max results 20000, retry with 0-57", "query exceeds max results 20000", true],
])("a limit with more words after it is the same limit: %s", (old, candidate, other) => {
  const [before, after] = [old, candidate].map((message) =>
    response({ error: { code: -32602, message } }),
  );
  const [told] = kinds(pairOf(before!, after!, "eth_getLogs"));
  expect(told).toBe(other ? "limit-changed /error" : "error-message-changed /error/message");
});

test("an id that is written with a point is another one to whoever keeps its text", () => {
  const [pointed, next] = ["1.0", "2"].map((id) =>
    kinds(pairOf('{"id":1,"result":"0x1"}', `{"id":${id},"result":"0x1"}`, "eth_chainId")),
  );
  expect(pointed).toEqual(["envelope-changed /id"]);
  expect(next).toEqual(["serialisation-changed "]);
});
