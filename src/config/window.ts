import { z } from "zod";
import type { Window } from "../model/window.ts";
import { duration } from "./fields.ts";

const LENGTH = duration();
const MOMENT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
/** A number without a unit would be seconds to some and minutes to others. */
const WITH_UNIT = /^\s*\d+(?:\.\d+)?\s*[a-z]+\s*$/i;

/** Reads `10m`, `48h` or a moment (RFC 3339; a day is its midnight in UTC). Null for what is neither. */
export function parseWindow(text: string): Window | null {
  if (MOMENT.test(text)) {
    const since = Date.parse(
      text.length > 10 && !/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text,
    );
    return Number.isNaN(since) ? null : { since, text };
  }
  const length = WITH_UNIT.test(text) ? LENGTH.safeParse(text) : null;
  return length?.success === true && length.data > 0
    ? { last: length.data, text: text.trim() }
    : null;
}

/** The option: only what was compared in this window counts. */
export function windowField(): z.ZodType<Window> {
  return z.string().transform((text, context) => {
    const window = parseWindow(text);
    if (window !== null) return window;
    context.addIssue({
      code: "custom",
      message: `expected something like 1h, 48h or 2026-11-25T10:00:00Z, got "${text}"`,
    });
    return z.NEVER;
  });
}
