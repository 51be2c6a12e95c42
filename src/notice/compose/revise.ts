import { dateText } from "./upgrade-facts.ts";
import type { Notice } from "./model.ts";

/**
 * The next revision of a notice that was sent: its number, its history and, in sentences, what it changes. The sentences come
 * from the two texts themselves; a person's `revisionNote` stands first.
 */
export function revise(next: Notice, sent: Notice, note: string | null, at: Date): Notice {
  const changed = [...(note === null ? [] : [note]), ...whatChanged(sent, next)];
  const revision = sent.revision + 1;
  const entry = {
    revision,
    at: at.toISOString().replace(/\.\d{3}Z$/, "Z"),
    changed: changed.length === 0 ? ["The wording was corrected."] : changed,
  };
  return { ...next, revision, history: [...sent.history, entry] };
}

/** The same notice with the number, history and day of one that it replaces unsent. */
export function inPlaceOf(next: Notice, earlier: Notice): Notice {
  const { revision, history, writtenOn } = earlier;
  return { ...next, revision, history, writtenOn: writtenOn ?? next.writtenOn };
}

function whatChanged(before: Notice, after: Notice): string[] {
  const was = before.upgrade;
  const is = after.upgrade;
  const facts = [
    is.state !== was.state && is.state !== "live" ? `The upgrade is now ${is.state}.` : null,
    is.state === "live" && was.state !== "live" ? "The change is live." : null,
    is.to === was.to ? null : `The new version is ${is.to} instead of ${was.to}.`,
    is.changesAt === was.changesAt
      ? null
      : `It takes effect on ${dateText(is.changesAt)} instead of ${dateText(was.changesAt)}.`,
    is.actBy === was.actBy
      ? null
      : `Be ready by ${dateText(is.actBy)} instead of ${dateText(was.actBy)}.`,
    same(is.test, was.test)
      ? null
      : is.test === null
        ? "There is no test endpoint any more."
        : `You can test on ${is.test.endpoint}.`,
    same(is.oldVersion, was.oldVersion)
      ? null
      : is.oldVersion === null
        ? `${is.client} ${is.from} does not stay after the change.`
        : `${is.client} ${is.from} stays until ${dateText(is.oldVersion.keptUntil)}.`,
    is.rollback.possible === was.rollback.possible
      ? null
      : is.rollback.possible
        ? "We can go back if something goes wrong."
        : "We can't go back once the change is made.",
  ];
  return [...facts.filter((line) => line !== null), ...changesBetween(before, after)];
}

function changesBetween(before: Notice, after: Notice): string[] {
  const had = new Map(
    [...before.changes, ...before.further].map((change) => [change.fingerprint, change]),
  );
  const has = new Map(
    [...after.changes, ...after.further].map((change) => [change.fingerprint, change]),
  );
  const added = [...has.values()].filter(({ fingerprint }) => !had.has(fingerprint));
  const gone = [...had.values()].filter(({ fingerprint }) => !has.has(fingerprint));
  const lines = [
    ...added.slice(0, 5).map(({ sentence }) => `New: ${plain(sentence)}`),
    ...gone.slice(0, 5).map(({ sentence }) => `No longer seen in your calls: ${plain(sentence)}`),
  ];
  if (added.length + gone.length > lines.length) lines.push("More changes are in the table.");
  if (lines.length > 0 || same(counts(before), counts(after))) return lines;
  return ["The counts come from newer traffic."];
}

function counts(notice: Notice): unknown {
  return [notice.coverage, [...notice.changes, ...notice.further].map(({ calls }) => calls)];
}

function plain(sentence: string): string {
  return sentence.replaceAll("`", "");
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
