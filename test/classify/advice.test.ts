import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constantFrom,
  oneof,
  property,
  record,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsAt, type PlaceFacts } from "../../src/classify/advice/index.ts";
import { RULES } from "../../src/classify/rules/index.ts";
import { titleOf } from "../../src/judge/title.ts";
import { ALL_KINDS } from "../../src/model/kinds.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { sentence } from "../../src/notice/compose/sentence.ts";
import { curls } from "../../src/report/view/snippets.ts";
import { groupOf } from "../support/facts.ts";

const ETHEREUM = [
  "eth_getBlockByNumber",
  "eth_getTransactionByHash",
  "eth_call",
  "eth_getLogs",
  "eth_getCode",
  "web3_sha3",
  "debug_traceTransaction",
  "trace_block",
  "net_peerCount",
  "eth_sendRawTransaction",
];
const OTHERS = [
  "getblock",
  "getnetworkinfo",
  "estimatesmartfee",
  "getAccountInfo",
  "getSlot",
  "foo",
];
const ROUTES = [
  "GET /v2/info",
  "GET /extended/v1/tx/{tx_id}",
  "POST /v2/contracts/call-read/{a}/{b}/{c}",
  "GET /extended/v2/addresses/{principal}/transactions",
];
const METHODS = [...ETHEREUM, ...OTHERS, ...ROUTES, "(batch)"];

/** Names that advice of one place must not take from another: fields, functions and events of the APIs there are. */
const NAMES = (
  "totalDifficulty gasUsed logIndex contractAddress transactionHash blockTimestamp yParity withdrawals topics miner nonce " +
  "getBalance getBlock getLogs getTransaction getTransactionReceipt queryFilter parseInt hexToBigInt getWork eth_getWork " +
  "structLogs accountProof reward burn_block_height tx_id rentEpoch warnings feerate retry-after access-control-allow-origin"
).split(" ");

const segment = constantFrom(
  ..."totalDifficulty gasUsed logs * topics contractAddress v r nonce index status weird-name a/b data input fees warnings".split(
    " ",
  ),
);
const value: Arbitrary<JsonValue | undefined> = oneof(
  constantFrom(
    undefined,
    null,
    "0x0a",
    "0xa",
    "10",
    "",
    "0x",
    [],
    {},
    1,
    0,
    true,
    "ok",
    -32000,
    3,
    404,
  ),
  constantFrom<JsonValue>(
    { error: { code: -32601, message: "the method does not exist/is not available" } },
    { error: { code: 3, message: "execution reverted" } },
    { gas_used: "0x5208" },
    ["x"],
    { a: 1 },
  ),
);

/** Paths of the forms that the differ gives to each wire. */
function pathOf(method: string, kind: string, inner: readonly string[]): string {
  const tail = inner.map((part) => `/${part.replaceAll("/", "~1")}`).join("");
  if (kind.startsWith("header-")) return "/headers/x-api-version";
  if (kind === "content-type-changed") return "/headers/content-type";
  if (kind === "http-status-changed") return "/status";
  if (kind === "envelope-changed") return inner.length % 2 === 0 ? "/id" : "/jsonrpc";
  if (kind.startsWith("error-") && kind !== "error-to-result") {
    const member = kind.includes("code") ? "code" : kind.includes("message") ? "message" : "data";
    return inner.length % 2 === 0 ? `/error/${member}` : `/result${tail}/error/${member}`;
  }
  if (method === "(batch)") return `/*/result${tail}`;
  return method.includes(" /") ? tail : `/result${tail}`;
}

const findings = record({
  kind: constantFrom(...ALL_KINDS),
  method: constantFrom(...METHODS),
  inner: array(segment, { maxLength: 4 }),
  whole: boolean(),
  old: value,
  candidate: value,
  shown: boolean(),
})
  .filter(({ kind, method }) => !(method.includes(" /") && onlyJsonRpc(kind)))
  .map(({ kind, method, inner, whole, old, candidate, shown }): PlaceFacts => {
    const isWhole =
      whole &&
      /^(?:method|result-to-error|null-to|error-to|limit|no-answer|malformed|chain|batch)/.test(
        kind,
      );
    return {
      kind,
      method,
      path: isWhole ? "" : pathOf(method, kind, inner),
      values: shown ? { old, candidate } : null,
    };
  });

