import { createHash } from "node:crypto";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { base58 } from "./checksums.ts";

/** A signed transaction is at least so long as hex; an address, a hash or a signature is shorter. */
const SHORTEST_HEX = 134;
/** An unsigned transaction of the first type has six fields; whatever is signed has more. */
const LEAST_ITEMS = 6;
/** Transactions of Solana are at most 1,232 bytes. */
const LONGEST_SOLANA = 1_700;

/** `0x` and hex → its Keccak-256 as `0x` and 64 digits: what an Ethereum network knows the transaction by. */
export function transactionHash(raw: string): string {
  const bytes = Buffer.from(raw.replace(/^0x/i, ""), "hex");
  return `0x${Buffer.from(keccak_256(bytes)).toString("hex")}`;
}

/** A Stacks transaction is posted as bytes; its id is their SHA-512/256. */
export function stacksTransactionId(bytes: Buffer): string {
  return `0x${createHash("sha512-256").update(bytes).digest("hex")}`;
}

/**
 * Whether a text decodes as a signed transaction: of Ethereum and its relatives (RLP, also with a type before it), Bitcoin,
 * Stacks or Substrate in hex, of Solana in Base58 or Base64. Whoever has it can send it, so it never stays. A block's RLP is none.
 */
export function isSignedTransaction(text: string): boolean {
  const hex = /^0x/i.test(text) ? text.slice(2) : text;
  if (hex.length >= SHORTEST_HEX && hex.length % 2 === 0 && /^[0-9a-f]+$/i.test(hex)) {
    return isRlpTransaction(hex) || isStacks(hex) || isBitcoin(hex) || isSubstrate(hex);
  }
  return text.length >= 90 && text.length <= LONGEST_SOLANA && isSolana(text);
}

/** One list that fills the rest, of at least six items, or (with blobs) with such a list as its first. */
function isRlpTransaction(hex: string): boolean {
  const type = Number.parseInt(hex.slice(0, 2), 16);
  const start = type < 0x80 ? 2 : 0;
  const outer = listAt(hex, start);
  if (outer === undefined || outer.end !== hex.length) return false;
  // Ahead of the first item stands nothing but its own head.
  const inner = start === 2 ? listAt(hex, outer.start) : undefined;
  return hasItems(hex, outer) || (inner !== undefined && hasItems(hex, inner));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the content of the RLP list at a position stands, in hex digits. */
function listAt(hex: string, at: number): Span | undefined {
  const first = Number.parseInt(hex.slice(at, at + 2), 16);
  if (!(first >= 0xc0)) return undefined;
  return spanOf(hex, at, first - 0xc0);
}

function spanOf(hex: string, at: number, short: number): Span {
  if (short <= 55) return { start: at + 2, end: at + 2 + short * 2 };
  const lengthBytes = short - 55;
  const length = Number.parseInt(hex.slice(at + 2, at + 2 + lengthBytes * 2), 16);
  const start = at + 2 + lengthBytes * 2;
  return { start, end: start + length * 2 };
}

function hasItems(hex: string, list: Span): boolean {
  let at = list.start;
  let items = 0;
  while (at < list.end && items < 64) {
    const first = Number.parseInt(hex.slice(at, at + 2), 16);
    if (Number.isNaN(first)) return false;
    if (first < 0x80) at += 2;
    else at = spanOf(hex, at, first < 0xc0 ? first - 0x80 : first - 0xc0).end;
    items += 1;
  }
  return items >= LEAST_ITEMS && (at === list.end || items === 64);
}

/** Version, chain id, how it is authorised, how the signer's key is hashed. */
function isStacks(hex: string): boolean {
  return /^(?:00|80)(?:00000001|80000000|[0-9a-f]{8})0[45]0[0-7]/i.test(hex) && hex.length > 200;
}

/** Version, inputs, outputs and lock time that fill the text exactly, with something in a script or a witness. */
function isBitcoin(hex: string): boolean {
  if (!/^0[1-3]000000/.test(hex)) return false;
  const bytes = Buffer.from(hex, "hex");
  let at = 4;
  const varInt = (): number => {
    const first = bytes[at] ?? 0;
    at += 1;
    if (first < 0xfd) return first;
    const width = first === 0xfd ? 2 : first === 0xfe ? 4 : 6;
    const value = at + width <= bytes.length ? bytes.readUIntLE(at, width) : Infinity;
    at += first === 0xff ? 8 : width;
    return value;
  };
  const hasWitness = bytes[4] === 0 && bytes[5] === 1;
  if (hasWitness) at = 6;
  let isSigned = hasWitness;
  const inputs = varInt();
  for (let input = 0; input < inputs && at < bytes.length; input += 1) {
    at += 36;
    const script = varInt();
    isSigned ||= script > 0;
    at += script + 4;
  }
  const outputs = varInt();
  for (let output = 0; output < outputs && at < bytes.length; output += 1) {
    at += 8;
    at += varInt();
  }
  const stacks = hasWitness ? inputs : 0;
  for (let input = 0; input < stacks && at < bytes.length; input += 1) {
    const items = varInt();
    for (let item = 0; item < items && at < bytes.length; item += 1) at += varInt();
  }
  return inputs > 0 && at + 4 === bytes.length && isSigned;
}

/** A length of its own (SCALE) and the mark of a signed extrinsic. */
function isSubstrate(hex: string): boolean {
  const first = Number.parseInt(hex.slice(0, 2), 16);
  const width = [1, 2, 4, 0][first & 3] ?? 0;
  if (width === 0) return false;
  const length = Buffer.from(hex.slice(0, width * 2), "hex").readUIntLE(0, width) >>> 2;
  const mark = hex.slice(width * 2, width * 2 + 2);
  return length === hex.length / 2 - width && /^8[45]$/.test(mark);
}

/** Signatures that are not all zero, then a message that asks for as many. */
function isSolana(text: string): boolean {
  const bytes = /^[1-9A-HJ-NP-Za-km-z]+$/.test(text)
    ? base58(text)
    : /^[A-Za-z0-9+/]+={0,2}$/.test(text)
      ? Buffer.from(text, "base64")
      : undefined;
  if (bytes === undefined) return false;
  const signatures = bytes[0] ?? 0;
  const message = 1 + signatures * 64;
  if (signatures === 0 || signatures > 12 || bytes.length < message + 36) return false;
  const isVersioned = (bytes[message] ?? 0) >= 0x80;
  const wanted = bytes[message + (isVersioned ? 1 : 0)];
  return wanted === signatures && bytes.subarray(1, message).some((byte) => byte !== 0);
}
