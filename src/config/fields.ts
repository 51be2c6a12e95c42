import { z } from "zod";

const DURATION_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SIZE_BYTES = {
  B: 1,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
} as const;

const UNITS = { duration: DURATION_MS, size: SIZE_BYTES } as const;
export type Quantity = keyof typeof UNITS;

/** A number with a unit, as typed on a command line or in a file; a bare number is in `bare` units. */
function quantity(
  quantityName: Quantity,
  bare: number,
  example: string,
  least = 0,
): z.ZodType<number, number | string> {
  const units: Readonly<Record<string, number>> = UNITS[quantityName];
  const names = Object.keys(units).sort((a, b) => b.length - a.length);
  const form = new RegExp(`^\\s*(\\d+(?:\\.\\d+)?)\\s*(${names.join("|")})?\\s*$`, "i");
  const type = z.union([z.number(), z.string()]).transform((value, context) => {
    const match = form.exec(String(value));
    if (!match) {
      context.addIssue({
        code: "custom",
        message: `expected something like ${example}, got "${value}"`,
      });
      return z.NEVER;
    }
    const unit = names.find((name) => name.toLowerCase() === match[2]?.toLowerCase());
    const number = Number(match[1]) * (unit === undefined ? bare : (units[unit] ?? bare));
    if (number < least) {
      context.addIssue({ code: "custom", message: `expected more than 0, got "${value}"` });
      return z.NEVER;
    }
    return number;
  });
  return type.meta({ quantity: quantityName });
}

/** A value as a person would type it: 30000 of `duration` is `30s`. */
export function typed(value: number, quantityName: Quantity): string {
  const units = Object.entries(UNITS[quantityName]).sort(([, a], [, b]) => b - a);
  const [name, factor] = units.find(([, factor]) => value % factor === 0) ?? units.at(-1)!;
  return `${value / factor}${name}`;
}

/** A duration such as `30s`, `5m`, `24h`; a bare number is seconds. Result in ms. */
export function duration({ leastMs = 0 } = {}): z.ZodType<number, number | string> {
  return quantity("duration", 1_000, "30s, 5m or 24h", leastMs);
}

/** A size such as `10MB` or `1GiB`; a bare number is bytes. Result in bytes. */
export function size(): z.ZodType<number, number | string> {
  return quantity("size", 1, "10MB or 1GiB");
}

/** A share such as `1%` or `0.01`. Result between 0 and 1. */
export function share(): z.ZodType<number, number | string> {
  return z.union([z.number(), z.string()]).transform((value, context) => {
    const match = /^\s*(\d+(?:\.\d+)?)\s*(%)?\s*$/.exec(String(value));
    const number = match ? Number(match[1]) / (match[2] ? 100 : 1) : NaN;
    if (!(number >= 0 && number <= 1)) {
      context.addIssue({
        code: "custom",
        message: `expected a share such as 1% or 0.01, got "${value}"`,
      });
      return z.NEVER;
    }
    return number;
  });
}

/** An http(s) or ws(s) URL of a node. */
export function nodeUrl(): z.ZodType<string, string> {
  return z.string().refine(isNodeUrl, { error: ({ input }) => sayNoUrl(String(input)) });
}

function isNodeUrl(value: string): boolean {
  const url = URL.parse(value);
  // Two URLs with a comma between them parse as one, of a strange host.
  const several = /,\s*(?:https?|wss?):/i.test(value);
  return url !== null && !several && ["http:", "https:", "ws:", "wss:"].includes(url.protocol);
}

/** What is wrong with it, and what was probably meant. Nothing after the host is repeated: keys stand there. */
function sayNoUrl(value: string): string {
  const expected = "expected an http, https, ws or wss URL";
  if (/^\$\{?\w/.test(value.trim()))
    return `${expected}; variables are not filled in here: leave it out, and set the SHADOWDIFF_ variable of the option`;
  const parts = value.split(",");
  if (parts.length > 1 && parts.every((part) => isNodeUrl(part.trim())))
    return `${expected}; got ${parts.length} in one: give the option once for each`;
  const [host = ""] = value.replace(/^[^/]*@/, "").split(/[/?#]/);
  const other = URL.parse(value);
  if (other !== null && other.host !== "")
    return `${expected}; got "${other.protocol}//${other.host}"`;
  return /^[\w.-]+(?::\d+)?$/.test(host) && !/^(?:https?|wss?):?$/.test(host)
    ? `${expected}; got "${host}": did you mean http://${host}?`
    : `${expected}; got something else`;
}

/** What a path of an input names: checked to be there before anything is sent. */
export type InputPath = "file" | "folder" | "file or folder";

/** A file or folder that a command reads. */
export function inputPath(what: InputPath): z.ZodString {
  return z.string().min(1).meta({ input: what });
}
