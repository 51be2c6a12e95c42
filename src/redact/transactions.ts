import { createHash } from "node:crypto";
import { keccak_256 } from "@noble/hashes/sha3.js";

/** Methods whose parameters hold signed transactions: whoever has the bytes can send them. */
const SENDS_RAW =
  /^(?:eth_send(?:Private)?RawTransaction(?:Sync|Conditional)?|eth_sendPrivateTransaction|eth_(?:send|call|simulate)Bundle|mev_(?:send|sim)Bundle|eth_sendMegaBundle|eth_sendUserOperation|parity_submitTransaction)$/i;
/** Methods that answer with a signed transaction. */
const SIGNS = /^(?:eth|personal|account|wallet)_(?:sign|fill|resend)\w*$/i;
/** Methods with pass phrases and private keys among their parameters. */
const UNLOCKS = /^(?:personal|parity|clef|account|secretstore)_/i;

/** A signed transaction is at least so long; an address, a hash or a signature is shorter. */
const RAW_TRANSACTION = /0x[0-9a-f]{134,}/gi;

export const sendsRawTransaction = (method: string): boolean => SENDS_RAW.test(method);
export const signsTransaction = (method: string): boolean => SIGNS.test(method);
export const takesPassPhrase = (method: string): boolean => UNLOCKS.test(method);

/** A hash already: of a recording that was exported and comes back. */
export const isTransactionHash = (text: string): boolean => /^0x[0-9a-f]{64}$/i.test(text);

/** `0x` and hex → its Keccak-256 as `0x` and 64 digits: what the network knows the transaction by. */
export function transactionHash(raw: string): string {
  const bytes = Buffer.from(raw.slice(2), "hex");
  return `0x${Buffer.from(keccak_256(bytes)).toString("hex")}`;
}

/** Every long hex text in a body replaced by its hash. */
export function hashRawTransactions(text: string): string {
  return text.replace(RAW_TRANSACTION, transactionHash);
}

/** The long hex texts in a body, wherever they stand. */
export function findRawTransactions(text: string): readonly string[] {
  return text.match(RAW_TRANSACTION) ?? [];
}

/** A Stacks transaction is posted as bytes; its id is their SHA-512/256. */
export function stacksTransactionId(bytes: Buffer): string {
  return `0x${createHash("sha512-256").update(bytes).digest("hex")}`;
}
