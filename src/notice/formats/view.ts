import { calendarText, daysLeftText } from "../compose/upgrade-facts.ts";
import type { Notice, Standing } from "../compose/model.ts";

const URGENCY = {
  optional: "optional release",
  recommended: "recommended release",
  mandatory: "mandatory release",
  security: "security release: it can't wait",
} as const;

const ACCENT: Readonly<Record<Standing, string>> = {
  affected: "#b3261e",
  check: "#b26a00",
  informed: "#2f6f44",
  "not-seen": "#4a6078",
  unknown: "#4a6078",
};

/** A notice as the templates read it: the model and a few words that templates can't work out. */
export function noticeView(notice: Notice): object {
  const { state } = notice.upgrade;
  return {
    ...notice,
    showsChanges: state === "planned" || state === "live",
    accent: ACCENT[notice.standing],
    byLine: byLine(notice),
    pageLink: pageLink(notice),
    conditions: orJoined(notice.brief?.affectedIf ?? []),
    upgrade: upgradeView(notice.upgrade),
  };
}

/** The shared facts with the words for urgency and state. */
export function upgradeView(upgrade: Notice["upgrade"]): object {
  const isLive = upgrade.state === "live";
  return {
    ...upgrade,
    isLive,
    actsEarlier: upgrade.actBy !== upgrade.changesAt,
    urgencyText: URGENCY[upgrade.urgency],
    testLabel: upgrade.test !== null && upgrade.test.from === undefined ? "Test now" : "Test",
    effectLabel: isLive ? "Live since" : "Takes effect",
  };
}

/** "Sat 12 Dec 2026, 14:00 UTC, 21 days from 21 Nov. geth 1.17.0 answers from Tue 15 Dec 2026, 14:00 UTC; …". */
function byLine({ upgrade, writtenOn }: Notice): string {
  const { actBy, changesAt, client, to, state, test } = upgrade;
  const left = writtenOn === undefined ? "" : daysLeftText(actBy, writtenOn);
  const change =
    state === "live"
      ? `${client} ${to} has answered since ${calendarText(changesAt)}`
      : `${client} ${to} answers from ${calendarText(changesAt)}`;
  const testing =
    test === null
      ? "there is no test endpoint"
      : test.until === null
        ? "the test endpoint stays open"
        : `no test endpoint after ${calendarText(test.until)}`;
  const opens =
    test?.from === undefined || Date.parse(test.from) <= Date.parse(writtenOn ?? test.from)
      ? ""
      : `the test endpoint opens ${calendarText(test.from)}, `;
  return `${calendarText(actBy)}${state === "live" ? "" : left}. ${change}; ${opens}${testing}.`;
}

/** Where the provider put this account's page, or null. */
export function pageLink({ upgrade, account }: Notice): string | null {
  return upgrade.pages?.replaceAll("{account}", encodeURIComponent(account)) ?? null;
}

/** Phrases as one: "a, or b, or c". */
function orJoined(phrases: readonly string[]): string {
  return phrases.join(", or ");
}
