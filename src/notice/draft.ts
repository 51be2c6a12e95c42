import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Account } from "../config/customers.ts";
import type { Upgrade } from "../config/upgrade.ts";
import { composeChangelog } from "./compose/changelog.ts";
import type { ReadTexts } from "./compose/changes.ts";
import { composeNotice } from "./compose/notice.ts";
import type { AdviceOf } from "./compose/advice.ts";
import { composeSummary } from "./compose/summary.ts";
import type { NoticeLine } from "./compose/summary.ts";
import type { Traffic } from "./compose/traffic.ts";
import { upgradeFacts } from "./compose/upgrade-facts.ts";
import { inPlaceOf, revise } from "./compose/revise.ts";
import type { InternalSummary, Notice, UpgradeFacts } from "./compose/model.ts";
import { linkMaker } from "./answer-link.ts";
import { engineByLanguage } from "./formats/engine.ts";
import type { Engine } from "./formats/engine.ts";
import { approvalHash, renderNotice } from "./formats/render.ts";
import type { Rendered } from "./formats/render.ts";
import { upgradeView } from "./formats/view.ts";
import { placesOf, shownPlace } from "./places.ts";
import { writeForms } from "./write-forms.ts";
import type { NoticeStore, Place, StoredNotice } from "./store/store.ts";
import { makeFolder } from "../make-folder.ts";

export interface DraftInput {
  readonly traffic: Traffic;
  readonly upgrade: Upgrade;
  readonly accounts: readonly Account[];
  /** Draft for accounts of the file that the traffic did not show, too. */
  readonly everyone: boolean;
  /** Tell of findings, too, of which nobody has said which version is right. */
  readonly allowUnsettled: boolean;
  readonly adviceOf: AdviceOf;
  readonly readTexts: ReadTexts;
  /** Signs answer links; null leaves them out. */
  readonly secret: string | null;
  /** A team's own templates, or null. */
  readonly templates: string | null;
  /** The run as a command takes it. */
  readonly run: string;
  /** Folder for the drafts' files. */
  readonly out: string;
  readonly store: NoticeStore;
  readonly now: Date;
}

export interface DraftResult {
  readonly drafted: number;
  /** Same text as before: nothing to approve. */
  readonly unchanged: number;
  readonly withdrawn: number;
  /** Accounts of whom only unsettled differences were seen: nothing is drafted for them yet. */
  readonly held: readonly string[];
  readonly standings: Readonly<Record<string, number>>;
  readonly summary: InternalSummary;
  readonly preview: string;
}

interface DraftLine extends NoticeLine {
  readonly title: string;
  readonly revision: number;
  readonly state: string;
  readonly places: readonly string[];
  readonly folder: string;
  /** The start of the notice's text. */
  readonly preview: string;
}

/** Composes, renders and stores a draft for every account, with the public entry, the summary and a page that lists them all. */
export function draftNotices(input: DraftInput): DraftResult {
  const { traffic, accounts, everyone, adviceOf, store, out } = input;
  const upgrade = upgradeFacts(input.upgrade, input.now);
  const engineOf = engineByLanguage(input.templates);
  const told = accounts.filter(
    ({ pseudonyms }) => everyone || pseudonyms.some(({ token }) => traffic.customers.has(token)),
  );
  store.rememberAccounts(upgrade.id, accounts);
  // One transaction: a draft that fails half-way leaves the last one as it was.
  const { lines, ...tally } = store.inOne(() => draftAll(told, input, upgrade, engineOf));
  const summary = composeSummary(accounts, lines, traffic, upgrade, input.now);
  const engine = engineOf("en");
  const changelog = composeChangelog(traffic, upgrade, adviceOf, input.allowUnsettled);
  const shared = { upgrade: upgradeView(upgrade) };
  const files = {
    "changelog.md": engine.render("changelog.md", { ...changelog, ...shared }),
    "changelog.json": `${JSON.stringify(changelog, null, 2)}\n`,
    "summary.md": engine.render("summary.md", { ...summary, ...shared }),
    "summary.json": `${JSON.stringify(summary, null, 2)}\n`,
    "index.html": engine.render("preview.html", {
      ...summary,
      ...shared,
      drafts: lines,
      held: tally.held,
      counts: countsOf(lines),
      run: input.run,
      firstDoubts: summary.beforeSending.slice(0, DOUBTS),
      furtherDoubts: summary.beforeSending.slice(DOUBTS),
    }),
  };
  makeFolder(out);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(out, name), content);
  return {
    ...tally,
    standings: Object.fromEntries(
      [...Map.groupBy(lines, ({ standing }) => standing)].map(([standing, own]) => [
        standing,
        own.length,
      ]),
    ),
    summary,
    preview: path.join(out, "index.html"),
  };
}

interface Drafted {
  readonly lines: DraftLine[];
  /** Accounts of whom only unsettled differences were seen: nothing is drafted for them yet. */
  readonly held: readonly string[];
  readonly drafted: number;
  readonly unchanged: number;
  readonly withdrawn: number;
}

