import { isCutValue } from "../model/cut-value.ts";
import type { Conformance, ConformanceFacts } from "../model/evidence.ts";
import { valueAt } from "../diff/path.ts";
import { isObject, parsedJson, type JsonObject } from "../model/json.ts";
import type { Sample, SampleTexts, SideText } from "../model/run.ts";
import { standingOf, type AnswerStanding } from "./answers.ts";
import { withValueAt } from "./place.ts";
import type { Specification, SpecifiedMethod } from "./read-specification.ts";
import { schemasOf, type Departure, type Schemas } from "./schemas.ts";

/** Judges differences by a specification. */
export interface ConformanceJudge {
  readonly specification: Specification;
  /** One example of a finding; `path` is where it differs. */
  judge(sample: Pick<Sample, "path" | "old" | "candidate">, texts: SampleTexts): ConformanceFacts;
}

export function conformanceJudge(specification: Specification): ConformanceJudge {
  const schemas = schemasOf(specification);
  return {
    specification,
    judge: (sample, texts) => ({
      ...judgeSample(sample, texts, specification, schemas),
      specification: specification.name,
    }),
  };
}

type Judged = Omit<ConformanceFacts, "specification">;

const nothing = (reason: string): Judged => ({ standing: "no-schema", reason });

function judgeSample(
  sample: Pick<Sample, "path" | "old" | "candidate">,
  texts: SampleTexts,
  specification: Specification,
  schemas: Schemas,
): Judged {
  const method = specification.methods.get(texts.method);
  if (method === undefined) return nothing(`The specification does not describe ${texts.method}.`);
  if (sample.path.startsWith("/headers/") || sample.path === "/status")
    return nothing("The specification describes answers, not how HTTP carries them.");
  const request = parsedJson(texts.asked ?? texts.request) ?? null;
  const old = answerOf(texts.old);
  const candidate = answerOf(texts.candidate);
  if (old === null || candidate === null)
    return nothing("A side's answer is not there as a whole, or is no JSON-RPC answer.");
  const standing = (answer: JsonObject): AnswerStanding =>
    standingOf(answer, request, method, schemas);
  if (sample.path.startsWith("/result/"))
    return (
      atPlace(sample, { old, candidate, standing, method }) ??
      whole(standing(old), standing(candidate))
    );
  return whole(standing(old), standing(candidate));
}

interface Sides {
  readonly old: JsonObject;
  readonly candidate: JsonObject;
  readonly standing: (answer: JsonObject) => AnswerStanding;
  readonly method: SpecifiedMethod;
}

/**
 * The same answer twice, with old's value at the place and with the candidate's: what else the answers depart in stands on
 * both. Null where that can't be made.
 */
function atPlace(
  { path, old: oldValue, candidate: candidateValue }: Pick<Sample, "path" | "old" | "candidate">,
  { old, candidate, standing, method }: Sides,
): Judged | null {
  if (method.result === null)
    return nothing("The specification does not describe this method's result.");
  const isGone = candidateValue === undefined;
  // A place is where the candidate has it; what the candidate lost, where old had it.
  const base = isGone ? old : candidate;
  const here = valueAt(base, path);
  if (here === undefined || isCutValue(oldValue)) return null;
  const other = withValueAt(base, path, isGone ? undefined : oldValue);
  if (other === null) return null;
  const [oldStanding, candidateStanding] = isGone
    ? [standing(base), standing(other)]
    : [standing(other), standing(base)];
  if (oldStanding.is === "unknown" || candidateStanding.is === "unknown")
    return nothing("The specification's schema for this method can't be used.");
  const mended = without(oldStanding.departures, candidateStanding.departures);
  const broken = without(candidateStanding.departures, oldStanding.departures);
  if (mended.length > 0 && broken.length === 0) return facts("gained", path, mended);
  if (broken.length > 0 && mended.length === 0) return facts("lost", path, broken);
  const still = candidateStanding.departures.filter(({ place }) => isAt(place, path));
  if (broken.length > 0) return facts("both-depart", path, broken);
  return still.length > 0 ? facts("both-depart", path, still) : facts("both-conform", path, []);
}

function isAt(place: string, path: string): boolean {
  return place === path || place.startsWith(`${path}/`);
}

function without(some: readonly Departure[], others: readonly Departure[]): Departure[] {
  const known = new Set(others.map(({ place, what }) => `${place}\n${what}`));
  return some.filter(({ place, what }) => !known.has(`${place}\n${what}`));
}

function whole(old: AnswerStanding, candidate: AnswerStanding): Judged {
  if (old.is === "unknown" || candidate.is === "unknown")
    return nothing("The specification does not settle which answer or error is to be given here.");
  if (old.unlisted === true && candidate.unlisted === true)
    return nothing("Neither error is among those that the specification lists for this method.");
  if (old.is === "departs" && candidate.is === "departs")
    return facts("both-depart", "", candidate.departures);
  if (old.is === "departs") return facts("gained", "", old.departures);
  if (candidate.is === "departs") return facts("lost", "", candidate.departures);
  return facts("both-conform", "", []);
}

const WORDS: Readonly<Record<Exclude<Conformance, "no-schema">, string>> = {
  gained: "Old departs from the specification and the candidate follows it",
  lost: "Old follows the specification and the candidate departs from it",
  "both-depart": "Both depart from the specification",
  "both-conform": "The specification allows both",
};

function facts(
  standing: Exclude<Conformance, "no-schema">,
  path: string,
  departures: readonly Departure[],
): Judged {
  const named = mostTelling(departures, path);
  const where = named === null ? "" : `: ${named.place || "the method"} ${named.what}`;
  return { standing, reason: `${WORDS[standing]}${where}.` };
}

/** Alternatives that did not fit say little; the place itself says most. */
function mostTelling(departures: readonly Departure[], path: string): Departure | null {
  const rank = ({ place, what }: Departure): number =>
    (place === path ? 0 : isAt(place, path) ? 1 : 2) +
    (/^must (?:be null|match exactly one|match a schema)/.test(what) ? 4 : 0);
  return departures.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

function answerOf({ text, cut }: SideText): JsonObject | null {
  if (text === null || cut !== null) return null;
  const value = parsedJson(text) ?? null;
  return isObject(value) && ("result" in value || "error" in value) ? value : null;
}

const ORDER: readonly Conformance[] = [
  "lost",
  "both-depart",
  "gained",
  "both-conform",
  "no-schema",
];

/** What a finding's examples say together: the worst of them for the candidate, and in how many. Null without one. */
export function overall(all: readonly ConformanceFacts[]): ConformanceFacts | null {
  const worst = all.toSorted((a, b) => ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing))[0];
  if (worst === undefined) return null;
  const alike = all.filter(({ standing }) => standing === worst.standing).length;
  if (alike === all.length) return worst;
  return { ...worst, reason: `${worst.reason} So in ${alike} of ${all.length} examples.` };
}
