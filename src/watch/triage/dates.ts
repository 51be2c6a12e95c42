const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH = String.raw`(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`;
const DAY = String.raw`\d{1,2}(?:st|nd|rd|th)?`;
const TIME = String.raw`\d{1,2}[:.]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?|\d{4}(?=\s*(?:utc|gmt)\b)`;
const ZONE = String.raw`(?:\s*\(?(utc[+-]\d{1,2}(?::?\d\d)?|utc|gmt|z|[ecmp][sd]t|cest|cet|bst|[+-]\d\d:\d\d)\b\)?)?`;
/** "at", "around", a comma or a bracket between a day and its time. */
const BETWEEN = String.raw`[\s,@(-]*(?:(?:at|around|approximately|approx\.?|~)\s+)*`;

/** Hours east of UTC. */
const OFFSETS: Readonly<Record<string, number>> = {
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  cet: 1,
  cest: 2,
  bst: 1,
};

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly time?: string | undefined;
  readonly zone?: string | undefined;
}

type Form = readonly [RegExp, (match: RegExpMatchArray) => Parts];

const form = (source: string): RegExp => new RegExp(source, "gi");

/** The longer forms first: what one has read is not read again. */
const FORMS: readonly Form[] = [
  // 2026-05-21 14:00 UTC, 2026-05-21T14:00:00+02:00
  [
    form(String.raw`\b(\d{4})-(\d\d)-(\d\d)(?:(?:t|[\s,]+(?:at\s+)?)(${TIME})${ZONE})?`),
    ([, year = "", month = "", day = "", time, zone]) => ({ year, month, day, time, zone }),
  ],
  // Thu Jan 11 17:00:01 UTC 2024
  [
    form(String.raw`\b(${MONTH})\s+(${DAY}),?\s+(${TIME})${ZONE}\s+(\d{4})\b`),
    ([, month = "", day = "", time, zone, year = ""]) => ({ year, month, day, time, zone }),
  ],
  // Wed 24 Sep 23:00:00 UTC 2025
  [
    form(String.raw`\b(${DAY})\s+(${MONTH})\s+(${TIME})${ZONE}\s+(\d{4})\b`),
    ([, day = "", month = "", time, zone, year = ""]) => ({ year, month, day, time, zone }),
  ],
  // 10:27:35 PM UTC on April 12, 2023
  [
    form(
      String.raw`\b(${TIME})${ZONE}\s*(?:,|on)\s+(?:[a-z]{3,9},?\s+)?(${MONTH})\s+(${DAY}),?\s+(\d{4})\b`,
    ),
    ([, time, zone, month = "", day = "", year = ""]) => ({ year, month, day, time, zone }),
  ],
  // December 3rd, 2025 at 09:49:11pm UTC
  [
    form(String.raw`\b(${MONTH})\s+(${DAY}),?\s+(\d{4})\b(?:${BETWEEN}(${TIME})${ZONE})?`),
    ([, month = "", day = "", year = "", time, zone]) => ({ year, month, day, time, zone }),
  ],
  // 3 December 2026, 21:49 UTC
  [
    form(
      String.raw`\b(${DAY})\s+(?:of\s+)?(${MONTH}),?\s+(\d{4})\b(?:${BETWEEN}(${TIME})${ZONE})?`,
    ),
    ([, day = "", month = "", year = "", time, zone]) => ({ year, month, day, time, zone }),
  ],
];

/** Seconds of Unix time that a network may plan with: September 2020 to December 2034. */
const UNIX = /\b(1[6-9]\d{8}|20[0-4]\d{7})\b/g;
/** Values that somebody may set so that nothing happens are no dates. */
const SET_ASIDE = /--?[\w.-]*override[\w.-]*[\s=]+\d+|far[- ]future[^.;]*/gi;

/** Dates of a text, RFC 3339: written out in any usual order, ISO, or Unix seconds. Without a zone they are read as UTC. */
export function datesIn(text: string): string[] {
  let rest = text.replaceAll(SET_ASIDE, " ");
  const found: string[] = [];
  for (const [expression, partsOf] of FORMS) {
    rest = rest.replaceAll(expression, (...all: unknown[]) => {
      const date = dateOf(partsOf(all.slice(0, -2) as unknown as RegExpMatchArray));
      if (date !== null) found.push(date);
      return " ; ";
    });
  }
  for (const [, seconds] of rest.matchAll(UNIX))
    found.push(new Date(Number(seconds) * 1_000).toISOString());
  return found;
}

function dateOf({ year, month, day, time, zone }: Parts): string | null {
  const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  const index = named >= 0 ? named : Number(month) - 1;
  const dayOfMonth = Number.parseInt(day, 10);
  const [hours, minutes, seconds] = clockOf(time);
  const at = Date.UTC(Number(year), index, dayOfMonth, hours, minutes, seconds);
  const date = new Date(at - offsetOf(zone) * 60_000);
  const plain = new Date(at);
  // 31 February, 25:00: no such day or hour.
  return Number.isNaN(at) || plain.getUTCDate() !== dayOfMonth || plain.getUTCMonth() !== index
    ? null
    : date.toISOString();
}

/** Hours, minutes and seconds of `09:49:11pm`, `10.30 AM`, `1800`. */
function clockOf(time: string | undefined): [number, number, number] {
  const text = (time ?? "0:00").toLowerCase();
  const digits = text.match(/\d+/g)?.map(Number) ?? [];
  const [first = 0, minutes = 0, seconds = 0] =
    digits.length === 1 && (digits[0] ?? 0) >= 100
      ? [Math.floor((digits[0] ?? 0) / 100), (digits[0] ?? 0) % 100]
      : digits;
  const half = /([ap])\.?m/.exec(text)?.[1];
  const hours = half === undefined ? first : (first % 12) + (half === "p" ? 12 : 0);
  return [hours, minutes, seconds];
}

/** Minutes east of UTC. */
function offsetOf(zone: string | undefined): number {
  const text = (zone ?? "utc").toLowerCase();
  const named = OFFSETS[text];
  if (named !== undefined) return named * 60;
  const match = /([+-])(\d{1,2}):?(\d\d)?/.exec(text);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === "-" ? -minutes : minutes;
}

const HEIGHT =
  /\b(block|epoch|slot|height)s?(?:[ -](?:number|height|no\.?))?(?:\s+is|\s+of)?(?:\s+set)?(?:\s+to)?\s*[:#=]?\s*(\d{1,3}(?:[_,']\d{3})+|\d{3,12})\b(?!-)/gi;

/** Heights of a text, each with what it counts: `block 840360`, `epoch 269568`. Separators of thousands are left out. */
export function heightsIn(text: string): string[] {
  return [...text.matchAll(HEIGHT)].map(([, unit = "", number = ""]) => {
    const counted = unit.toLowerCase();
    return `${counted === "height" ? "block" : counted} ${number.replaceAll(/[_,']/g, "")}`;
  });
}