function draftAll(
  told: readonly Account[],
  input: DraftInput,
  upgrade: UpgradeFacts,
  engineOf: (language: string) => Engine,
): Drafted {
  const { traffic, store, now, out } = input;
  const off = upgrade.state === "cancelled" || upgrade.state === "postponed";
  const tools = {
    upgrade,
    adviceOf: input.adviceOf,
    readTexts: input.readTexts,
    allowUnsettled: input.allowUnsettled,
    writtenOn: dayOf(now),
    answerLink: linkMaker(input.upgrade.answers, input.secret, upgrade.id),
  };
  const tally = { drafted: 0, unchanged: 0, withdrawn: 0 };
  const lines: DraftLine[] = [];
  const held: string[] = [];
  for (const account of told) {
    const before = store.current(upgrade.id, account.account, "notice");
    if (off && (before === undefined || !store.mayHaveArrived(before))) {
      // Who was never told of the upgrade need not be told that it is off.
      if (before === undefined) continue;
      store.setState(before, "withdrawn", { upgrade: upgrade.state }, now);
      tally.withdrawn += 1;
      continue;
    }
    const places = placesOf(account);
    const composed = composeNotice(account, traffic, tools);
    if (onlyHeld(composed)) {
      held.push(account.account);
      // A text that tells of what is unsettled again must not go out; what was sent stands until there is more to say.
      if (before !== undefined && !store.mayHaveArrived(before)) {
        store.setState(before, "withdrawn", { held: composed.held }, now);
        tally.withdrawn += 1;
      }
      continue;
    }
    const { notice, rendered, changed } = settle(
      composed,
      before,
      places,
      engineOf(account.language),
      input,
    );
    tally[changed ? "drafted" : "unchanged"] += 1;
    writeForms(path.join(out, account.account), rendered);
    lines.push(
      lineOf(notice, places, changed ? "draft" : (before?.state ?? "draft"), rendered.text),
    );
  }
  return { lines, held, ...tally };
}

/** Nothing but what nobody has settled: "no difference seen" would be untrue, and there is nothing else to tell yet. */
function onlyHeld({ held, changes, harmless }: Notice): boolean {
  return held > 0 && changes.length === 0 && harmless.length === 0;
}

interface Settled {
  readonly notice: Notice;
  readonly rendered: Rendered;
  readonly changed: boolean;
}

/** Stores the notice as a draft unless its text is what is stored already; a sent one gets a new revision. */
function settle(
  composed: Notice,
  before: StoredNotice | undefined,
  places: readonly Place[],
  engine: Engine,
  { store, now, upgrade }: DraftInput,
): Settled {
  const earlier = before === undefined ? null : store.model(before.id);
  const same = earlier === null ? composed : inPlaceOf(composed, earlier);
  let settled = { notice: same, rendered: renderNotice(same, engine), changed: true };
  if (before !== undefined && earlier !== null) {
    if (approvalHash(settled.rendered, places) === before.hash)
      return { ...settled, changed: false };
    // Another text is of today.
    const today = { ...same, writtenOn: composed.writtenOn };
    settled = { notice: today, rendered: renderNotice(today, engine), changed: true };
    if (store.mayHaveArrived(before)) {
      const notice = revise(composed, earlier, upgrade.revisionNote ?? null, now);
      settled = { notice, rendered: renderNotice(notice, engine), changed: true };
    }
  }
  const hash = approvalHash(settled.rendered, places);
  store.draft({ kind: "notice", notice: settled.notice, hash, places }, now);
  return settled;
}

const PREVIEW = 2_500;
/** What to settle is shown above the work list as long as it does not hide it. */
const DOUBTS = 5;

/** How many drafts each filter of the page shows. */
function countsOf(lines: readonly DraftLine[]): Record<string, number> {
  const count = (fits: (line: DraftLine) => boolean): number => lines.filter(fits).length;
  return {
    open: count(({ state }) => state === "draft"),
    affected: count(({ standing }) => standing === "affected"),
    check: count(({ standing }) => standing === "check"),
    informed: count(({ standing }) => standing === "informed"),
    notSeen: count(({ standing }) => standing === "not-seen"),
    unknown: count(({ standing }) => standing === "unknown"),
  };
}

/** The day alone: drafts of one day are the same text. */
export function dayOf(now: Date): string {
  return `${now.toISOString().slice(0, 10)}T00:00:00Z`;
}

function lineOf(notice: Notice, places: readonly Place[], state: string, text: string): DraftLine {
  const { account, name, standing, coverage, title, revision } = notice;
  return {
    account,
    name,
    standing,
    coverage,
    title,
    revision,
    state,
    changes: notice.changes.map(({ sentence }) => sentence),
    places: places.map(({ channel, address }) => shownPlace(channel, address)),
    folder: account,
    preview: text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW).toWellFormed()}…`,
  };
}
