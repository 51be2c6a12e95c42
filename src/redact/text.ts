import { base58, isBase58Of } from "./checksums.ts";
import { hasKeyEntropy } from "./entropy.ts";
import type { Secrets } from "./secrets.ts";
import { cleanUrl } from "./target.ts";
import type { Hide } from "./target.ts";
import { isToken } from "./tokens.ts";
import { isHash, isPublicAddress } from "./values.ts";
import { isKnownWords } from "./words.ts";

/** What public data an answer is made of: decides which texts without a meaning of their own are no keys. */
export type AnswerKind = "ethereum" | "public" | "rest" | "strict";

/** How texts of one exchange are cleaned. */
export interface TextCleaner {
  /** A text of prose: an error's message, a page, a header's value. */
  prose(text: string): string;
  /** A value of JSON, which may be public data as a whole. */
  value(text: string): string;
  readonly hide: Hide;
}

const SHORTEST_WORD = 10;
/** Web tokens, URLs, and words that may be keys. Each character is looked at a bounded number of times. */
const SUSPECTS =
  /eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?|[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>\\^`{|}()]+|[\w+/=%~-]{10,}/gi;
const WEB_TOKEN = /^eyJ[\w-]{8,}\.[\w-]{4,}/;

/** `hashOf` gives what is written for long hex that must not stay, or undefined for what may. */
export function textCleaner(
  kind: AnswerKind,
  secrets: Secrets,
  hide: Hide,
  hashOf: (hex: string) => string | undefined,
): TextCleaner {
  const isSecret = (text: string): boolean => secrets.whole(text) !== undefined;

  const mayWordStay = (word: string): boolean =>
    isToken(word) ||
    isKnownWords(word) ||
    (kind !== "ethereum" && isPublicAddress(word)) ||
    (kind === "public" &&
      (/^[0-9a-f]{40,}$/i.test(word) || isBase58Of(word, 32) || isBase58Of(word, 64)));

  const word = (text: string): string => {
    if (/^0x[0-9a-f]*$/i.test(text)) return hashOf(text) ?? text;
    if (text.length < SHORTEST_WORD || mayWordStay(text)) return text;
    const whole = secrets.whole(text);
    if (whole !== undefined) return whole;
    if (isRunOfBase64(text) && hasKeyEntropy(text)) return hide(text);
    // A path or a list of words is looked at part by part.
    const parts = text.split(/([/=%~+]+)/);
    if (parts.length > 1) return parts.map((part) => (part === "" ? "" : word(part))).join("");
    return hasKeyEntropy(text) ? hide(text) : text;
  };

  const prose = (text: string): string =>
    text.length < SHORTEST_WORD
      ? text
      : secrets.within(text).replace(SUSPECTS, (found) => {
          if (WEB_TOKEN.test(found)) return hide(found);
          if (found.includes("://")) return cleanUrl(found, hide, isSecret);
          return word(found);
        });

  return {
    hide,
    prose,
    value(text) {
      // Nearly all values of an answer are hex.
      if (text.charCodeAt(0) === 0x30 && (text.charCodeAt(1) | 0x20) === 0x78) {
        if (/^0x[0-9a-f]*$/i.test(text)) return secrets.whole(text) ?? hashOf(text) ?? text;
      }
      if (text.length < 4) return text;
      const whole = secrets.whole(text);
      if (whole !== undefined) return whole;
      if (text.length < SHORTEST_WORD || isToken(text)) return text;
      if (kind === "public" && isPublicWhole(text)) return text;
      // Stack, memory and storage in traces, transactions of other chains: 32 bytes without a mark.
      if (kind !== "strict" && isHash(text)) return text;
      return prose(text);
    },
  };
}

function isRunOfBase64(text: string): boolean {
  return (
    text.length >= 20 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(text) &&
    /[A-Z]/.test(text) &&
    /\d/.test(text)
  );
}

/** Hex, Base58 and Base64 that an answer about public data consists of. */
function isPublicWhole(text: string): boolean {
  return (
    isHash(text) ||
    (/^[0-9a-f]+$/i.test(text) && text.length % 2 === 0 && text.length !== 32) ||
    (/^[1-9A-HJ-NP-Za-km-z]{32,90}$/.test(text) && [32, 64].includes(base58(text)?.length ?? 0)) ||
    (/^[A-Za-z0-9+/]{40,}={0,2}$/.test(text) && text.length % 4 === 0)
  );
}
