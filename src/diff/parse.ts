import { isAscii, isUtf8 } from "node:buffer";
import type { JsonValue } from "../model/json.ts";
import { markNumber } from "./number-text.ts";

/** A body as a string. Bytes that are not UTF-8 are read one by one, so that two different bodies never read alike. */
export function decode(body: Buffer): string {
  if (isAscii(body)) return body.toString("latin1");
  return isUtf8(body) ? body.toString("utf8") : body.toString("latin1");
}

/**
 * After `:`, `,`, `[` or white space: what may begin a number of 16 digits or more, with a fraction or exponent, or minus
 * zero. Looked for in every body that is parsed, so it is kept to what V8 scans fastest (a quarter of the time of parsing).
 */
const HINT = /[:,[\s](?:-0|-?\d{16}|-?\d+[.eE])/;

/** The number itself. It may also match inside a string; see below for why that does no harm. */
const RISKY =
  /(^|[:,[\s])(-?\d{16}[\d.eE+-]*|-?\d+[.eE][\d.eE+-]*|-0(?![\d.eE]))(?=\s*(?:[,\]}]|$))/;
const RISKY_ALL = new RegExp(RISKY.source, "g");

/** A body that is a number and nothing else. */
const BARE = /^-?\d/;

/** Whether a body may hold a number that a double would change. */
export function mayHoldRiskyNumber(text: string): boolean {
  return HINT.test(text) || BARE.test(text);
}

export type Parsed =
  | {
      readonly ok: true;
      readonly value: JsonValue;
      /** Whether some numbers are kept as text. */
      readonly marked: boolean;
    }
  | { readonly ok: false };

/** Parses JSON with numbers as doubles: enough where no number is compared. */
export function parsePlain(text: string): Parsed {
  return parse(text, false);
}

/**
 * Parses JSON and keeps the text of numbers that a double would change (see number-text.ts). Most bodies have none and
 * cost one scan more than JSON.parse.
 *
 * Risky numbers are rewritten to marked strings before parsing. Where the scan hit the inside of a string, the quote put
 * there ends that string early and the escape after it is a syntax error, always: then the reviver does the work.
 */
export function parseLossless(text: string): Parsed {
  if (mayHoldRiskyNumber(text)) {
    const marked = text.replace(
      RISKY_ALL,
      (_, before: string, number: string) =>
        // Anything that is no number on its own must stay a syntax error.
        `${before}${NUMBER.test(number) ? JSON.stringify(markNumber(number)) : "?"}`,
    );
    const rewritten = parse(marked, true);
    return rewritten.ok ? rewritten : parse(text, true, keepText);
  }
  return parse(text, false);
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function parse(
  text: string,
  marked: boolean,
  reviver?: (key: string, value: unknown) => unknown,
): Parsed {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is a JSON value
    return { ok: true, value: JSON.parse(text, reviver) as JsonValue, marked };
  } catch (error) {
    // The reviver recurses and runs out of stack past some thousand levels; JSON.parse alone does not.
    return reviver && error instanceof RangeError ? parse(text, false) : { ok: false };
  }
}

function keepText(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source;
  return typeof value === "number" && source !== undefined && RISKY.test(source)
    ? markNumber(source)
    : value;
}
