import { SIGN_RULES, type Sign } from "./signs.ts";

export type Urgency = "security" | "mandatory" | "recommended" | "optional";

/** A sentence of the notes that says why. */
export interface Said {
  readonly sign: Sign;
  readonly sentence: string;
}

export interface Triage {
  readonly urgency: Urgency;
  readonly said: readonly Said[];
  /** When a network changes, as far as the notes say it in a form that can be read. RFC 3339. */
  readonly dates: readonly string[];
  /** False where the notes say that there is no way back. */
  readonly rollback: boolean;
}

/** Notes are read so far, and so many sentences of one sign are kept: nobody reads more, and they may be hostile. */
const NOTES_LENGTH = 200_000;
const SENTENCES = 12;
const SENTENCE_LENGTH = 400;

/** What the notes of a release say of it, each thing with the sentence that says so. Words are read, never believed beyond that. */
export function triage(notes: string, title = ""): Triage {
  const counts = new Map<Sign, number>();
  const said: Said[] = [];
  // "It is scheduled:" and a list of networks with their dates below.
  let opensList = false;
  for (const sentence of sentencesOf(`${title}\n${notes}`.slice(0, NOTES_LENGTH))) {
    const isItem: boolean = opensList && new RegExp(DATE.source, "i").test(sentence);
    const before = said.length;
    for (const { sign, says, unless } of SIGN_RULES) {
      if (!says.test(sentence) || unless?.test(sentence) === true) continue;
      const count = counts.get(sign) ?? 0;
      counts.set(sign, count + 1);
      if (count < SENTENCES) said.push({ sign, sentence });
    }
    const own = said.slice(before).map(({ sign }) => sign);
    if (isItem && !own.includes("mandatory") && (counts.get("mandatory") ?? 0) < SENTENCES) {
      counts.set("mandatory", (counts.get("mandatory") ?? 0) + 1);
      said.push({ sign: "mandatory", sentence });
    }
    opensList = isItem || (own.includes("mandatory") && sentence.endsWith(":"));
  }
  const has = (sign: Sign): boolean => counts.has(sign);
  return {
    urgency: has("security")
      ? "security"
      : has("mandatory")
        ? "mandatory"
        : has("recommended")
          ? "recommended"
          : "optional",
    said,
    dates: datesOf(said.filter(({ sign }) => sign === "mandatory")),
    rollback: !has("no-rollback"),
  };
}

/** A line or a sentence each, without Markdown's marks. Headings stand alone; code blocks say nothing. */
function sentencesOf(notes: string): string[] {
  const prose = notes.replaceAll("\r", "").replaceAll(/```[\s\S]*?(?:```|$)/g, "\n");
  return prose
    .split("\n")
    .flatMap((line) => plain(line).split(/(?<=[.!?])\s+(?=[A-Z*_`])/))
    .map((sentence) => sentence.trim().slice(0, SENTENCE_LENGTH))
    .filter((sentence) => sentence.length > 3);
}

function plain(line: string): string {
  return line
    .slice(0, 4_000)
    .replace(/^[\s>#*+-]+/, "")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[*`]/g, "")
    .replaceAll(/(?<![\w])_{1,2}(?=\w)|(?<=\w)_{1,2}(?![\w])/g, "")
    .replaceAll(/<[^>]*>/g, "");
}

const MONTHS =
  "january|february|march|april|may|june|july|august|september|october|november|december";
const DATE = new RegExp(
  String.raw`\b(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?|\b(?:(${MONTHS})\s+(\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(${MONTHS})),?\s+(\d{4})(?:,?\s*(?:at|@)?\s*(\d{1,2}:\d\d(?::\d\d)?)(?:\s*([ap])\.?m\b)?)?|\b(1[6-9]\d{8}|2\d{9})\b`,
  "gi",
);

/** Dates in sentences that speak of a fork: written out, ISO, or Unix seconds. Read as UTC. */
function datesOf(said: readonly Said[]): string[] {
  const found = new Set<string>();
  for (const { sentence } of said) {
    for (const match of sentence.matchAll(DATE)) {
      const [, iso, isoTime, month1, day1, day2, month2, year, time, half, unix] = match;
      const month = (month1 ?? month2)?.toLowerCase();
      const day = day1 ?? day2;
      const date =
        unix !== undefined
          ? new Date(Number(unix) * 1_000)
          : iso !== undefined
            ? new Date(`${iso}T${isoTime ?? "00:00"}Z`)
            : new Date(
                `${year}-${two(MONTHS.split("|").indexOf(month ?? "") + 1)}-${two(Number(day))}T${in24Hours(time ?? "00:00", half)}Z`,
              );
      if (!Number.isNaN(date.getTime())) found.add(date.toISOString());
    }
  }
  return [...found].sort();
}

/** `09:49:11` of the second half of the day is `21:49:11`. */
function in24Hours(time: string, half: string | undefined): string {
  const [hour = "0", ...rest] = time.split(":");
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  return [two(hours), ...rest].join(":");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
