import { withoutByteLists } from "./byte-lists.ts";
import { isBase58Of } from "./checksums.ts";
import { hasKeyEntropy } from "./entropy.ts";
import { hasPhrase, withoutPhrases } from "./mnemonic.ts";
import type { Secrets } from "./secrets.ts";
import { isSignedTransaction, transactionHash } from "./signed.ts";
import { cleanUrl } from "./target.ts";
import type { Hide } from "./target.ts";
import { isToken } from "./tokens.ts";
import { isHash, isPublicAddress } from "./values.ts";
import { isKnownWords } from "./words.ts";

/** What of public data an answer consists of: forms without a mark of their own that are no keys there. */
export interface PublicForms {
  /** Addresses whose checksum is right. */
  readonly addresses?: boolean;
  /** 32 bytes in hex without `0x`, as a value of their own. */
  readonly hashes?: boolean;
  /** Any bytes in hex without `0x`. */
  readonly hex?: boolean;
  /** Keys and signatures of Solana. */
  readonly base58?: boolean;
  /** Data of accounts. */
  readonly base64?: boolean;
}

/** How texts of one exchange are cleaned. */
export interface TextCleaner {
  /** A text of prose: an error's message, a page, a header's value. */
  prose(text: string): string;
  /** A value of JSON, which may be public data as a whole. */
  value(text: string): string;
  readonly hide: Hide;
}

/** As in entropy.ts: fewer characters can't be told from a word. */
const SHORTEST_WORD = 10;
/** Hex of a signed transaction. */
const SHORTEST_RAW = 134;
/**
 * Web tokens, URLs, and words that may be keys. Each character is looked at a bounded number of times; what has no end is taken in
 * pieces, because the engine remembers each step of a loop and ends at some million.
 */
const SUSPECTS =
  /eyJ[\w-]{8,9999}\.[\w-]{4,9999}(?:\.[\w-]{0,9999})?|[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>\\^`{|}()]{1,9999}|(?:[\w+/=%~-]|\\u[0-9a-f]{4}){10,9999}/gi;
const ESCAPES = /(?:%[0-9a-f]{2})+|\\u([0-9a-f]{4})/gi;
/** Nobody encodes letters and digits but to hide what they say. */
const NEEDLESS_ESCAPES = /(?:(?:\\u00|%)(?:3\d|[46][1-9a-f]|[57][\da])){8}/i;
const WEB_TOKEN = /^eyJ[\w-]{8,}\.[\w-]{4,}/;

/**
 * `tokenOf` gives what stands for a text that the request gave away. Where the method `signs`, long hex is a transaction as
 * a value too.
 */
export function textCleaner(
  forms: PublicForms,
  secrets: Secrets,
  tokenOf: (text: string) => string | undefined,
  hide: Hide,
  signs = false,
): TextCleaner {
  const isSecret = (text: string): boolean => tokenOf(text) !== undefined;

  const mayWordStay = (text: string): boolean =>
    isToken(text) ||
    isKnownWords(text) ||
    (forms.addresses === true && isPublicAddress(text)) ||
    (forms.hex === true && /^[0-9a-f]{40,}$/i.test(text)) ||
    (forms.base58 === true && isBase58(text));
  const mayValueStay = (text: string): boolean =>
    (forms.hashes === true && isHash(text)) ||
    (forms.hex === true && text.length !== 32 && text.length % 2 === 0 && isBareHex(text)) ||
    (forms.base58 === true && isBase58(text)) ||
    (forms.base64 === true && isData(text));
  /** Base64 of anything but what the request gave away. */
  const isData = (text: string): boolean => {
    if (text.length < 40 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
      return false;
    const bytes = Buffer.from(text, "base64").toString("latin1");
    return secrets.withinBytes(bytes, "answer") === bytes;
  };

  /** Of a transaction that somebody signed, an error may say the hash. */
  const proseHex = (hex: string): string =>
    tokenOf(hex) ??
    (hex.length >= SHORTEST_RAW && isSignedTransaction(hex) ? transactionHash(hex) : hex);

  const valueHex = (hex: string): string =>
    signs && hex.length >= SHORTEST_RAW ? transactionHash(hex) : hex;

  const word = (text: string): string => {
    if (/^0x[0-9a-f]*$/i.test(text)) return proseHex(text);
    if (text.length < SHORTEST_WORD) return text;
    const whole = tokenOf(text);
    if (whole !== undefined) return whole;
    if (text.length >= SHORTEST_RAW && isBareHex(text)) {
      const hash = proseHex(`0x${text}`);
      if (hash.length < text.length) return hash;
    }
    if (mayWordStay(text)) return text;
    const plain = unescaped(text);
    if (plain !== text) {
      return NEEDLESS_ESCAPES.test(text) || prose(plain) !== plain ? hide(plain) : text;
    }
    if (isRunOfBase64(text) && hasKeyEntropy(text)) return hide(text);
    // A path or a list of words is looked at part by part.
    const parts = text.split(/([/=~+]+)/);
    if (parts.length > 1) return parts.map((part) => (part === "" ? "" : word(part))).join("");
    return hasKeyEntropy(text) ? hide(text) : text;
  };

  const prose = (text: string): string => {
    if (text.length < SHORTEST_WORD) return text;
    if (text.includes("\\u") && hasPhrase(unescaped(text))) return hide(text);
    const known = withoutByteLists(secrets.within(text), hide);
    return withoutPhrases(known, hide).replace(SUSPECTS, (found) => {
      if (WEB_TOKEN.test(found)) return hide(found);
      if (found.includes("://")) return cleanUrl(found, hide, isSecret);
      return word(found);
    });
  };

  return {
    hide,
    prose,
    value(text) {
      // Nearly all values of an answer are hex.
      if (text.charCodeAt(0) === 0x30 && (text.charCodeAt(1) | 0x20) === 0x78) {
        if (/^0x[0-9a-f]*$/i.test(text)) return tokenOf(text) ?? valueHex(text);
      }
      if (text.length < 4) return text;
      const whole = tokenOf(text);
      if (whole !== undefined) return whole;
      if (text.length < SHORTEST_WORD || isToken(text)) return text;
      return mayValueStay(text) ? text : prose(text);
    },
  };
}

/** Without percent-encoding and JSON's escapes, which the text of a text has. */
function unescaped(text: string): string {
  return text.replace(ESCAPES, (escape, unit: string | undefined) =>
    unit === undefined
      ? Buffer.from(escape.replaceAll("%", ""), "hex").toString("utf8")
      : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

function isRunOfBase64(text: string): boolean {
  return (
    text.length >= 20 &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(text) &&
    /[A-Z]/.test(text) &&
    /\d/.test(text)
  );
}

const isBase58 = (text: string): boolean => isBase58Of(text, 32) || isBase58Of(text, 64);
const isBareHex = (text: string): boolean => /^[0-9a-f]+$/i.test(text);
