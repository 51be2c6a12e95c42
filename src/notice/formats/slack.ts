import { whole } from "../../words.ts";
import type { AccountChange, Notice } from "../compose/model.ts";
import { dateText } from "../compose/upgrade-facts.ts";
import { pageLink } from "./view.ts";
import { isLink, oneLine, phraseParts, visible } from "./visible.ts";

/** Slack's limits on a message of blocks, and our own on the whole: longer ones were refused well below the documented 40,000. */
export const SLACK_LIMITS = {
  blocks: 50,
  header: 150,
  section: 3_000,
  fallback: 4_000,
  whole: 12_000,
} as const;

interface SlackBlock {
  readonly type: "header" | "section" | "divider" | "context";
  readonly text?: SlackText;
  readonly elements?: readonly SlackText[];
}

type SlackText =
  | { readonly type: "plain_text"; readonly text: string; readonly emoji: false }
  | { readonly type: "mrkdwn"; readonly text: string; readonly verbatim: true };

export interface SlackMessage {
  /** For notifications and readers that show no blocks. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** A notice as a Slack message: the head always, changes as far as the limits allow, and how many were left out. */
export function slackMessage(notice: Notice): SlackMessage {
  const { upgrade } = notice;
  const shows = upgrade.state === "planned" || upgrade.state === "live";
  const head: SlackBlock[] = [
    {
      type: "header",
      text: {
        type: "plain_text",
        text: cut(plain(notice.title), SLACK_LIMITS.header),
        emoji: false,
      },
    },
    section(`*Do you have to act?* ${phrase(notice.headline)}`),
    ...(shows ? brief(notice) : []),
    ...(notice.reminder === null ? [] : [section(`*Reminder:* ${text(notice.reminder.text)}`)]),
    ...notice.history
      .flatMap(({ changed }) =>
        changed.map((line) => section(`*New in this revision:* ${text(line)}`)),
      )
      .slice(-5),
  ];
  const tail: SlackBlock[] = [
    ...(shows ? [section(facts(notice))] : []),
    section(answers(notice)),
    {
      type: "context",
      elements: [
        mrkdwn(`Notice ${text(notice.id)}, revision ${notice.revision}. ${leadsTo(notice)}`),
      ],
    },
  ];
  const changes = shows
    ? [...notice.changes, ...notice.further].map((change, index) =>
        section(changeText(change, index + 1, notice)),
      )
    : [];
  const blocks = fit(head, changes, tail, shows ? notice.unlisted : 0);
  return {
    text: cut(`${text(notice.title)}: ${phrase(notice.headline)}`, SLACK_LIMITS.fallback),
    blocks,
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** Where everything is: the page, or the mail. */
function leadsTo(notice: Notice): string {
  const page = pageLink(notice);
  return page === null
    ? "The e-mail has everything."
    : `Everything is on its ${link(page, "page")}.`;
}

function fit(
  head: SlackBlock[],
  changes: SlackBlock[],
  tail: SlackBlock[],
  unlisted: number,
): SlackBlock[] {
  const fixed = [...head, ...tail];
  let size = fixed.reduce((sum, block) => sum + JSON.stringify(block).length, 200);
  const kept: SlackBlock[] = [];
  for (const block of changes) {
    const next = JSON.stringify(block).length;
    if (fixed.length + kept.length + 2 > SLACK_LIMITS.blocks || size + next > SLACK_LIMITS.whole)
      break;
    kept.push(block);
    size += next;
  }
  const left = changes.length - kept.length + unlisted;
  const more =
    left > 0
      ? [section(`… and ${whole(left)} more ${left === 1 ? "change" : "changes"} of your calls.`)]
      : [];
  return [...head, ...kept, ...more, ...tail];
}

function changeText(change: AccountChange, index: number, { upgrade }: Notice): string {
  const { evidence, advice, estimate } = change;
  const all = estimate.exact ? "" : `, about ${whole(estimate.calls)} in all your traffic`;
  const last = change.lastSeen === null ? "" : `, last ${dateText(change.lastSeen)}`;
  const lines = [
    `*${index}.* ${phrase(change.sentence)} ${whole(change.calls)} of your calls${all}${last}.`,
    advice === null ? "" : `*Do:* ${text(advice.action)}`,
    evidence === null
      ? ""
      : `In your logs: ${evidence.at === null ? "" : `${evidence.at} `}${code(evidence.request)}`,
    ...shownChange(evidence, upgrade),
  ].filter((line) => line !== "");
  // Whole lines only: a cut in the middle of a code block would leave it open.
  let fitting = "";
  for (const line of lines)
    if (fitting.length + line.length < SLACK_LIMITS.section)
      fitting += `${fitting === "" ? "" : "\n"}${line}`;
  return fitting;
}

/** The change as one line where it is one, else before and after. */
function shownChange(
  evidence: AccountChange["evidence"],
  { from, to }: Notice["upgrade"],
): string[] {
  if (evidence === null) return [];
  if (evidence.line !== null && evidence.line !== undefined) return [code(evidence.line)];
  return [
    `Before (${text(from)}):\n${block(evidence.before.lines, "-")}`,
    `After (${text(to)}):\n${block(evidence.after.lines, "+")}`,
  ];
}

/** The three lines that a reader needs in ten seconds. */
function brief({ brief: told }: Notice): SlackBlock[] {
  if (told === null || told === undefined) return [];
  const more = told.moreConditions > 0 ? `, or as ${whole(told.moreConditions)} more below` : "";
  const found = [
    told.inCode.length === 0 ? "" : `${told.inCode.map(code).join(", ")} in your code`,
    told.inLogs.length === 0 ? "" : `${told.inLogs.map(code).join(", ")} in your logs`,
  ].filter((part) => part !== "");
  return [
    section(`*You are affected if* your code ${phrase(told.affectedIf.join(", or "))}${more}.`),
    section(
      [
        `*Change:* ${text(told.actions.join(" "))}`,
        ...(found.length === 0 ? [] : [`*Look for* ${found.join("; ")}`]),
      ].join("\n"),
    ),
  ];
}

function facts({ upgrade }: Notice): string {
  const { test, oldVersion } = upgrade;
  return [
    `*Network:* ${text(upgrade.network)}, ${code(upgrade.endpoint)}`,
    `*Change:* ${text(`${upgrade.client} ${upgrade.from} → ${upgrade.to}`)}`,
    `*${upgrade.state === "live" ? "Live since" : "Takes effect"}:* ${dateText(upgrade.changesAt)} · *Ready by:* ${dateText(upgrade.actBy)}`,
    `*${test?.from === undefined ? "Test now" : "Test"}:* ${test === null ? "no preview" : code(test.endpoint)}${test?.from === undefined ? "" : ` from ${dateText(test.from)}`}`,
    `*Old version:* ${oldVersion === null ? "does not stay" : `stays until ${dateText(oldVersion.keptUntil)}`}`,
  ].join("\n");
}

function answers({ answer, upgrade }: Notice): string {
  const links = [
    answer.ready === null ? "" : link(answer.ready, "We are ready"),
    answer.objects === null ? "" : link(answer.objects, "We object"),
    `Questions and answers: ${upgrade.contact.map(contact).join(", ")}`,
  ];
  return links.filter((part) => part !== "").join(" · ");
}

function contact(place: string): string {
  return isLink(`mailto:${place}`) ? `<mailto:${place}|${place}>` : text(place);
}

function section(content: string): SlackBlock {
  return { type: "section", text: mrkdwn(cut(content, SLACK_LIMITS.section)) };
}

function mrkdwn(content: string): SlackText {
  return { type: "mrkdwn", text: content, verbatim: true };
}

/** Plain text is not parsed for marks; the joiner keeps it so wherever a reader parses it after all. */
function plain(raw: string): string {
  return oneLine(raw).replace(/[<@]/g, "$&\u2060");
}

/** Escaping the three characters makes `<!channel>` and `<@U…>` text; the rest keeps marks and bare @names inert. */
function text(raw: string): string {
  return escape(oneLine(raw))
    .replace(/[*_~`]/g, (mark) => `\u2060${mark}\u2060`)
    .replace(/@/g, "@\u2060");
}

function code(raw: string): string {
  return `\`${escape(oneLine(raw)).replaceAll("`", "ˋ")}\``;
}

function phrase(raw: string): string {
  return phraseParts(raw)
    .map((part) => (part.code ? code(part.text) : part.text.replace(/\S(?:[^]*\S)?/, text)))
    .join("");
}

function block(lines: readonly { text: string; changed: boolean }[], sign: string): string {
  const body = lines.map(
    (line) =>
      `${line.changed ? sign : " "} ${escape(visible(line.text)).replaceAll("`", "ˋ").replaceAll("\n", " ")}`,
  );
  return `\`\`\`\n${body.join("\n")}\n\`\`\``;
}

function link(url: string, label: string): string {
  return isLink(url) ? `<${escape(url).replaceAll("|", "%7C")}|${text(label)}>` : text(label);
}

function escape(raw: string): string {
  return raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Cut to `most` characters; an entity or half a pair that the cut leaves behind goes too. */
function cut(content: string, most: number): string {
  if (content.length <= most) return content;
  return `${content.slice(0, most - 1).replace(/&[a-z]{0,3}$|[\uD800-\uDBFF]$/, "")}…`;
}
