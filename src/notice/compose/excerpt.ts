import { plain as plainValue } from "../../diff/number-text.ts";
import { parseLossless } from "../../diff/parse.ts";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { Sample, SideText } from "../../model/run.ts";
import { shortenText, shortScalar } from "./shorten.ts";
import type { Excerpt, ExcerptLine } from "./model.ts";

const MOST_LINES = 22;
const NEIGHBOURS = 3;
/** Fields that tell a reader which thing they look at. */
const IDENTIFYING = [
  "code",
  "message",
  "data",
  "hash",
  "number",
  "transactionHash",
  "blockNumber",
  "tx_id",
  "address",
  "logIndex",
];

/** Before and after of one sample: the place that differs, with enough around it to recognise it. */
export function excerpts(
  sample: Pick<Sample, "path" | "old" | "candidate">,
  old: SideText | null,
  candidate: SideText | null,
): { readonly before: Excerpt; readonly after: Excerpt } {
  return {
    before: excerpt(sample.path, sample.old, old),
    after: excerpt(sample.path, sample.candidate, candidate),
  };
}

function excerpt(path: string, value: JsonValue | undefined, side: SideText | null): Excerpt {
  const place = path.split("/").slice(1).map(decodeSegment);
  if (place[0] === "status" || place[0] === "headers")
    return { lines: [transportLine(place, value)] };
  const body =
    side?.text === null || side?.text === undefined || side.cut !== null
      ? undefined
      : readBody(side.text);
  if (body === undefined || !holds(body, place, value))
    return { lines: withoutBody(place, value, side) };
  const lines = draw(withoutEnvelope(body, place), place, "");
  return {
    lines: lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES - 1), plain("  …")],
  };
}

function transportLine(place: readonly string[], value: JsonValue | undefined): ExcerptLine {
  const shown =
    value === undefined
      ? "(none)"
      : typeof value === "string"
        ? shortenText(value)
        : shortScalar(value);
  return {
    text:
      place[0] === "status" ? `HTTP status ${shown}` : `${shortenText(place[1] ?? "")}: ${shown}`,
    changed: true,
  };
}

function withoutBody(
  place: readonly string[],
  value: JsonValue | undefined,
  side: SideText | null,
): ExcerptLine[] {
  const name = place.at(-1);
  if (value !== undefined)
    return [
      changed(
        name === undefined
          ? shortScalar(value)
          : `${JSON.stringify(shortenText(name))}: ${shortScalar(value)}`,
      ),
    ];
  if (side !== null && side.outcome !== "reply" && side.outcome !== "fault")
    return [
      changed(`(${side.outcome}${side.status === null ? "" : `, HTTP status ${side.status}`})`),
    ];
  return [changed(name === undefined ? "(nothing)" : `(no ${shortenText(name)})`)];
}

/** A body with the text of its numbers, or undefined where it is not JSON. */
function readBody(text: string): JsonValue | undefined {
  const parsed = parseLossless(text);
  return parsed.ok ? parsed.value : undefined;
}

/**
 * Whether the body has this value at this place. Items are matched by identity, so that one side's index may be another item
 * on the other side: then the value is shown alone.
 */
function holds(body: JsonValue, place: readonly string[], value: JsonValue | undefined): boolean {
  // The whole response is told without its envelope, so that it does not compare.
  if (place.length === 0) return true;
  let here: JsonValue | undefined = body;
  for (const key of place) {
    if (here === null || typeof here !== "object") return value === undefined;
    here = Array.isArray(here)
      ? here[Number(key)]
      : Object.hasOwn(here, key)
        ? here[key]
        : undefined;
  }
  if (value === undefined) return here === undefined;
  return JSON.stringify(plainValue(here)) === JSON.stringify(value);
}

/** `jsonrpc` and `id` say nothing, unless they are what changed. */
function withoutEnvelope(body: JsonValue, place: readonly string[]): JsonValue {
  if (!isObject(body) || place[0] === "jsonrpc" || place[0] === "id") return body;
  return Object.fromEntries(
    Object.entries(body).filter(([key]) => key !== "jsonrpc" && key !== "id"),
  );
}

/** Lines of `value`, opened along `place`; everything else by its size. */
function draw(value: JsonValue, place: readonly string[], indent: string): ExcerptLine[] {
  const [next, ...rest] = place;
  if (next === undefined) return target(value, indent);
  if (Array.isArray(value)) return drawArray(value, next, rest, indent);
  if (!isObject(value)) return [changed(`${indent}${shortScalar(value)}`)];
  const keys = Object.keys(value);
  const around = keys
    .filter((key) => key !== next)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, NEIGHBOURS);
  const shown = keys.filter((key) => key === next || around.includes(key));
  const inner = `${indent}  `;
  const lines = shown.flatMap((key) => {
    const label = `${JSON.stringify(shortenText(key))}: `;
    if (key !== next) return [plain(`${inner}${label}${shortScalar(value[key] as JsonValue)}`)];
    return labelled(label, inner, draw(value[key] as JsonValue, rest, inner));
  });
  if (!keys.includes(next))
    lines.push(changed(`${inner}(no ${JSON.stringify(shortenText(next))})`));
  const left = keys.length - shown.length;
  if (left > 0) lines.push(plain(`${inner}… ${left} more field${left === 1 ? "" : "s"}`));
  return [plain(`${indent}{`), ...lines, plain(`${indent}}`)];
}

function drawArray(
  items: readonly JsonValue[],
  next: string,
  rest: readonly string[],
  indent: string,
): ExcerptLine[] {
  const inner = `${indent}  `;
  const item = items[Number(next)];
  const body =
    item === undefined ? [changed(`${inner}(no item ${next})`)] : draw(item, rest, inner);
  const left = items.length - (item === undefined ? 0 : 1);
  const more = left > 0 ? [plain(`${inner}… ${left} more item${left === 1 ? "" : "s"}`)] : [];
  return [plain(`${indent}[`), ...body, ...more, plain(`${indent}]`)];
}

/** The differing value itself: a small object is opened one level. */
function target(value: JsonValue, indent: string): ExcerptLine[] {
  if (!isObject(value) || Object.keys(value).length === 0 || Object.keys(value).length > 8)
    return [changed(`${indent}${shortScalar(value)}`)];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    isObject(item) && Object.keys(item).length <= 4
      ? labelled(`${JSON.stringify(shortenText(key))}: `, `${indent}  `, flat(item, `${indent}  `))
      : [changed(`${indent}  ${JSON.stringify(shortenText(key))}: ${shortScalar(item)}`)],
  );
  return [changed(`${indent}{`), ...inner, changed(`${indent}}`)];
}

function flat(value: JsonObject, indent: string): ExcerptLine[] {
  const fields = Object.entries(value).map(([key, item]) =>
    changed(`${indent}  ${JSON.stringify(shortenText(key))}: ${shortScalar(item)}`),
  );
  return [changed(`${indent}{`), ...fields, changed(`${indent}}`)];
}

/** Puts `"key": ` before the first of the value's lines. */
function labelled(label: string, indent: string, lines: readonly ExcerptLine[]): ExcerptLine[] {
  const [first, ...others] = lines;
  if (first === undefined) return [];
  return [{ ...first, text: `${indent}${label}${first.text.slice(indent.length)}` }, ...others];
}

function rank(key: string): number {
  const index = IDENTIFYING.indexOf(key);
  return index === -1 ? IDENTIFYING.length : index;
}

function decodeSegment(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}

function plain(text: string): ExcerptLine {
  return { text, changed: false };
}

function changed(text: string): ExcerptLine {
  return { text, changed: true };
}
