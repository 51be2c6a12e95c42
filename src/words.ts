/** Numbers as the reasons write them, and text in lines. */

/** Widest line of what a terminal shows: its usual 80 columns. */
export const WIDTH = 80;

/** 198204 → `198,204`. */
export function whole(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A rate with two significant digits, `0.0071`; with as many more as it takes to differ from `limit`. */
export function rate(value: number, limit?: number): string {
  for (let digits = 2; digits < 15; digits += 1) {
    const text = plain(value, digits);
    if (limit === undefined || value === limit || Number(text) !== limit) return text;
  }
  return String(value);
}

function plain(value: number, digits: number): string {
  if (!Number.isFinite(value)) return String(value);
  // toPrecision gives an exponent below 1e-6; a rate is easier to compare as a decimal.
  const text = Number(value.toPrecision(digits));
  return text !== 0 && Math.abs(text) < 1e-6
    ? text.toFixed(Math.min(100, digits - 1 - Math.floor(Math.log10(Math.abs(text)))))
    : String(text);
}

/** `1 call`, `3 calls`. */
export function plural(count: number, word: string): string {
  return `${whole(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** Milliseconds as people say them: `24 h`, `90 min`, `12 s`. */
export function age(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48 && Number.isInteger(hours / 24)) return `${hours / 24} days`;
  if (hours >= 1) return `${Number(hours.toFixed(1))} h`;
  const minutes = ms / 60_000;
  return minutes >= 1 ? `${Number(minutes.toFixed(1))} min` : `${Number((ms / 1000).toFixed(1))} s`;
}

/** A share between 0 and 1 for people: never "0 %" for something, never "100 %" for less than all. */
export function percentText(share: number): string {
  if (share <= 0) return "0 %";
  if (share < 0.0001) return "< 0.01 %";
  if (share < 1 && share > 0.9995) return "> 99.9 %";
  const percent = share * 100;
  return `${Number(percent.toFixed(percent < 1 ? 2 : percent < 99.5 ? 1 : 2))} %`;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `15 Jan`, in UTC. */
export function dayText(at: string): string {
  const date = new Date(at);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** `18 to 24 Nov`, `28 Nov to 2 Dec`, `24 Nov`, with years where they differ. */
export function daysText(from: string, to: string): string {
  const [first, last] = [new Date(from), new Date(to)];
  if (Number.isNaN(first.getTime()) || Number.isNaN(last.getTime())) return "an unknown day";
  if (first.getUTCFullYear() !== last.getUTCFullYear())
    return `${dayText(from)} ${first.getUTCFullYear()} to ${dayText(to)} ${last.getUTCFullYear()}`;
  if (dayText(from) === dayText(to)) return dayText(to);
  if (first.getUTCMonth() === last.getUTCMonth()) return `${first.getUTCDate()} to ${dayText(to)}`;
  return `${dayText(from)} to ${dayText(to)}`;
}

/** Text in lines of a width, broken between words: the first line begins with `lead`, the others with `indent`. */
export function folded(text: string, lead = "", indent = lead, width = WIDTH): string[] {
  return foldedPieces(text.split(" "), lead, indent, width);
}

/** The same for pieces that hold spaces and are not broken; one that is longer than a line stays whole. */
export function foldedPieces(
  pieces: readonly string[],
  lead: string,
  indent: string,
  width: number,
): string[] {
  const lines: string[] = [];
  let start = lead;
  let line = "";
  for (const piece of pieces) {
    if (line !== "" && start.length + line.length + 1 + piece.length > width) {
      lines.push(start + line);
      start = indent;
      line = piece;
    } else line = line === "" ? piece : `${line} ${piece}`;
  }
  return [...lines, start + line];
}
