import type { Claims } from "../model/evidence.ts";
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { headerRlp, listOf, receiptRlp, withdrawalRlp } from "./encode.ts";
import { bloomOf, countOf, isRun, logIndexes, logsBelong, text } from "./logs.ts";
import { keccak, senderOf, transactionHash, transactionRlp } from "./transaction.ts";
import { rootOf } from "./tree.ts";

/** A header of which it was shown that it gives its own hash, by that hash in small letters; null where there is none. */
export type FindHeader = (blockHash: string) => JsonObject | null;

type Check = (
  result: JsonValue,
  parameters: readonly JsonValue[],
  find: FindHeader,
) => Promise<Claims>;

/**
 * Which of its claims an answer keeps. Claims that can't be told are left out: another chain's encoding, hashes in place of
 * transactions, a part that is missing. Numbers that JSON can't hold do not occur: quantities are text.
 * @param result of the call, without its envelope
 */
export async function claimsOf(
  method: string,
  parameters: readonly JsonValue[],
  result: JsonValue,
  find: FindHeader = () => null,
): Promise<Claims> {
  const check = CHECKS[method];
  return check === undefined ? {} : known(await check(result, parameters, find));
}

/** Whether anything can be shown of a method's answers. */
export function isProvable(method: string): boolean {
  return CHECKS[method] !== undefined;
}

const CHECKS: Readonly<Record<string, Check>> = {
  eth_getBlockByHash: (result, [hash]) => blockClaims(result, text(hash)),
  eth_getBlockByNumber: (result) => blockClaims(result, null),
  eth_getTransactionByHash: (result, [hash]) => transactionClaims(result, text(hash)),
  eth_getTransactionByBlockHashAndIndex: (result) => transactionClaims(result, null),
  eth_getTransactionByBlockNumberAndIndex: (result) => transactionClaims(result, null),
  eth_getTransactionReceipt: (result) => Promise.resolve(receiptClaims(result)),
  eth_getBlockReceipts: (result, _, find) => receiptsClaims(result, find),
  eth_getLogs: (result, [filter]) => Promise.resolve(logsClaims(result, filter)),
};

/** Without what is null: a claim is kept, broken, or not there. */
function known(claims: { readonly [name: string]: boolean | null | undefined }): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, holds]) => holds != null));
}

const MOST_SENDERS = 500;

type Unsure = { readonly [name: string]: boolean | null };

async function blockClaims(block: JsonValue, asked: string | null): Promise<Claims> {
  // A pending block has no hash of its own yet.
  if (!isObject(block) || text(block["hash"]) === null) return {};
  const transactions = listOf(block["transactions"]) ?? [];
  const full = transactions.filter((one): one is JsonObject => isObject(one));
  const areFull = full.length === transactions.length;
  const withdrawals = listOf(block["withdrawals"]);
  return known({
    "block-hash": givesHash(block, asked),
    "transactions-root": areFull
      ? await givesRoot(full.map(transactionRlp), block["transactionsRoot"])
      : null,
    "withdrawals-root":
      withdrawals === null
        ? null
        : await givesRoot(withdrawals.map(withdrawalRlp), block["withdrawalsRoot"]),
    ...(areFull && full.length > 0 ? ofTransactions(full) : {}),
  });
}

/** Whether the header gives the hash that the answer names, and the one that was asked for. */
export function givesHash(block: JsonObject, asked: string | null): boolean | null {
  const header = headerRlp(block);
  if (header === null) return null;
  const hash = keccak(header);
  return hash === text(block["hash"]) && (asked === null || hash === asked);
}

async function givesRoot(
  items: readonly (Uint8Array | null)[],
  root: JsonValue | undefined,
): Promise<boolean | null> {
  const wanted = text(root);
  if (wanted === null || !items.every((item) => item !== null)) return null;
  const found = await rootOf(items);
  return found === null ? null : found === wanted;
}

