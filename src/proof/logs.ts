import { keccak_256 } from "@noble/hashes/sha3.js";
import { isObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { allBytes, bytesOf, listOf } from "./encode.ts";

const BLOOM_BYTES = 256;

/** The bloom filter of logs (Yellow Paper 4.3.1): three bits of 2,048 for each address and topic. Null where it can't be told. */
export function bloomOf(logs: readonly JsonValue[]): string | null {
  const bloom = Buffer.alloc(BLOOM_BYTES);
  for (const log of logs) {
    const address = isObject(log) ? bytesOf(log["address"]) : null;
    const topics = isObject(log) ? allBytes(log["topics"]) : null;
    if (address === null || topics === null) return null;
    for (const value of [address, ...topics]) {
      const hash = Buffer.from(keccak_256(value));
      for (const at of [0, 2, 4]) {
        const bit = hash.readUInt16BE(at) & 0x7ff;
        const byte = BLOOM_BYTES - 1 - (bit >> 3);
        bloom[byte] = (bloom[byte] ?? 0) | (1 << (bit & 7));
      }
    }
  }
  return `0x${bloom.toString("hex")}`;
}

const SHARED = ["blockHash", "blockNumber", "transactionHash", "transactionIndex"] as const;

/** Whether each log names the block and the transaction of its receipt. Null without logs, or where a receipt names none. */
export function logsBelong(receipts: readonly JsonObject[]): boolean | null {
  let belong: boolean | null = null;
  for (const receipt of receipts)
    for (const log of listOf(receipt["logs"]) ?? [])
      for (const name of SHARED) {
        const own = isObject(log) ? text(log[name]) : null;
        const wanted = text(receipt[name]);
        if (own === null || wanted === null) return null;
        belong = belong !== false && own === wanted;
      }
  return belong;
}

/** The numbers of logs, in their order; null where one has none. */
export function logIndexes(logs: readonly JsonValue[]): number[] | null {
  const indexes = logs.map((log) => (isObject(log) ? countOf(log["logIndex"]) : null));
  return indexes.every((index) => index !== null) ? indexes : null;
}

export function isRun(indexes: readonly number[], start: number): boolean {
  return indexes.every((index, position) => index === start + position);
}

/** A small quantity; null where it is none. */
export function countOf(value: JsonValue | undefined): number | null {
  return typeof value === "string" && /^0x[0-9a-f]{1,13}$/i.test(value) ? Number(value) : null;
}

export function text(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value.toLowerCase() : null;
}
