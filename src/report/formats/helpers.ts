import { percentText, whole } from "../../words.ts";
import Handlebars from "handlebars";
import type { Severity } from "../../model/kinds.ts";
import type { VerdictKind } from "../../model/judged.ts";
import { msText } from "../view/latency.ts";
import { jsonText } from "../view/text.ts";
import { changeText, timeForPeople, verdictWord } from "../view/words.ts";

/** A sign beside the colour, so that severity can be told without it. */
const ICONS: Readonly<Record<Severity, string>> = {
  breaking: "■",
  risky: "▲",
  info: "●",
  noise: "○",
};

/** What templates may call. Helpers return text; Handlebars escapes it. */
export const HELPERS: Handlebars.HelperDeclareSpec = {
  count: (value: number) => whole(value),
  percent: (value: number) => percentText(value),
  change: (value: number | null) => changeText(value),
  ms: (value: number) => msText(value),
  time: (value: string) => timeForPeople(value),
  sinceWord: (value: string) => `${value.replace("-", " ")} since the earlier run`,
  plural: (value: number, word: string) => (value === 1 ? word : `${word}s`),
  verdictWord: (value: VerdictKind) => verdictWord(value),
  severityIcon: (value: Severity | null) => (value === null ? "" : ICONS[value]),
  json: (value: unknown) => (value === undefined ? "" : jsonText(value)),
  uri: (value: string) => encodeURIComponent(value.toWellFormed()),
  /** A link that can be followed: https and http only, so that `javascript:` stays text. */
  safeLink: (value: unknown) =>
    typeof value === "string" && /^https?:\/\//.test(value) ? value : "",
  /** A name that may break after `_` and `/` and before a capital, and nowhere else. */
  breakable: (value: string) =>
    new Handlebars.SafeString(
      Handlebars.escapeExpression(value).replace(/_|\/|(?<=[a-z])(?=[A-Z])/g, "$&<wbr>"),
    ),
  some: (values: readonly unknown[], most: number) => values.slice(0, most),
  lastOf: (values: readonly unknown[]) => values.at(-1),
  first: (values: readonly unknown[]) => values[0],
  or: (value: unknown, other: unknown) =>
    value === "" || value === null || value === undefined ? other : value,
  eq: (one: unknown, other: unknown) => one === other,
  gt: (one: number, other: number) => one > other,
  minus: (one: number, other: number) => one - other,
};
