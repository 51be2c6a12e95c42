import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { allBytes, bytesOf, listOf, quantityOf, typed, typeOf, type Rlp } from "./encode.ts";

const FEES = ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas"];
const CALL = ["gas", "to", "value", "input"];
/** What stands in a signed transaction of each type, before its signature: EIP-155, 2930, 1559, 4844, 7702. */
const BODIES: readonly (readonly string[])[] = [
  ["nonce", "gasPrice", ...CALL],
  ["chainId", "nonce", "gasPrice", ...CALL, "accessList"],
  [...FEES, ...CALL, "accessList"],
  [...FEES, ...CALL, "accessList", "maxFeePerBlobGas", "blobVersionedHashes"],
  [...FEES, ...CALL, "accessList", "authorizationList"],
];

/** Fields that a transaction's hash is made of. */
export const SIGNED_FIELDS: readonly string[] = [
  ...new Set([...BODIES.flat(), "type", "v", "r", "s", "yParity", "hash"]),
];

/** A signed transaction as it is hashed and stands in the tree; null where it can't be told. */
export function transactionRlp(transaction: JsonObject): Uint8Array | null {
  const type = typeOf(transaction);
  const body = type === null ? null : bodyOf(transaction, type);
  const signature = type === null ? null : signatureOf(transaction, type);
  if (type === null || body === null || signature === null) return null;
  return typed(type, [...body, ...signature]);
}

export function transactionHash(transaction: JsonObject): string | null {
  const encoded = transactionRlp(transaction);
  return encoded === null ? null : keccak(encoded);
}

/** The address whose key signed it, in small letters; null where it can't be told. */
export function senderOf(transaction: JsonObject): string | null {
  const type = typeOf(transaction);
  const body = type === null ? null : bodyOf(transaction, type);
  const signature = type === null ? null : signatureOf(transaction, type);
  if (type === null || body === null || signature === null) return null;
  const [v, r, s] = signature.map(numberOf) as [bigint, bigint, bigint];
  // EIP-155: the chain is signed along, and stands in v.
  const chain = type === 0 && v >= 35n ? (v - 35n) / 2n : null;
  const parity = type > 0 ? v : chain === null ? v - 27n : (v - 35n) % 2n;
  const signed: Rlp[] =
    chain === null
      ? body
      : [...body, quantityOf(`0x${chain.toString(16)}`) as Uint8Array, EMPTY, EMPTY];
  try {
    const point = new secp256k1.Signature(r, s, Number(parity)).recoverPublicKey(
      keccak_256(typed(type, signed)),
    );
    return `0x${keccak(point.toBytes(false).slice(1)).slice(-40)}`;
  } catch {
    // No such signature exists: a system's transaction of another chain, or a broken one.
    return null;
  }
}

export function keccak(bytes: Uint8Array): string {
  return `0x${Buffer.from(keccak_256(bytes)).toString("hex")}`;
}

const EMPTY = new Uint8Array();
const BYTES = new Set(["to", "input"]);

function bodyOf(transaction: JsonObject, type: number): Rlp[] | null {
  const values = (BODIES[type] ?? []).map((name) => fieldOf(transaction, name));
  return values.every((value) => value !== null) ? values : null;
}

function fieldOf(transaction: JsonObject, name: string): Rlp | null {
  const value = transaction[name];
  // Nobody: a contract is made.
  if (name === "to" && value == null) return EMPTY;
  if (name === "accessList")
    return entries(value, (entry) => [bytesOf(entry["address"]), allBytes(entry["storageKeys"])]);
  if (name === "blobVersionedHashes") return allBytes(value);
  if (name === "authorizationList")
    return entries(value, (entry) => [
      quantityOf(entry["chainId"]),
      bytesOf(entry["address"]),
      quantityOf(entry["nonce"]),
      quantityOf(entry["yParity"] ?? entry["v"]),
      quantityOf(entry["r"]),
      quantityOf(entry["s"]),
    ]);
  return BYTES.has(name) ? bytesOf(value) : quantityOf(value);
}

function entries(
  value: JsonValue | undefined,
  fieldsOf: (entry: JsonObject) => (Rlp | null)[],
): Rlp | null {
  const all = listOf(value)?.map((entry) => (isObject(entry) ? fieldsOf(entry) : [null])) ?? null;
  return all?.flat().every((field) => field !== null) === true ? (all as Rlp[]) : null;
}

function signatureOf(transaction: JsonObject, type: number): Uint8Array[] | null {
  const v = type === 0 ? transaction["v"] : (transaction["yParity"] ?? transaction["v"]);
  const values = [v, transaction["r"], transaction["s"]].map(quantityOf);
  return values.every((value) => value !== null) ? values : null;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
}
