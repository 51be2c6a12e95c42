import { createHash } from "node:crypto";
import type { Notice } from "../compose/model.ts";
import type { Engine } from "./engine.ts";
import { slackMessage } from "./slack.ts";
import { webhookData } from "./webhook.ts";
import { noticeView } from "./view.ts";
import { oneLine } from "./visible.ts";

/** Every form of one notice. All say the same; what is approved is all of them together. */
export interface Rendered {
  readonly subject: string;
  readonly markdown: string;
  readonly text: string;
  /** For mail readers: 600 px, inline styles. */
  readonly email: string;
  readonly page: string;
  readonly json: string;
  /** JSON of a Slack message. */
  readonly slack: string;
  /** JSON of a webhook's `data`. */
  readonly webhook: string;
}

/** Renders a notice in every format; the same notice and templates give the same bytes. */
export function renderNotice(notice: Notice, engine: Engine): Rendered {
  const view = noticeView(notice);
  return {
    subject: subjectOf(notice.title),
    markdown: engine.render("notice.md", view),
    text: engine.render("notice.txt", view),
    email: engine.render("email.html", view),
    page: engine.render("page.html", { ...view, folds: true }),
    json: `${JSON.stringify(notice, null, 2)}\n`,
    slack: JSON.stringify(slackMessage(notice)),
    webhook: JSON.stringify(webhookData(notice)),
  };
}

/** SHA-256 over every form and the places it goes to: what a person approves. Any change of either needs a new approval. */
export function approvalHash(
  rendered: Rendered,
  places: readonly { channel: string; address: string }[],
): string {
  const parts = [
    ...Object.entries(rendered),
    ...places.map(({ channel, address }) => [`to ${channel}`, address]),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** A mail header's line: no line ends, no control characters, 200 characters at most. */
function subjectOf(title: string): string {
  const line = oneLine(title.replaceAll(" → ", " to "));
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
