import type { JudgedRun, Reason } from "../model/judged.ts";
import { folded, plural } from "../words.ts";
import { decisionOf, decisionText } from "./decision.ts";

const WIDTH = "inconclusive".length + 2;
/** Reasons and notes of a kind that a reader of a log will look at; findings.json and the report have all. */
const SHOWN = 30;
const LONGEST = 1_000;

/** The verdict for people: one line, then each reason and note on its own. */
export function verdictText(judged: JudgedRun): string {
  const { facts, verdict, gone = [], notAsked = [] } = judged;
  const { id } = facts.header;
  const kinds = ["fail", "inconclusive", "pass"] as const;
  return [
    `Verdict: ${verdict.verdict} (${id})`,
    "",
    ...folded(printable(decisionText(decisionOf(judged)))),
    "",
    ...kinds.flatMap((kind) => lines(kind, textsOf(verdict.reasons, kind), "more reason")),
    ...lines(
      "gone",
      gone.map(({ kind, method, path, reason }) => `${kind} ${method} ${path}: ${reason}`),
      "more finding",
    ),
    ...lines(
      "not asked",
      notAsked.map(({ kind, method, path, reason }) => `${kind} ${method} ${path}: ${reason}`),
      "more finding",
    ),
    ...lines("note", verdict.notes, "more note"),
    "",
  ].join("\n");
}

function textsOf(reasons: readonly Reason[], kind: Reason["verdict"]): string[] {
  return reasons.filter(({ verdict }) => verdict === kind).map(({ text }) => text);
}

function lines(label: string, texts: readonly string[], noun: string): string[] {
  const more = texts.length > SHOWN ? [`and ${plural(texts.length - SHOWN, noun)}`] : [];
  return [...texts.slice(0, SHOWN), ...more].map(
    (text) => `  ${label.padEnd(WIDTH)}${printable(text)}`,
  );
}

/**
 * Methods and paths come from traffic, and may hold what a terminal or a CI log would obey: a line break, an escape
 * sequence. Shown as what they are, and cut where one would fill the screen.
 */
function printable(text: string): string {
  const shown = text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}
