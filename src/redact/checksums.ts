import { createHash } from "node:crypto";

/** Addresses that prove by a checksum of their own that they are one: no key passes for an address. */

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** 58 to the 9th still fits a double. */
const BASE58_AT_ONCE = 9;
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const BECH32_GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32_CONSTANTS: readonly number[] = [1, 0x2bc830a3];

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

/** Bitcoin's and its relatives' addresses, Avalanche's ids, Stacks' principals (also with a contract), bech32 of any chain. */
export function isCheckedAddress(text: string): boolean {
  if (/^S[PMTN][0-9A-Z]{26,40}(?:\.[A-Za-z][\w-]{0,127}(?:::[A-Za-z][\w-]{0,127})?)?$/.test(text)) {
    return isStacksAddress(text.split(".", 1)[0] ?? "");
  }
  if (text.length > 110 || text.length < 20 || !/^[0-9A-Za-z]+$/.test(text)) return false;
  return isBech32(text) || isBase58Checked(text);
}

/** Base58 of exactly so many bytes: Solana's public keys (32) and signatures (64), which have no checksum. */
export function isBase58Of(text: string, bytes: number): boolean {
  return text.length <= bytes * 1.4 && base58(text)?.length === bytes;
}

/** The bytes of a text in Base58, or undefined where it is none. */
export function base58(text: string): Buffer | undefined {
  let number = 0n;
  // Several digits at once: big numbers are slow.
  for (let at = 0; at < text.length; at += BASE58_AT_ONCE) {
    const part = text.slice(at, at + BASE58_AT_ONCE);
    let small = 0;
    for (const character of part) {
      const digit = BASE58.indexOf(character);
      if (digit === -1) return undefined;
      small = small * 58 + digit;
    }
    number = number * 58n ** BigInt(part.length) + BigInt(small);
  }
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  const hex = number === 0n ? "" : number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, "hex");
  return Buffer.concat([Buffer.alloc(zeros), bytes]);
}

function isBase58Checked(text: string): boolean {
  if (text.length < 25 || text.length > 60) return false;
  const bytes = base58(text);
  if (bytes === undefined || bytes.length < 24) return false;
  const payload = bytes.subarray(0, -4);
  // A private key for wallets (WIF) has a checksum too.
  if (payload.length === 33 && [0x80, 0xef].includes(payload[0] ?? 0)) return false;
  if (payload.length === 34 && [0x80, 0xef].includes(payload[0] ?? 0)) return false;
  const sum = bytes.subarray(-4);
  const once = sha256(payload);
  // Bitcoin hashes twice and takes the start, Avalanche hashes once and takes the end.
  return sha256(once).subarray(0, 4).equals(sum) || once.subarray(-4).equals(sum);
}

function isBech32(text: string): boolean {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return false;
  const lower = text.toLowerCase();
  const separator = lower.lastIndexOf("1");
  if (separator < 1 || lower.length - separator < 7) return false;
  // `…sec1` is how secret keys are written.
  if (/sec|priv|secret|key/.test(lower.slice(0, separator))) return false;
  const values: number[] = [];
  for (let at = 0; at < separator; at += 1) values.push(lower.charCodeAt(at) >> 5);
  values.push(0);
  for (let at = 0; at < separator; at += 1) values.push(lower.charCodeAt(at) & 31);
  for (const character of lower.slice(separator + 1)) {
    const value = BECH32.indexOf(character);
    if (value === -1) return false;
    values.push(value);
  }
  let sum = 1;
  for (const value of values) {
    const top = sum >> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of BECH32_GENERATOR.entries()) {
      if (((top >> bit) & 1) === 1) sum ^= generator;
    }
  }
  return BECH32_CONSTANTS.includes(sum);
}

/** `S`, a version and 24 bytes in Crockford's base 32, the last four a checksum over version and hash. */
function isStacksAddress(text: string): boolean {
  const version = CROCKFORD.indexOf(text[1] ?? "");
  let number = 0n;
  for (const character of text.slice(2)) {
    const digit = CROCKFORD.indexOf(character);
    if (digit === -1) return false;
    number = number * 32n + BigInt(digit);
  }
  const hex = number.toString(16);
  if (hex.length > 48) return false;
  const bytes = Buffer.from(hex.padStart(48, "0"), "hex");
  const body = Buffer.concat([Buffer.from([version]), bytes.subarray(0, 20)]);
  return sha256(sha256(body)).subarray(0, 4).equals(bytes.subarray(20));
}
