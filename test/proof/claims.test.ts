import { expect, test } from "vitest";
import { fromPointer } from "../../src/diff/path.ts";
import type { Kind } from "../../src/model/kinds.ts";
import { isObject, type JsonObject, type JsonValue } from "../../src/model/json.ts";
import { claimsOf } from "../../src/proof/claims.ts";
import { headerRlp } from "../../src/proof/encode.ts";
import { keccak } from "../../src/proof/transaction.ts";
import { prove } from "../../src/proof/prove.ts";
import { ANSWERS, type RealAnswer } from "./answers.ts";

test("every claim of a real answer is kept, and each kind of claim is met", async () => {
  const seen = new Set<string>();
  for (const { name, method, params, result } of ANSWERS)
    for (const [claim, holds] of Object.entries(await claimsOf(method, params, result))) {
      expect({ name, claim, holds }).toEqual({ name, claim, holds: true });
      seen.add(claim);
    }
  expect([...seen].sort()).toEqual([
    "block-hash",
    "gas-sums",
    "log-indexes",
    "log-places",
    "logs-bloom",
    "sender",
    "transaction-hash",
    "transactions-root",
    "withdrawals-root",
  ]);
});

/** The answer with something else done at one place. */
function changed(
  result: JsonValue,
  path: string,
  change: (holder: never, key: string) => void,
): JsonValue {
  const copy = structuredClone(result);
  const keys = fromPointer(path).slice(1);
  const last = keys.pop() ?? "";
  const holder = keys.reduce<JsonValue>(
    (value, key) => (value as JsonObject)[key] as JsonValue,
    copy,
  );
  change(holder as never, last);
  return copy;
}

/** Another value of the same form: its last digit but one is another. */
function another(holder: JsonObject, key: string): void {
  const value = holder[key] as string;
  const at = value.length - 1;
  holder[key] = `${value.slice(0, at)}${value[at] === "1" ? "2" : "1"}`;
}

async function verdict(
  answer: RealAnswer,
  wrong: JsonValue,
  path: string,
  kind: Kind = "value-changed",
) {
  const { method, params, result } = answer;
  const right = await claimsOf(method, params, result);
  const broken = await claimsOf(method, params, wrong);
  const forward = prove(kind, path, right, broken);
  const back = prove(kind, path, broken, right);
  expect(back?.wrong).toBe(
    forward === null ? undefined : { old: "candidate", candidate: "old" }[forward.wrong],
  );
  return forward;
}

/** Places below an answer that hold hex, as pointers. */
function places(value: JsonValue, pointer = "/result"): string[] {
  if (typeof value === "string") return /^0x[0-9a-f]+$/i.test(value) ? [pointer] : [];
  if (Array.isArray(value))
    return value.slice(0, 2).flatMap((item, index) => places(item, `${pointer}/${index}`));
  return isObject(value)
    ? Object.entries(value).flatMap(([key, item]) => places(item, `${pointer}/${key}`))
    : [];
}

/** What no claim speaks of: it stands in no hash, or in that of a receipts tree, whose header is another answer's. */
const UNPROVEN =
  /^eth_getLogs .*\/(?:address|topics\/\d+)$|\/(?:size|root|blockTimestamp|effectiveGasPrice|contractAddress|gasPrice|totalDifficulty|blobGasPrice|blobGasUsed|status|type|to|from|removed|data|transactionHash|transactionIndex|blockHash|blockNumber|cumulativeGasUsed|gasUsed|logIndex|chainId|v|yParity|maxFeePerGas|uncles\/\d+|transactions\/\d+)$/;

test("another value at any place that a claim covers is the mutated side's fault", async () => {
  let proven = 0;
  const missed = new Set<string>();
  for (const answer of new Map(ANSWERS.map((answer) => [answer.name, answer])).values())
    for (const path of places(answer.result)) {
      const wrong = changed(answer.result, path, another);
      const found = await verdict(answer, wrong, path);
      if (found === null) {
        if (!UNPROVEN.test(`${answer.method} ${path}`)) missed.add(`${answer.method} ${path}`);
        continue;
      }
      expect(`${answer.name} ${path}: ${found.wrong}`).toBe(`${answer.name} ${path}: candidate`);
      proven += 1;
    }
  expect([...missed]).toEqual([]);
  expect(proven).toBeGreaterThan(400);
});

const find = (method: string, fits: (answer: RealAnswer) => boolean = () => true): RealAnswer => {
  const found = ANSWERS.find((answer) => answer.method === method && fits(answer));
  if (found === undefined) throw new Error(`no real answer of ${method} fits`);
  return found;
};
const hasLogs = ({ result }: RealAnswer): boolean => JSON.stringify(result).includes('"topics"');
const isFull = ({ result }: RealAnswer): boolean =>
  JSON.stringify(result).includes('"nonce":"0x1"');
const remove = (holder: JsonValue[], key: string): void => void holder.splice(Number(key), 1);

