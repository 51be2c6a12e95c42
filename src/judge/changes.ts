import { placeOf } from "../classify/advice/place.ts";
import { errorOf } from "../classify/advice/error-of.ts";
import type { Finding } from "../model/judged.ts";
import type { Severity } from "../model/kinds.ts";
import { plural } from "../words.ts";
import { changeOf } from "./title.ts";

/** Findings that are one change of the node: the same kind, of the same field or text, by the same change upstream. */
export interface ChangeGroup {
  /** Stable for the same findings. */
  readonly key: string;
  /** `blockTimestamp is new in 10 methods.`, or the title of its only finding. */
  readonly title: string;
  readonly severity: Severity;
  /** In the order in which they were given. */
  readonly findings: readonly Finding[];
  /** Without repeats. */
  readonly methods: readonly string[];
}

/** Findings by change, each group where its first finding stood. Every finding is in one group. */
export function groupChanges(findings: readonly Finding[]): ChangeGroup[] {
  return [...Map.groupBy(findings, keyOf)].map(([key, own]) => {
    const [first] = own as [Finding, ...Finding[]];
    const methods = [...new Set(own.map(({ method }) => method))];
    return {
      key,
      title: own.length === 1 ? first.title : titleOf(first, own, methods),
      severity: first.severity,
      findings: own,
      methods,
    };
  });
}

function titleOf({ facts }: Finding, own: readonly Finding[], methods: readonly string[]): string {
  const short = changeOf(facts).replace(/ in [A-Za-z_]\w*(?= (?:is|has|was|became|come)\b)/, "");
  const change = own.every((one) => changeOf(one.facts) === changeOf(facts))
    ? changeOf(facts)
    : short;
  const where =
    methods.length === 1
      ? `${methods[0]}, ${plural(own.length, "place")}`
      : plural(methods.length, "method");
  return `${change.slice(0, 1).toUpperCase() === change.slice(0, 1) ? change : sentenceStart(change)} in ${where}.`;
}

/** A capital for words, never for the name of a field, which its letters are. */
function sentenceStart(text: string): string {
  return /^(?:the|an?|old|candidate|null|events|key|items)\b/.test(text)
    ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
    : text;
}

/** Kinds whose subject is a text or a code that several methods may share. */
const BY_VALUES = new Set([
  "error-code-changed",
  "error-message-changed",
  "http-status-changed",
  "content-type-changed",
  "header-changed",
]);

function keyOf(finding: Finding): string {
  const { kind, severity, knownChange } = finding;
  return JSON.stringify([severity, kind, subjectOf(finding), knownChange?.source ?? null]);
}

function subjectOf({ kind, method, path, facts, samples }: Finding): string {
  const place = placeOf({ kind, method, path, values: null });
  if (BY_VALUES.has(kind)) {
    const [variant] = facts.variants.toSorted((a, b) => b.calls - a.calls);
    const name = place.segments.at(-1) ?? "";
    return JSON.stringify([name, variant?.old ?? "", variant?.candidate ?? ""]);
  }
  if (place.field !== null) return place.field;
  // A whole answer that fails: the same when it fails with the same words.
  const message = errorOf(samples[0]?.candidate)?.message ?? null;
  return message === null || kind === "method-removed" ? method : `message ${message}`;
}
