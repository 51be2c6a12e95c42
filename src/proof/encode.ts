import { RLP } from "@ethereumjs/rlp";
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";

/**
 * What Ethereum hashes, as lists of fields in their order. A field is bytes as they are, or a quantity without leading zeros;
 * null where an answer has not what is needed, or writes it in a way that is not known: then nothing can be told.
 */
type Form = "bytes" | "quantity";
type Fields = readonly (readonly [name: string, form: Form])[];

function fields(form: Form, ...names: readonly string[]): Fields {
  return names.map((name) => [name, form] as const);
}

/** Yellow Paper 4.3; then EIP-1559, 4895, 4844 (two), 4788, 7685 and 7928, each of which came with all before it. */
const HEADER: Fields = [
  ...fields("bytes", "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot"),
  ...fields("bytes", "receiptsRoot", "logsBloom"),
  ...fields("quantity", "difficulty", "number", "gasLimit", "gasUsed", "timestamp"),
  ...fields("bytes", "extraData", "mixHash", "nonce"),
];
const HEADER_LATER: Fields = [
  ...fields("quantity", "baseFeePerGas"),
  ...fields("bytes", "withdrawalsRoot"),
  ...fields("quantity", "blobGasUsed", "excessBlobGas"),
  ...fields("bytes", "parentBeaconBlockRoot", "requestsHash", "blockAccessListHash"),
];
export const HEADER_FIELDS: readonly string[] = [...HEADER, ...HEADER_LATER].map(([name]) => name);

/** EIP-4895. */
const WITHDRAWAL: Fields = [
  ...fields("quantity", "index", "validatorIndex"),
  ...fields("bytes", "address"),
  ...fields("quantity", "amount"),
];

export type Rlp = Uint8Array | Rlp[];

export function encodeRlp(value: Rlp): Uint8Array {
  return RLP.encode(value);
}

/** `0x` and hex as bytes; null where it is none. */
export function bytesOf(value: JsonValue | undefined): Uint8Array | null {
  if (typeof value !== "string" || !/^0x(?:[0-9a-f]{2})*$/i.test(value)) return null;
  return Uint8Array.from(Buffer.from(value.slice(2), "hex"));
}

/** A quantity as RLP has it: big endian, nothing for 0. */
export function quantityOf(value: JsonValue | undefined): Uint8Array | null {
  if (typeof value !== "string" || !/^0x[0-9a-f]{1,64}$/i.test(value)) return null;
  const hex = value.slice(2).replace(/^0+/, "");
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex"));
}

function list(object: JsonObject, wanted: Fields): Uint8Array[] | null {
  const values = wanted.map(([name, form]) =>
    form === "bytes" ? bytesOf(object[name]) : quantityOf(object[name]),
  );
  return values.every((value) => value !== null) ? values : null;
}

/** A header as it is hashed. */
export function headerRlp(block: JsonObject): Uint8Array | null {
  const isThere = ([name]: Fields[number]): boolean => block[name] != null;
  const later = HEADER_LATER.filter(isThere);
  // One fork's fields without those of a fork before it: not Ethereum's form.
  if (later.some((field, index) => field !== HEADER_LATER[index])) return null;
  const values = list(block, [...HEADER, ...later]);
  return values === null ? null : encodeRlp(values);
}

export function withdrawalRlp(withdrawal: JsonValue): Uint8Array | null {
  const values = isObject(withdrawal) ? list(withdrawal, WITHDRAWAL) : null;
  return values === null ? null : encodeRlp(values);
}

/** A receipt as it stands in the tree: EIP-658 or the state root before it, EIP-2718 for its type. */
export function receiptRlp(receipt: JsonValue): Uint8Array | null {
  if (!isObject(receipt)) return null;
  const type = typeOf(receipt);
  const outcome =
    receipt["root"] == null ? quantityOf(receipt["status"]) : bytesOf(receipt["root"]);
  const sum = quantityOf(receipt["cumulativeGasUsed"]);
  const bloom = bytesOf(receipt["logsBloom"]);
  const logs = listOf(receipt["logs"])?.map(logRlp) ?? null;
  if (type === null || outcome === null || sum === null || bloom === null) return null;
  if (logs === null || !logs.every((log) => log !== null)) return null;
  return typed(type, [outcome, sum, bloom, logs]);
}

function logRlp(log: JsonValue): Rlp | null {
  if (!isObject(log)) return null;
  const address = bytesOf(log["address"]);
  const topics = allBytes(log["topics"]);
  const data = bytesOf(log["data"]);
  return address === null || topics === null || data === null ? null : [address, topics, data];
}

export function allBytes(value: JsonValue | undefined): Uint8Array[] | null {
  const all = listOf(value)?.map(bytesOf) ?? null;
  return all?.every((bytes) => bytes !== null) === true ? all : null;
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] | null {
  return Array.isArray(value) ? value : null;
}

/** Types 0 to 4; others (a deposit of an L2) have encodings of their own. */
export function typeOf(object: JsonObject): number | null {
  const type = object["type"] ?? "0x0";
  return typeof type === "string" && /^0x[0-4]$/.test(type) ? Number(type) : null;
}

export function typed(type: number, values: Rlp[]): Uint8Array {
  const encoded = encodeRlp(values);
  return type === 0 ? encoded : Uint8Array.from([type, ...encoded]);
}