async function transactionClaims(transaction: JsonValue, asked: string | null): Promise<Claims> {
  if (!isObject(transaction)) return {};
  const claims = known(ofTransactions([transaction]));
  const isAnother = asked !== null && text(transaction["hash"]) !== asked;
  return Promise.resolve(
    isAnother && claims["transaction-hash"] !== undefined
      ? { ...claims, "transaction-hash": false }
      : claims,
  );
}

function ofTransactions(transactions: readonly JsonObject[]): Unsure {
  return {
    "transaction-hash": every(transactions, (transaction) =>
      same(transactionHash(transaction), transaction["hash"]),
    ),
    // A key costs some milliseconds; a block of more transactions than this is shown by its root.
    sender:
      transactions.length > MOST_SENDERS
        ? null
        : every(transactions, (transaction) => same(senderOf(transaction), transaction["from"])),
  };
}

function same(found: string | null, named: JsonValue | undefined): boolean | null {
  const wanted = text(named);
  return found === null || wanted === null ? null : found === wanted;
}

/** Null where one can't be told: a broken one among them may be of the same unknown form. */
function every<Item>(
  items: readonly Item[],
  holds: (item: Item) => boolean | null,
): boolean | null {
  const all = items.map(holds);
  return all.includes(null) ? null : all.every(Boolean);
}

function bloomFits(receipt: JsonObject): boolean | null {
  const logs = listOf(receipt["logs"]);
  return logs === null ? null : same(bloomOf(logs), receipt["logsBloom"]);
}

function receiptClaims(receipt: JsonValue): Claims {
  if (!isObject(receipt)) return {};
  const indexes = logIndexes(listOf(receipt["logs"]) ?? []);
  const [first] = indexes ?? [];
  return known({
    "logs-bloom": bloomFits(receipt),
    "log-places": logsBelong([receipt]),
    "log-indexes": indexes === null || first === undefined ? null : isRun(indexes, first),
  });
}

async function receiptsClaims(result: JsonValue, find: FindHeader): Promise<Claims> {
  const receipts = (listOf(result) ?? []).filter((one): one is JsonObject => isObject(one));
  const [first] = receipts;
  if (first === undefined || receipts.length !== listOf(result)?.length) return {};
  const indexes = logIndexes(receipts.flatMap((receipt) => listOf(receipt["logs"]) ?? []));
  const header = find(text(first["blockHash"]) ?? "");
  return known({
    "logs-bloom": every(receipts, bloomFits),
    "log-places": logsBelong(receipts),
    "log-indexes": indexes === null ? null : isRun(indexes, 0),
    "gas-sums": gasAddsUp(receipts),
    "receipts-root":
      header === null ? null : await givesRoot(receipts.map(receiptRlp), header["receiptsRoot"]),
  });
}

/** Each receipt's sum is that of the one before it and its own gas. */
function gasAddsUp(receipts: readonly JsonObject[]): boolean | null {
  let sum = 0;
  let fits = true;
  for (const receipt of receipts) {
    const used = countOf(receipt["gasUsed"]);
    const total = countOf(receipt["cumulativeGasUsed"]);
    if (used === null || total === null) return null;
    sum += used;
    if (sum !== total) fits = false;
  }
  return fits;
}

/** Only where all logs of whole blocks were asked for can a gap be told: with an address or topics, gaps are what was asked. */
function logsClaims(result: JsonValue, filter: JsonValue | undefined): Claims {
  const logs = listOf(result);
  if (logs === null || !isObject(filter) || logs.length === 0) return {};
  const isNarrow = filter["address"] != null || !isEmpty(filter["topics"]);
  if (isNarrow) return {};
  const blocks = Map.groupBy(logs, (log) => (isObject(log) ? text(log["blockHash"]) : null));
  return known({
    "log-indexes": every([...blocks], ([hash, own]) => {
      const indexes = logIndexes(own);
      return hash === null || indexes === null ? null : isRun(indexes, 0);
    }),
  });
}

function isEmpty(topics: JsonValue | undefined): boolean {
  return topics == null || (Array.isArray(topics) && topics.length === 0);
}
