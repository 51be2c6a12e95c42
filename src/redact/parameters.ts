import { isBase58Of } from "./checksums.ts";
import { hasKeyEntropy } from "./entropy.ts";
import { isDoubtfulName } from "./member-names.ts";
import type { Grammar } from "./methods.ts";
import {
  isEthereumAddress,
  isHash,
  isHex,
  isNumber,
  isPublicAddress,
  isQuantity,
} from "./values.ts";
import { isKnownWords } from "./words.ts";

/** Hex of a method that nobody knows: the data of a token's transfer fits, a signed transaction does not. */
const LONGEST_STRICT_HEX = 138;
const TAG = /^(?:latest|earliest|pending|safe|finalized)$/;
const SPAN_OF_TIME = /^(?:\d{1,6}(?:\.\d{1,3})?(?:ns|us|µs|ms|s|m|h)){1,3}$/;
const LONGEST_CODE = 20_000;

/** What texts a method's parameters may hold. `key` is the member that the text is the value of. */
export function mayStay(grammar: Grammar, key: string | null, text: string): boolean {
  if (TAG.test(text)) return true;
  // A storage slot's key is hex; what else has such a name may be one of another kind.
  if (key !== null && isDoubtfulName(key) && !isHex(text) && !isPublicAddress(text)) {
    return isNumber(text, 10);
  }
  switch (grammar) {
    case "ethereum":
      return (
        isHex(text) ||
        isNumber(text, 78) ||
        isKnownWords(text) ||
        SPAN_OF_TIME.test(text) ||
        (key === "tracer" && isCode(text))
      );
    case "bitcoin":
      return (
        (/^[0-9a-f]+$/i.test(text) && (text.length > 40 || text.length <= 16)) ||
        isNumber(text, 20) ||
        isKnownWords(text) ||
        isPublicAddress(text) ||
        isDescriptorOfAddress(text)
      );
    case "solana":
      return (
        isBase58Of(text, 32) ||
        isBase58Of(text, 64) ||
        isNumber(text, 20) ||
        isKnownWords(text) ||
        (key === "bytes" && /^[1-9A-HJ-NP-Za-km-z]{1,175}$/.test(text)) ||
        // A message or an unsigned transaction; a signed one was taken before.
        (/^[A-Za-z0-9+/]{120,1700}={0,2}$/.test(text) && text.length % 4 === 0)
      );
    case "stacks":
      return (
        isHex(text) ||
        (key === "transaction_payload" && /^[0-9a-f]+$/i.test(text)) ||
        isNumber(text, 40) ||
        isKnownWords(text) ||
        isPublicAddress(text)
      );
    case "strict":
      return (
        (isHex(text) && text.length <= LONGEST_STRICT_HEX) ||
        isNumber(text, 20) ||
        isKnownWords(text) ||
        isPublicAddress(text)
      );
    case "sends":
      return isHash(text) || isEthereumAddress(text) || isQuantity(text) || isNumber(text, 10);
    case "keys":
      return isEthereumAddress(text) || isQuantity(text) || isNumber(text, 10);
    default:
      return grammar satisfies never;
  }
}

/** JavaScript for a tracer: of names and numbers, none of which is a key. */
function isCode(text: string): boolean {
  return (
    text.length <= LONGEST_CODE &&
    !/["'`]\s*[^"'`\s]{24,}\s*["'`]/.test(text) &&
    text.split(/[^\w$]+/).every((word) => isHex(word) || !hasKeyEntropy(word))
  );
}

/** `addr(bc1…)`, with or without a checksum after it. */
function isDescriptorOfAddress(text: string): boolean {
  const address = /^addr\(([0-9A-Za-z]+)\)(?:#[a-z0-9]{8})?$/.exec(text)?.[1];
  return address !== undefined && isPublicAddress(address);
}