/** Kinds that no REST answer can have: it has neither an envelope nor methods nor batches. */
function onlyJsonRpc(kind: string): boolean {
  return /^(?:method-|envelope-|batch-|event-|chain-)/.test(kind);
}

function isNamed(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text);
}

/** Libraries and words of other wires and chains. */
function foreignTo(method: string): RegExp {
  const words = ["\\[object", "NaN"];
  if (!ETHEREUM.includes(method))
    words.push("ethers", "viem", "web3\\.", "provider\\.", "client\\.request", "web3j");
  if (method.includes(" /"))
    words.push("JSON-RPC", "jsonrpc", "response\\.", "\\bparams\\b", "\\bbatch");
  return new RegExp(words.join("|"), "i");
}

function allTexts(facts: PlaceFacts): string[] {
  const { why, sees, condition, action, breaks, works, search } = wordsAt(facts);
  return [
    why,
    sees,
    condition,
    action,
    works,
    search.code,
    search.logs,
    ...breaks.flatMap(({ library, code, result }) => [library, code, result]),
    titleOf(groupOf(facts)),
    sentence(facts),
  ].filter((text) => text !== null);
}

describe("words belong to the finding's own place", () => {
  test("no text names a method, field, library or protocol that the finding does not have", () => {
    assert(
      property(findings, (facts) => {
        const own = JSON.stringify(facts).replaceAll("~1", "/");
        for (const text of allTexts(facts)) {
          const methods =
            text.match(/\b(?:eth|debug|trace|net|web3|txpool|engine)_[A-Za-z0-9]+/g) ?? [];
          expect(methods.filter((method) => !own.includes(method))).toEqual([]);
          expect(NAMES.filter((name) => isNamed(text, name) && !own.includes(name))).toEqual([]);
          const codes = text.match(/-32\d{3}/g) ?? [];
          expect(codes.filter((code) => !own.includes(code))).toEqual([]);
          expect(text).not.toMatch(foreignTo(facts.method));
        }
      }),
      { numRuns: 2_000, seed: 14 },
    );
  });

  test("texts are sentences: a capital first, a full stop last, no empty name", () => {
    assert(
      property(findings, (facts) => {
        const { why, sees, action, condition } = wordsAt(facts);
        for (const text of [why, action]) expect(text).toMatch(/^[A-Z].*\.$/s);
        expect(sees).toMatch(/\.$/);
        expect(sentence(facts)).toMatch(/^[A-Z`].*\.$/s);
        expect(condition ?? "none at all").toMatch(/^[a-z].*[^.]$/s);
        for (const text of allTexts(facts)) {
          expect(text).not.toMatch(/ {2}|``|"" (?:in|of)/);
          expect(text).not.toContain("an item of withdrawals has");
        }
      }),
      { numRuns: 2_000, seed: 15 },
    );
  });

  // A header or a member of the envelope always has its name.
  const unnamed = ALL_KINDS.filter((kind) => !/^(?:header|envelope)-/.test(kind));
  test.each(unnamed)("%s of a whole answer names no empty field", (kind) => {
    for (const method of ["eth_call", "GET /v2/info", "(batch)"])
      for (const values of [
        null,
        { old: null, candidate: undefined },
        { old: undefined, candidate: null },
      ])
        for (const text of allTexts({ kind, method, path: "", values }))
          expect(text).not.toMatch(/``|"" (?:in|of)|\[""\]/);
  });

  test.each(RULES.flatMap(({ id, examples }) => examples.map((example) => [id, example] as const)))(
    "%s: its own example gets words of its own",
    (kind, example) => {
      const facts: PlaceFacts = {
        kind,
        method: example.request.method,
        path: example.path,
        values: { old: example.old, candidate: example.candidate },
      };
      // A feed's events are asked for by eth_subscribe.
      const own = JSON.stringify(facts).replace("eth_subscription", "$& eth_subscribe");
      for (const text of allTexts(facts))
        for (const method of text.match(/\b(?:eth|debug|trace|net|web3|txpool)_[A-Za-z0-9]+/g) ??
          [])
          expect(own).toContain(method);
    },
  );

  test("curl holds the request and nothing else, for old, for the candidate, and for both", () => {
    const request = '{"jsonrpc":"2.0","id":1,"method":"getblock","params":["it\'s"]}';
    const side = { outcome: "reply", status: 200, text: "{}", cut: null };
    const found = curls(
      { pairId: "a", method: "getblock", request, old: side, candidate: side },
      4_000,
    );
    expect(found?.old).toBe(
      `curl -sS "$OLD_URL" -H 'content-type: application/json' --data-raw '${request.replaceAll("'", `'\\''`)}'`,
    );
    expect(found?.candidate).toContain('"$CANDIDATE_URL"');
    expect(found?.both).toMatch(/^diff <\(.*\$OLD_URL.*\) <\(.*\$CANDIDATE_URL.*\)$/s);
  });
});

function of(
  kind: PlaceFacts["kind"],
  method: string,
  path: string,
  old?: JsonValue,
  candidate?: JsonValue,
): ReturnType<typeof wordsAt> {
  return wordsAt({ kind, method, path, values: { old, candidate } });
}

function titled(kind: PlaceFacts["kind"], path: string): string {
  return titleOf(groupOf({ kind, method: "eth_getBlockByNumber", path, values: null }));
}

describe("the cases that were wrong", () => {
  test("a field of a transaction is told of that transaction", () => {
    const words = of("field-removed", "eth_getTransactionByHash", "/result/v", "0x1b");
    expect(words.breaks.map(({ code }) => code)).toEqual([
      '(await provider.send("eth_getTransactionByHash", params)).v',
      '(await client.request({ method: "eth_getTransactionByHash", params })).v',
      'w3.provider.make_request("eth_getTransactionByHash", params)["result"]["v"]',
    ]);
    expect(words.works).toBe(
      "const value = response.result.v ?? null; // null where it is not sent",
    );
    // "v" stands everywhere in code: the method's name finds the place.
    expect(words.search).toEqual({
      code: "eth_getTransactionByHash",
      logs: "eth_getTransactionByHash",
    });
  });

  test("lost leading zeros are not a lost prefix", () => {
    const { sees, condition } = of(
      "encoding-changed",
      "eth_getProof",
      "/result/nonce",
      "0x0a",
      "0xa",
    );
    expect(sees).toBe(
      'nonce of eth_getProof is written without its leading zeros: "0x0a" is now "0xa".',
    );
    expect(condition).not.toContain("0x before");
  });

  test("a REST status, a CORS header, a batch limit and a member beside the answer have their own words", () => {
    expect(of("http-status-changed", "GET /v2/info", "/status", 404, 400).breaks).toEqual([
      { library: "any", code: "reply.status === 404", result: "false: it is 400" },
    ]);
    const cors = of("header-changed", "eth_chainId", "/headers/access-control-allow-origin", "*");
    expect(cors.condition).toBe("calls `eth_chainId` from a page in a browser");
    expect(JSON.stringify(cors)).not.toContain("etry-after");
    expect(of("limit-changed", "(batch)", "").condition).toBe(
      "sends batches as large as the one shown",
    );
    expect(of("envelope-changed", "getblock", "/error", null).action).toBe(
      "Do not depend on error being there.",
    );
  });

  test("a batch, and a call in one, are named as what they are", () => {
    const lost = of("array-items-missing", "(batch)", "/*", {});
    expect(lost.breaks).toEqual([{ library: "any", code: "responses.length", result: "smaller" }]);
    expect(lost.condition).toBe("counts on an answer to each call of a batch");
    expect(of("error-to-result", "(batch)", "").condition).toBe(
      "relies on such a batch being refused",
    );
    const part = of("result-to-null", "(batch)", "/*/result", "0x1", null);
    expect(part.condition).toBe("uses the result of a call in a batch without a test for `null`");
    expect(part.works).toBe("if (responses[i].result === null) return notFound();");
  });

  test("an id that is lost is not one of another type", () => {
    const gone = of("envelope-changed", "eth_call", "/id", 1);
    expect(gone.action).toBe("Where an answer has no id, match it by the request that it came to.");
    expect(gone.works).toBeNull();
    expect(of("envelope-changed", "eth_call", "/id", undefined, 1).condition).toBe(
      "looks at `id` in responses of `eth_call`",
    );
  });

  test("an empty text is in every text", () => {
    const emptied = of("error-message-changed", "getblock", "/error/message", "not found", "");
    expect(emptied.works).toBe(
      'response.error.message === "" || response.error.message.includes("not found")',
    );
    const filled = of("error-message-changed", "getblock", "/error/message", "", "not found");
    expect([filled.breaks, filled.works]).toEqual([[], null]);
  });

  test("an error in a part of a REST answer is no failure of the request", () => {
    const { sees, works } = of("result-to-error", "GET /v2/info", "/tx/error", undefined, "bad");
    expect(sees).toBe("A part of the answer of GET /v2/info that succeeded now holds an error.");
    expect(works).toBeNull();
  });

  test("only who met a limit before looks for its words", () => {
    const error = { error: { code: -32005, message: "query returned more than 10000 results" } };
    expect(of("limit-changed", "eth_getLogs", "", { result: [] }, error).condition).toBe(
      "makes requests to `eth_getLogs` as large as the one shown",
    );
  });

  test("the words that a client looks for are those before a message's numbers", () => {
    const nonce = of(
      "error-message-changed",
      "eth_sendRawTransaction",
      "/error/message",
      "nonce too low: next nonce 5, tx nonce 3",
      "OldNonce, Current nonce: 5, nonce of rejected tx: 3",
    );
    expect(nonce.search.code).toBe("nonce too low");
    expect(nonce.condition).toBe(
      'looks for "nonce too low" in the text of errors of `eth_sendRawTransaction`',
    );
    expect(nonce.works).toBe(
      '["nonce too low", "OldNonce, Current nonce"].some((text) => response.error.message.includes(text))',
    );
    const reason = of(
      "error-message-changed",
      "eth_call",
      "/error/message",
      "execution reverted: not owner",
      "execution reverted: owner only",
    );
    expect(reason.search.code).toBe("execution reverted: not owner");
  });

  test("a call that gets no answer in a batch is not one that can't be read", () => {
    const { sees, condition } = of("malformed-response", "eth_chainId", "", "{}", undefined);
    expect(sees).toBe("eth_chainId gets no answer in a batch where it got one.");
    expect(condition).toContain("counts on an answer to each call");
  });

  test("a text that takes the place of a number is told as a text", () => {
    const facts = { kind: "type-changed", method: "getblock", path: "/result/difficulty" } as const;
    expect(sentence({ ...facts, values: { old: 1, candidate: "1.0" } })).toBe(
      'The type of `difficulty` in `getblock` changes from `1` to `"1.0"`.',
    );
  });

  test("a field that is called as an article keeps its letters", () => {
    expect(of("array-items-missing", "GET /v2/pox", "/a/*", 3).sees).toMatch(/^a of GET/);
    expect(of("array-items-missing", "GET /v2/pox", "/*", 3).sees).toMatch(/^The list of GET/);
  });

  test("the list changed, not an item of it", () => {
    expect(titled("array-items-added", "/result/withdrawals/*")).toBe(
      "eth_getBlockByNumber: withdrawals has more items.",
    );
    expect(titled("array-items-missing", "/result/*")).toBe(
      "eth_getBlockByNumber: the result has fewer items.",
    );
    expect(titled("field-removed", "/result/transactions/*/v")).toBe(
      "eth_getBlockByNumber: v in transactions is gone.",
    );
  });
});

function malformed(candidate: string): string {
  const facts = { kind: "malformed-response", method: "eth_call", path: "" } as const;
  return titleOf(groupOf({ ...facts, values: { old: "{}", candidate } }));
}

describe("what is named is what differs", () => {
  test("an item of a list is no list, in words as in the title", () => {
    const words = of("type-changed", "eth_feeHistory", "/result/gasUsedRatio/*", 0.5, "0.5");
    expect(words.sees).toBe(
      "An item of gasUsedRatio of eth_feeHistory was a number and is now a string.",
    );
    expect(words.condition).toBe("reads an item of `gasUsedRatio` of `eth_feeHistory` as a number");
    expect(titled("type-changed", "/result/transactions/*")).toContain("an item of transactions");
  });

  test("what is gone from a map is an entry, read by its key", () => {
    const words = of("field-removed", "debug_traceTransaction", "/result/*", { balance: "0x2" });
    expect(words.sees).toBe(
      "An entry of the result is no longer in the answer of debug_traceTransaction.",
    );
    expect(words.works).toContain("response.result[key]");
    expect(titled("field-removed", "/result/*")).toContain("an entry of the result is gone");
  });

  test.each(["eth_subscribe", "eth_subscription logs"])(
    "an event of %s is no response, and no library call gives it",
    (method) => {
      const words = of("field-removed", method, "/result/logIndex", "0x0");
      expect(words.sees).toBe(`logIndex is no longer in events of ${method}.`);
      expect(words.condition).toBe(`reads \`logIndex\` of events of \`${method}\``);
      expect(words.works).toContain("message.params.result.logIndex");
      expect(words.breaks.map(({ library }) => library)).toEqual(["any"]);
      expect(words.search.logs).toBe("eth_subscribe");
    },
  );

  test("a subscription that is refused is an answer of eth_subscribe", () => {
    const refused = { error: { code: -32601, message: "not supported" } };
    const words = of("result-to-error", "eth_subscribe", "", { result: "0x1" }, refused);
    expect(words.sees).toContain("call of eth_subscribe");
  });

  test.each(["eth_subscribe", "eth_unsubscribe", "accountSubscribe", "eth_subscription newHeads"])(
    "no curl is given for %s, which HTTP has not",
    (method) => {
      const side = { outcome: "reply", status: 200, text: "{}", cut: null };
      const request = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
      expect(curls({ pairId: "a", method, request, old: side, candidate: side }, 4_000)).toBe(null);
    },
  );

  test("a value that moved into an object is told with its member, and the way back as well", () => {
    const inner = { total: 5, circulating: 4 };
    const into = of("type-changed", "getSupply", "/result", inner, { context: 1, value: inner });
    expect(into.sees).toBe("The result of getSupply is now inside an object, as its value.");
    const out = of("type-changed", "getSupply", "/result", { context: 1, value: inner }, inner);
    expect(out.sees).toContain("is now what its value was, without the object around it");
    for (const words of [into, out])
      expect(words.works).toBe('const value = response.result?.["value"] ?? response.result;');
  });

  test("the response to a batch that is no list is called so", () => {
    const words = of("type-changed", "(batch)", "", [{ id: 1, result: "0x1" }], { result: "0x1" });
    expect(words.sees).toBe("The response of a batch was a list and is now an object.");
  });

  test("both texts of an error are named, and a text that other errors begin with is not looked for", () => {
    const [old, now] = ["execution reverted: not owner", "execution reverted: Ownable: not owner"];
    const words = of("error-message-changed", "eth_call", "/error/message", old, now);
    expect(words.sees).toBe(
      `The text of errors of eth_call was ${JSON.stringify(old)} and is now ${JSON.stringify(now)}.`,
    );
    expect(words.works).toContain(`[${JSON.stringify(old)}, ${JSON.stringify(now)}]`);
  });

  test("an answer that is JSON and no answer of the protocol is not said to be unreadable", () => {
    expect(malformed('{"jsonrpc":"2.0","id":1,"error":"execution reverted"}')).toContain(
      "no longer one that the protocol allows",
    );
    expect(malformed('{"jsonrpc":"2.0","id":1,"resu')).toContain("no longer parses");
  });
});
