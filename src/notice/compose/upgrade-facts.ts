import type { Upgrade } from "../../config/upgrade.ts";
import { dayText } from "../../words.ts";
import type { Moment, UpgradeFacts } from "./model.ts";

/** The upgrade file as the notices of one moment state it: `live` once the change has happened, a timeline in order. */
export function upgradeFacts(upgrade: Upgrade, now: Date): UpgradeFacts {
  const { test, oldVersion, rollback } = upgrade;
  const passed = Date.parse(upgrade.changesAt) <= now.getTime();
  return {
    id: upgrade.id,
    network: upgrade.network,
    endpoint: upgrade.endpoint,
    client: upgrade.client,
    from: upgrade.from,
    to: upgrade.to,
    urgency: upgrade.urgency,
    state: upgrade.state === "planned" && passed ? "live" : upgrade.state,
    releaseNotes: upgrade.releaseNotes ?? null,
    changesAt: seconds(upgrade.changesAt),
    actBy: seconds(upgrade.actBy ?? defaultActBy(upgrade, now)),
    test:
      test === "none"
        ? null
        : {
            endpoint: test.endpoint,
            ...(test.from !== undefined && { from: seconds(test.from) }),
            until: test.until === undefined ? null : seconds(test.until),
            how: test.how ?? null,
          },
    oldVersion:
      oldVersion === "none"
        ? null
        : {
            keptUntil: seconds(oldVersion.keptUntil),
            endpoint: oldVersion.endpoint ?? null,
            how: oldVersion.how ?? null,
          },
    rollback: { possible: rollback.possible, note: rollback.note ?? null },
    timeline: timeline(upgrade, upgrade.actBy ?? defaultActBy(upgrade, now)),
    contact: [upgrade.contact.email, upgrade.contact.url, upgrade.contact.slack].filter(
      (place) => place !== undefined,
    ),
    unchanged: upgrade.unchanged,
    notes: upgrade.notes,
    changelog: upgrade.changelog ?? null,
    pages: upgrade.pages ?? null,
  };
}

/** Days before the change by which customers are to be ready, so that what is missed can still be mended. */
const READY_DAYS = 3;
const DAY_MS = 86_400_000;

function defaultActBy({ changesAt, urgency }: Upgrade, now: Date): string {
  const early = Date.parse(changesAt) - READY_DAYS * DAY_MS;
  return urgency === "security" || early <= now.getTime()
    ? changesAt
    : new Date(early).toISOString();
}

function timeline(upgrade: Upgrade, actBy: string): Moment[] {
  const { client, to, from, test, oldVersion } = upgrade;
  const moments: Moment[] = [
    ...upgrade.timeline,
    { at: upgrade.changesAt, what: `Your traffic is answered by ${client} ${to}.` },
  ];
  if (Date.parse(actBy) !== Date.parse(upgrade.changesAt))
    moments.push({ at: actBy, what: "Be ready by now." });
  if (test !== "none" && test.from !== undefined)
    moments.push({ at: test.from, what: "The test endpoint opens." });
  if (test !== "none" && test.until !== undefined)
    moments.push({ at: test.until, what: "The test endpoint is switched off." });
  if (oldVersion !== "none")
    moments.push({ at: oldVersion.keptUntil, what: `${client} ${from} is switched off.` });
  return moments
    .map(({ at, what }) => ({ at: seconds(at), what: sentenceCase(what) }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** A person's words as a sentence of their own: "the new version can be tried" stands among sentences. */
function sentenceCase(text: string): string {
  const end = /[.!?]$/.test(text) ? "" : ".";
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

function seconds(at: string): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** `2026-12-15 14:00 UTC`. */
export function dateText(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `Fri 15 Jan 2027, 14:00 UTC`. */
export function calendarText(at: string): string {
  const date = new Date(at);
  return `${DAYS[date.getUTCDay()]} ${dayText(at)} ${date.getUTCFullYear()}, ${at.slice(11, 16)} UTC`;
}

/** ", 24 days after this notice was written"; nothing where the day has come. */
export function daysLeftText(at: string, writtenOn: string): string {
  const days = Math.floor((Date.parse(at) - Date.parse(writtenOn)) / DAY_MS);
  return days > 0 ? `, ${days} ${days === 1 ? "day" : "days"} from ${dayText(writtenOn)}` : "";
}

/** What is odd about an upgrade's dates beside one another, in sentences; empty where nothing is. */
export function dateDoubts(
  { changesAt, actBy, test, oldVersion, state, timeline }: UpgradeFacts,
  now: Date,
): string[] {
  const doubts: [boolean, string][] = [
    [
      Date.parse(actBy) > Date.parse(changesAt),
      `Customers are asked to be ready by ${dateText(actBy)}, after the change of ${dateText(changesAt)}.`,
    ],
    [
      state === "planned" && Date.parse(actBy) < now.getTime(),
      `The day by which to be ready, ${dateText(actBy)}, has passed.`,
    ],
    [
      test?.from !== undefined && Date.parse(test.from) >= Date.parse(actBy),
      `The test endpoint opens on ${dateText(test?.from ?? actBy)}, no earlier than customers have to be ready (${dateText(actBy)}).`,
    ],
    [
      test?.from !== undefined &&
        test.until !== null &&
        Date.parse(test.until) <= Date.parse(test.from),
      `The test endpoint ends on ${dateText(test?.until ?? actBy)}, before it opens.`,
    ],
    [
      test?.until !== undefined &&
        test?.until !== null &&
        Date.parse(test.until) <= Date.parse(actBy),
      `The test endpoint ends on ${dateText(test?.until ?? actBy)}, no later than customers have to be ready (${dateText(actBy)}): who is late can't test.`,
    ],
    [
      oldVersion !== null && Date.parse(oldVersion.keptUntil) < Date.parse(changesAt),
      `The old version is switched off on ${dateText(oldVersion?.keptUntil ?? changesAt)}, before the change of ${dateText(changesAt)}.`,
    ],
    [
      state === "planned" && Date.parse(changesAt) - now.getTime() < 7 * DAY_MS,
      `The change of ${dateText(changesAt)} is less than a week away.`,
    ],
    [
      timeline.some(
        (moment) => moment.at === changesAt && moment.what === "The test endpoint is switched off.",
      ),
      "The test endpoint is switched off in the minute of the change.",
    ],
  ];
  return doubts.filter(([odd]) => odd).map(([, text]) => text);
}