test.each<[string, RealAnswer, string, string]>([
  [
    "a transaction that a block lacks",
    find("eth_getBlockByNumber", isFull),
    "/result/transactions/0",
    "transactions-root",
  ],
  [
    "a log that a receipt lacks",
    find("eth_getTransactionReceipt", hasLogs),
    "/result/logs/0",
    "logs-bloom",
  ],
  [
    "a receipt that a block lacks",
    find("eth_getBlockReceipts", ({ name }) => name.startsWith("anvil")),
    "/result/0",
    "log-indexes",
  ],
  [
    "a log that a range lacks",
    find("eth_getLogs", ({ name }) => name.startsWith("anvil 8")),
    "/result/0",
    "log-indexes",
  ],
])("%s", async (_, answer, path, claim) => {
  const found = await verdict(
    answer,
    changed(answer.result, path, remove),
    path,
    "array-items-missing",
  );
  expect(found).toMatchObject({ wrong: "candidate", claim });
  expect(found?.reason).toMatch(/^The candidate is wrong: its .*; with old's answer that fits\.$/);
});

test("logs of an address may have gaps: nobody is accused", async () => {
  const answer = find("eth_getLogs", ({ params }) => JSON.stringify(params).includes('"address"'));
  const fewer = changed(answer.result, "/result/0", remove);
  expect(await verdict(answer, fewer, "/result/0", "array-items-missing")).toBeNull();
});

test("another block than the one that was asked for is shown, sound as it is", async () => {
  const answer = find("eth_getBlockByHash");
  const other = find(
    "eth_getBlockByNumber",
    ({ result }) => (result as JsonObject)["hash"] !== answer.params[0],
  );
  expect(await verdict(answer, other.result, "/result/hash")).toMatchObject({
    wrong: "candidate",
    claim: "block-hash",
  });
});

const KINDS: readonly Kind[] = [
  "field-removed",
  "encoding-changed",
  "type-changed",
  "field-added",
  "letter-case-changed",
];

test("a field that is gone or written otherwise is no wrong value", async () => {
  const answer = find("eth_getBlockByNumber");
  const without = changed(answer.result, "/result/gasUsed", (holder: JsonObject, key) =>
    Reflect.deleteProperty(holder, key),
  );
  for (const kind of KINDS)
    expect(await verdict(answer, without, "/result/gasUsed", kind)).toBeNull();
});

/** Blocks as other chains have them, and what can still be told of the header and of a transaction. */
const ELSEWHERE: Readonly<
  Record<
    string,
    readonly [header: string | null, transaction: string | null, (block: JsonObject) => void]
  >
> = {
  "a deposit of an L2": [
    "block-hash",
    null,
    (block) => {
      Object.assign(firstOf(block), {
        type: "0x7e",
        sourceHash: `0x${"1".repeat(64)}`,
        mint: "0x0",
      });
    },
  ],
  "a transaction without a signature": [
    "block-hash",
    null,
    (block) => {
      for (const name of ["r", "s", "v", "yParity"]) Reflect.deleteProperty(firstOf(block), name);
    },
  ],
  "a header that is hashed in another way": [
    null,
    "transaction-hash",
    (block) => {
      block["hash"] = `0x${"2".repeat(64)}`;
    },
  ],
  "a quantity that is a number": [
    null,
    "transaction-hash",
    (block) => {
      block["gasUsed"] = 21_000;
    },
  ],
  "a fork's field without the one before": [
    null,
    "transaction-hash",
    (block) => {
      Reflect.deleteProperty(block, "baseFeePerGas");
    },
  ],
  "transactions that are hashed in another way": [
    "block-hash",
    null,
    (block) => {
      for (const transaction of block["transactions"] as JsonObject[])
        Object.assign(transaction, { hash: `0x${"2".repeat(64)}`, from: `0x${"2".repeat(40)}` });
      block["transactionsRoot"] = `0x${"2".repeat(64)}`;
      block["hash"] = hashOf(block);
    },
  ],
};

function firstOf(block: JsonObject): JsonObject {
  return (block["transactions"] as JsonObject[])[0] as JsonObject;
}

function hashOf(block: JsonObject): string {
  return keccak(headerRlp(block) as Uint8Array);
}

test.each(Object.entries(ELSEWHERE))(
  "%s: nobody is accused of another encoding",
  async (_, [header, transaction, make]) => {
    const answer = find("eth_getBlockByNumber", isFull);
    const block = structuredClone(answer.result) as JsonObject;
    make(block);
    const own: RealAnswer = { ...answer, result: block };
    for (const [path, claim] of [
      ["/result/stateRoot", header],
      ["/result/transactions/0/value", transaction],
    ] as const) {
      const found = await verdict(own, changed(block, path, another), path);
      expect(found === null ? null : `${found.wrong} ${found.claim}`).toBe(
        claim === null ? null : `candidate ${claim}`,
      );
    }
  },
);

test("pending, null and broken answers claim nothing", async () => {
  const block = find("eth_getBlockByNumber").result as JsonObject;
  for (const result of [
    null,
    {},
    [],
    "0x",
    1,
    { ...block, hash: null },
    { hash: "0x" },
    [null],
    [[]],
  ])
    for (const method of new Set(ANSWERS.map(({ method }) => method))) {
      const claims = await claimsOf(method, [], result);
      expect({ method, result, claims }).toEqual({ method, result, claims: {} });
    }
});
