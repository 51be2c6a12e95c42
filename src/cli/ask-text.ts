import { wordsAt } from "../classify/advice/index.ts";
import type { Finding, JudgedRun } from "../model/judged.ts";
import type { SampleTexts } from "../model/run.ts";
import { reasonWords } from "../report/view/words.ts";
import { plural } from "../words.ts";
import type { Answered } from "../stages/ask.ts";
import { wrapped } from "./command-lines.ts";

const MOST_CHARACTERS = 300;

/** A finding of this request, and the same one in a run of all traffic. */
export interface Known {
  readonly finding: Finding;
  readonly run: string | null;
  readonly there: Finding | null;
}

const ANSWERS: Readonly<Record<Answered, string>> = {
  same: "It is not the upgrade: both versions answer this request alike.",
  differs: "It is the upgrade: the two versions answer this request differently.",
  wavers:
    "It wavers: asked again, a version does not keep to its answer, so it need not be the upgrade.",
  unknown: "That can't be said: the answers can't be compared.",
};

const HARMLESS =
  "The answers differ, but in nothing that a program should trip over: look elsewhere, too.";

function isHarmless(known: readonly Known[]): boolean {
  return known.every(({ finding }) => finding.severity === "info");
}

/** The answer for whoever sits at a customer's question. */
export function askText(
  state: Answered,
  { facts }: JudgedRun,
  known: readonly Known[],
  texts: (pairId: string) => SampleTexts | undefined,
): string {
  const versions = (["old", "candidate"] as const).map(
    (side) =>
      `${side}: ${facts.header[side].map(({ url, clientVersion }) => clientVersion ?? url).join(", ")}`,
  );
  const { compared, calls } = facts.counts;
  return [
    wrapped(state === "differs" && isHarmless(known) ? HARMLESS : ANSWERS[state]),
    "",
    ...versions.map((line) => `  ${line}`),
    `  asked ${plural(calls, "time")}, compared ${plural(compared, "time")}${compared < calls ? "; not compared:" : ""}`,
    ...facts.notCompared.map(
      ({ reason, method }) => `    ${method}: ${reasonWords(reason)} (${reason})`,
    ),
    ...known.flatMap((one) => ["", ...findingLines(one, texts)]),
    "",
  ].join("\n");
}

function findingLines(
  { finding, run, there }: Known,
  texts: (pairId: string) => SampleTexts | undefined,
): string[] {
  const { severity, confidence, title, kind, method, path, knownChange, proof, conformance } =
    finding;
  const [sample] = finding.samples;
  const values = sample === undefined ? null : { old: sample.old, candidate: sample.candidate };
  const { action } = wordsAt({ kind, method, path, values });
  const asked = sample === undefined ? undefined : texts(sample.pairId)?.asked;
  const lines = [
    `${severity}, ${confidence}: ${title}`,
    ...(sample === undefined
      ? []
      : [
          `at ${sample.path || "the whole answer"}`,
          `old: ${shown(sample.old)}`,
          `new: ${shown(sample.candidate)}`,
        ]),
    ...(asked === undefined ? [] : [`asked of both as ${cut(asked)}`]),
    ...(proof === undefined ? [] : [proof.reason]),
    ...(conformance === undefined ? [] : [`${conformance.specification}: ${conformance.reason}`]),
    ...(knownChange === null
      ? []
      : [
          `Known change in ${knownChange.client} ${knownChange.version}: ${knownChange.summary} (${knownChange.source})`,
        ]),
    ...(run === null
      ? []
      : [
          there === null
            ? `Not seen in ${run}.`
            : `Seen in ${run}: ${plural(there.calls, "call")} of ${plural(there.facts.customers.length, "customer")}, ${there.status}.`,
        ]),
    `What to do: ${action}`,
    `More: shadowdiff explain ${kind}`,
  ];
  return lines.map((line, index) => wrapped(line, index === 0 ? "" : "  ", "    "));
}

function shown(value: unknown): string {
  return value === undefined ? "(nothing)" : cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
