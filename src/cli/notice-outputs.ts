import path from "node:path";
import { shownPlace } from "../notice/places.ts";
import type { DraftResult } from "../notice/draft.ts";
import type { RemindResult } from "../notice/remind.ts";
import type { SendResult } from "../notice/send.ts";
import type { StatusLine } from "../notice/status.ts";
import type { NoticeStore } from "../notice/store/store.ts";

const STANDINGS = {
  affected: "affected by a breaking change",
  check: "should check",
  informed: "no action expected",
  "not-seen": "no difference seen in their calls",
  unknown: "none of their calls compared",
} as const;

/** What `notice draft` prints. */
export function draftReport(result: DraftResult, cwd: string): string {
  const { summary, standings } = result;
  const strangers = summary.withoutAccount;
  return [
    `${result.drafted} drafted, ${result.unchanged} unchanged, ${result.withdrawn} withdrawn.`,
    ...Object.entries(STANDINGS).flatMap(([standing, words]) =>
      standings[standing] === undefined ? [] : [`  ${standings[standing]} ${words}`],
    ),
    ...list(
      "In the traffic, but not in the customers file",
      strangers.map(
        ({ token, calls, affected }) =>
          `${token}: ${calls} calls${affected ? ", affected by a breaking change" : ""}`,
      ),
    ),
    ...list("In the customers file, but not in the traffic", summary.withoutTraffic),
    ...list(
      "Held back until settled: only differences that may be a fault of one version",
      result.held,
    ),
    ...list("Settle before sending", summary.beforeSending),
    `Read them: ${path.relative(cwd, result.preview) || result.preview}`,
    ...(result.drafted + result.unchanged === 0
      ? []
      : [
          `Then: shadowdiff notice approve ${path.relative(cwd, path.resolve(result.preview, "../..")) || "."} --by NAME --all`,
        ]),
    "",
  ].join("\n");
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > 10 ? [`  … and ${lines.length - 10} more`] : [];
  return [`${title}:`, ...lines.slice(0, 10).map((line) => `  ${line}`), ...more];
}

/** What `notice send` prints when it does not send. */
export function dryRunReport(store: NoticeStore): string {
  const current = store.all();
  const approved = current.filter(({ state }) => state === "approved");
  const drafts = current.filter(({ state }) => state === "draft").length;
  const lines = approved.flatMap((notice) => {
    const places = store
      .places(notice.id)
      .map(({ channel, address }) => shownPlace(channel, address));
    return [
      `  ${notice.account}: ${notice.title}`,
      `    to ${places.length === 0 ? "nobody: no place" : places.join(", ")}`,
    ];
  });
  return [
    `${approved.length} approved; nothing was sent (add --send).`,
    ...lines,
    ...(drafts === 0 ? [] : [`${drafts} still to be approved.`]),
    "",
  ].join("\n");
}

/** What `notice send` prints. */
export function sendReport(result: SendResult): string {
  return [
    `${result.delivered} delivered.`,
    ...(result.waiting === 0 ? [] : [`${result.waiting} wait for another attempt: run it again.`]),
    ...(result.failed === 0
      ? []
      : [`${result.failed} failed for good: see \`shadowdiff notice status\`.`]),
    ...(result.inDoubt === 0
      ? []
      : [
          `${result.inDoubt} in doubt: they may have arrived. Look, then settle each with --delivered ID or --resend ID.`,
        ]),
    ...list("Can't be sent as things are set up", result.unavailable),
    ...list("The text is not the one that was approved: draft and approve again", result.changed),
    "",
  ].join("\n");
}

/** What `notice remind` prints. */
export function remindReport(result: RemindResult): string {
  return [
    ...list("Reminders drafted: approve and send them", result.reminded),
    ...list("Resolved: newer traffic no longer has what was announced", result.resolved),
    ...list("Still calling what breaks; no reminder is due", result.stillCalling),
    ...list("Not in the newer traffic: nothing can be said", result.notSeen),
    ...(Object.values(result).every((accounts) => accounts.length === 0)
      ? ["Nobody was told to act."]
      : []),
    "",
  ].join("\n");
}

/** What `notice status` prints. */
export function statusReport(lines: readonly StatusLine[]): string {
  const acting = lines.filter(({ hasToAct }) => hasToAct);
  const objections = lines.filter(
    ({ answer, kind }) => kind === "notice" && answer?.answer === "objects",
  );
  return [
    ...lines.flatMap(statusLines),
    "",
    `${acting.length} still have to act${acting.length === 0 ? "" : `: ${acting.map(({ account }) => account).join(", ")}`}.`,
    ...objections.map(({ account, answer }) => `${account} objects: ${answer?.reason ?? ""}`),
    "",
  ].join("\n");
}

function statusLines(line: StatusLine): string[] {
  const { account, kind, revision, state, standing, approvedBy, approvedAt, answer, hash } = line;
  const by =
    approvedBy === null
      ? `text ${hash.slice(0, 12)}`
      : `approved by ${approvedBy} ${approvedAt?.slice(0, 16).replace("T", " ")} UTC`;
  const said = answer === null ? "" : `, answered ${answer.answer}`;
  return [
    `${account}: ${standing}, ${kind} revision ${revision} ${state}, ${by}${said}`,
    ...line.places.map(({ place, state: delivery, deliveredAt, error, id }) => {
      const when = deliveredAt === null ? "" : ` ${deliveredAt.slice(0, 16).replace("T", " ")} UTC`;
      const why = error === null ? "" : ` (${error})`;
      return `  ${place}: ${delivery}${when}${why}${delivery === "in-doubt" || delivery === "failed" ? ` [${id}]` : ""}`;
    }),
  ];
}
