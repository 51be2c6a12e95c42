import { isCheckedAddress } from "./checksums.ts";
import { hasKeyEntropy } from "./entropy.ts";
import { isKnownWords } from "./words.ts";

/** Forms in which values are public: each says nothing of who asks. */

export const isHex = (text: string): boolean => /^0x[0-9a-f]*$/i.test(text);
/** 32 bytes, with or without `0x`: a transaction, a block, a slot. */
export const isHash = (text: string): boolean => /^(?:0x)?[0-9a-f]{64}$/i.test(text);
/** The 20 bytes of an account of Ethereum. */
export const isEthereumAddress = (text: string): boolean => /^0x[0-9a-f]{40}$/i.test(text);
/** A JSON-RPC quantity of up to 16 digits, such as a block's number. */
export const isQuantity = (text: string): boolean => /^0x[0-9a-f]{1,16}$/i.test(text);
export const isNumber = (text: string, digits: number): boolean =>
  text.length <= digits + 12 && /^-?\d+(?:\.\d{1,10})?$/.test(text) && text.length <= digits + 1;
const isDate = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text);
/** A name that somebody gave to a contract or a function of it: anything but a key. */
export const isName = (text: string): boolean =>
  /^[A-Za-z_][\w.?!-]{0,127}$/.test(text) && (isKnownWords(text) || !hasKeyEntropy(text));

/** An address whose checksum is right, with the names of a Stacks contract and its asset after it. */
export function isPublicAddress(text: string): boolean {
  if (!isCheckedAddress(text)) return false;
  const [, ...names] = text.split(/\.|::/);
  return names.every((name) => isName(name));
}

/** What anybody may know of a chain: block tags and words, numbers, hashes, addresses. */
export function isPublicValue(text: string): boolean {
  return (
    text === "" ||
    isNumber(text, 20) ||
    isHash(text) ||
    (isHex(text) && text.length <= 66) ||
    isPublicAddress(text) ||
    isDate(text) ||
    isKnownWords(text)
  );
}
