import { whole } from "../words.ts";
import type { Account } from "../config/customers.ts";
import { shortest } from "./compose/headline.ts";
import { composeNotice } from "./compose/notice.ts";
import type { ComposeTools } from "./compose/notice.ts";
import type { Traffic } from "./compose/traffic.ts";
import { dateText } from "./compose/upgrade-facts.ts";
import type { Notice } from "./compose/model.ts";
import { openEngine } from "./formats/engine.ts";
import { approvalHash, renderNotice } from "./formats/render.ts";
import type { NoticeKind, NoticeStore, StoredNotice } from "./store/store.ts";

const HOUR_MS = 3_600_000;

/** Reminders by the hours that are left; the first that fits is due. One that was missed is not sent late. */
const REMINDERS: readonly {
  readonly kind: NoticeKind;
  readonly withinHours: number;
  readonly left: string;
}[] = [
  { kind: "reminder-0", withinHours: 24, left: "Less than a day left" },
  { kind: "reminder-3", withinHours: 72, left: "Less than 3 days left" },
  { kind: "reminder-14", withinHours: 14 * 24, left: "Less than 14 days left" },
];

export interface RemindInput {
  readonly store: NoticeStore;
  /** Traffic recorded and replayed after the notices went out. */
  readonly later: Traffic;
  readonly tools: ComposeTools;
  readonly templates: string | null;
  readonly now: Date;
}

export interface RemindResult {
  /** Accounts whose newer traffic no longer has what was announced. */
  readonly resolved: readonly string[];
  readonly reminded: readonly string[];
  /** They still call what breaks, but no reminder is due, or it was drafted before. */
  readonly stillCalling: readonly string[];
  /** The newer traffic has none of their calls: nothing can be said. */
  readonly notSeen: readonly string[];
}

/**
 * Looks at newer traffic for those who were told to act: who no longer calls what breaks is resolved, who still does gets the
 * reminder that is due, as a draft to be approved like any other text.
 */
export function remind(input: RemindInput): RemindResult {
  const { store, later, tools, now } = input;
  const result = {
    resolved: [] as string[],
    reminded: [] as string[],
    stillCalling: [] as string[],
    notSeen: [] as string[],
  };
  const sent = store
    .all(tools.upgrade.id)
    .filter(
      ({ kind, state, standing }) =>
        kind === "notice" && state === "sent" && (standing === "affected" || standing === "check"),
    );
  for (const stored of sent) {
    const told = store.model(stored.id);
    const fresh = composeNotice(accountOf(store, stored, told), later, tools);
    // What is merely risky does not keep a notice open that was about something breaking.
    const still = fresh.changes.filter(
      ({ severity }) => severity === "breaking" || stored.standing === "check",
    );
    const { compared } = fresh.coverage;
    if (compared === 0) {
      result.notSeen.push(stored.account);
    } else if (still.length === 0) {
      store.setState(
        stored,
        "resolved",
        { compared, run: later.runs.map(({ facts }) => facts.header.id) },
        now,
      );
      result.resolved.push(stored.account);
    } else if (draftReminder(input, stored, { ...fresh, changes: still })) {
      result.reminded.push(stored.account);
    } else {
      result.stillCalling.push(stored.account);
    }
  }
  return result;
}

function draftReminder(
  { store, tools, templates, now }: RemindInput,
  stored: StoredNotice,
  fresh: Notice,
): boolean {
  const hoursLeft = (Date.parse(tools.upgrade.actBy) - now.getTime()) / HOUR_MS;
  const due =
    hoursLeft < 0 ? undefined : REMINDERS.find(({ withinHours }) => hoursLeft <= withinHours);
  if (due === undefined || store.current(stored.upgrade, stored.account, due.kind) !== undefined)
    return false;
  const { coverage } = fresh;
  const calls = fresh.changes.reduce((most, change) => Math.max(most, change.calls), 0);
  const period =
    coverage.from === null || coverage.to === null
      ? ""
      : ` from ${dateText(coverage.from)} to ${dateText(coverage.to)}`;
  const notice: Notice = {
    ...fresh,
    revision: stored.revision,
    title: shortest([
      `Reminder, ${due.left.toLowerCase()}: ${stored.title}`,
      `Reminder: ${stored.title}`,
    ]),
    reminder: {
      text: `${due.left}. In newer traffic${period}, ${whole(calls)} of the ${whole(coverage.compared)} calls of yours that we compared still depend on what goes away.`,
    },
    further: [],
    unlisted: 0,
    harmless: [],
    unlistedHarmless: 0,
    elsewhere: [],
  };
  const places = store.places(stored.id);
  const hash = approvalHash(renderNotice(notice, openEngine(templates, notice.language)), places);
  store.draft({ kind: due.kind, notice, hash, places }, now);
  return true;
}

/** The account as it was when the notice was drafted. */
function accountOf(store: NoticeStore, { upgrade, account }: StoredNotice, told: Notice): Account {
  const tokens = store.database
    .prepare("SELECT tokens FROM accounts WHERE upgrade = ? AND account = ?")
    .pluck()
    .get(upgrade, account) as string;
  return {
    account,
    name: told.name,
    email: null,
    slack: null,
    webhook: null,
    language: told.language,
    owner: null,
    pseudonyms: (JSON.parse(tokens) as string[]).map((token) => ({ token, app: null })),
  };
}
