import { whole } from "../../words.ts";
import type { CustomerNames } from "../../judge/decision.ts";
import type { Finding, JudgedRun } from "../../model/judged.ts";
import { valueAt } from "../../diff/path.ts";
import { isCutValue } from "../../model/cut-value.ts";
import { isObject, type JsonValue } from "../../model/json.ts";
import type { NoiseFacts, Sample, SampleTexts, Seen, SideText } from "../../model/run.ts";
import { adviceOf } from "./advice.ts";
import { brokenLibraries } from "./broken-libraries.ts";
import { shownOrder } from "./shown-order.ts";
import { markText } from "./mark.ts";
import { sideBySide } from "./side-by-side.ts";
import { findingLink } from "./since.ts";
import { acceptedEntry, curls, noticeText } from "./snippets.ts";
import { readJson } from "./raw-json.ts";
import { cut, jsonText, timeText, valueText } from "./text.ts";
import type { Decision, ExampleView, FindingLink, FindingView, ReadTexts } from "./view.ts";

/** What a report shows of one finding; the rest stays in findings.json and run.sqlite, and the report says so. */
export const LIMITS = {
  examples: 3,
  customers: 20,
  places: 20,
  variants: 6,
  explained: 12,
  valueCharacters: 400,
  requestCharacters: 4_000,
} as const;

const RECORDED_CHARACTERS = 300;

export interface FindingContext {
  readonly judged: JudgedRun;
  readonly texts: ReadTexts;
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly now: Date;
  /** Pseudonym → name, where a customers file was given. */
  readonly names?: CustomerNames | undefined;
}

/** Views of all findings in the order in which they are shown, each with the findings it explains. */
export function findingViews(context: FindingContext): FindingView[] {
  const byFingerprint = new Map(
    context.judged.findings.map((finding) => [finding.fingerprint, finding]),
  );
  const explained = Map.groupBy(
    context.judged.findings.filter((finding) => finding.causedBy !== null),
    (finding) => finding.causedBy as string,
  );
  const control = new Map(
    context.judged.facts.noise.map((fact) => [`${fact.kind}\n${fact.method}\n${fact.path}`, fact]),
  );
  return shownOrder(context.judged.findings).map((finding, index) => {
    const cause = finding.causedBy === null ? undefined : byFingerprint.get(finding.causedBy);
    return {
      ...findingView(finding, context),
      rank: index + 1,
      causedBy: cause === undefined ? null : findingLink(cause),
      ...explains(explained.get(finding.fingerprint) ?? []),
      control: controlOf(
        control.get(`${finding.kind}\n${finding.method}\n${finding.path}`),
        context,
      ),
    };
  });
}

/** What asking old twice showed. Pairs that were collected elsewhere may have no second answer of old: then nothing did. */
function controlOf(
  fact: NoiseFacts | undefined,
  { judged }: FindingContext,
): FindingView["control"] {
  if (fact === undefined) return null;
  const wasAsked = judged.facts.header.command !== "compare" || fact.both + fact.controlOnly > 0;
  return wasAsked ? fact : null;
}

function explains(findings: readonly Finding[]): {
  explains: FindingLink[];
  moreExplained: number;
} {
  return {
    explains: findings.slice(0, LIMITS.explained).map(findingLink),
    moreExplained: Math.max(0, findings.length - LIMITS.explained),
  };
}

function findingView(
  finding: Finding,
  context: FindingContext,
): Omit<FindingView, "rank" | "causedBy" | "explains" | "moreExplained" | "control"> {
  const { facts } = finding;
  const advice = adviceOf(finding);
  const { fingerprint, kind, severity, severityReason, confidence, status, method, path, title } =
    finding;
  return {
    fingerprint,
    kind,
    severity,
    severityReason,
    confidence,
    confidenceCounts: facts.confidence,
    status,
    method,
    path,
    title,
    calls: finding.calls,
    comparedCalls: finding.comparedCalls,
    share: finding.share,
    since: finding.since ?? null,
    knownChange: finding.knownChange,
    decision: context.decisions.get(fingerprint) ?? null,
    customerCount: facts.customers.length,
    customerIds: facts.customers.map((customer) => customer.id),
    customers: facts.customers
      .toSorted((a, b) => b.calls - a.calls)
      .slice(0, LIMITS.customers)
      .map(({ id, calls, lastSeen }) => ({
        id,
        name: context.names?.get(id) ?? null,
        calls,
        lastSeen: timeText(lastSeen),
      })),
    moreCustomers: Math.max(0, facts.customers.length - LIMITS.customers),
    clients: facts.clients,
    ...brokenLibraries(facts),
    places: facts.places.slice(0, LIMITS.places),
    morePlaces: Math.max(0, facts.places.length - LIMITS.places),
    variants: facts.variants.slice(0, LIMITS.variants),
    moreVariants: Math.max(0, facts.variants.length - LIMITS.variants),
    targets:
      facts.targets.of > 1
        ? `Seen on ${facts.targets.seen.length} of ${facts.targets.of} candidate targets: ${facts.targets.seen
            .map((index) => context.judged.facts.header.candidate[index]?.url ?? `#${index + 1}`)
            .join(", ")}`
        : null,
    advice,
    notes: notesOf(finding),
    preview: previewOf(finding, context.texts),
    acceptedEntry: acceptedEntry(finding, context.now),
    noticeText: noticeText(finding, advice),
    sampleCount: finding.samples.length,
    firstPairId: finding.samples[0]?.pairId ?? "",
    examples: (most, parsedCharacters) =>
      examples(finding.samples.slice(0, most), context, parsedCharacters),
  };
}

/** What else is known of it: when live traffic showed it, which side proves itself wrong, whom the specification speaks for. */
function notesOf({ proof, conformance, facts: { seen } }: Finding): string[] {
  return [
    ...(seen === undefined
      ? []
      : [
          `In live traffic first seen ${timeText(seen.firstAt)}, last seen ${timeText(seen.lastAt)}: ${TRENDS[seen.trend]}.`,
        ]),
    ...(proof === undefined ? [] : [proof.reason]),
    ...(conformance === undefined ? [] : [`${conformance.specification}: ${conformance.reason}`]),
  ];
}

const TRENDS: Readonly<Record<Seen["trend"], string>> = {
  new: "new",
  growing: "it comes more often than before",
  steady: "it comes as often as before",
  falling: "it comes less often than before",
  "not seen lately": "not seen lately",
};

const PREVIEW = 160;

/** The first example's values around their difference: what differs late in a long value is seen as well. */
function previewOf({ samples, facts }: Finding, texts: ReadTexts): FindingView["preview"] {
  const [sample] = samples;
  const [variant] = facts.variants;
  if (sample === undefined && variant === undefined) return null;
  if (sample === undefined) return markText(variant?.old ?? "", variant?.candidate ?? "", PREVIEW);
  const whole = wholeValues(sample, texts) ?? sample;
  return markText(valueText(whole.old, Infinity), valueText(whole.candidate, Infinity), PREVIEW);
}

function isThere(kept: JsonValue | undefined, found: JsonValue | undefined): boolean {
  return !isCutValue(kept) || found !== undefined;
}

/** Longer bodies are not read for one line. */
const LONGEST_BODY = 2_000_000;

/** Both values out of the bodies where the run's own are cut, so that what differs can be seen; null where they are not. */
function wholeValues(
  { pairId, path, old, candidate }: Sample,
  texts: ReadTexts,
): Pick<Sample, "old" | "candidate"> | null {
  if (!isCutValue(old) && !isCutValue(candidate)) return null;
  const pair = texts([pairId]).get(pairId);
  const [before, after] = [pair?.old.text, pair?.candidate.text].map((text) =>
    text === null || text === undefined || text.length > LONGEST_BODY ? null : readJson(text),
  ) as [JsonValue | null, JsonValue | null];
  if (before === null || after === null) return null;
  const found = { old: valueAt(before, path), candidate: valueAt(after, path) };
  return isThere(old, found.old) && isThere(candidate, found.candidate)
    ? {
        old: isCutValue(old) ? found.old : old,
        candidate: isCutValue(candidate) ? found.candidate : candidate,
      }
    : null;
}

function examples(
  samples: readonly Sample[],
  { texts, names }: FindingContext,
  parsedCharacters: number,
): ExampleView[] {
  // One by one: three pairs of large bodies at once would be the most that the whole report holds.
  return samples.map((sample) => ({
    ...exampleView(sample, texts([sample.pairId]).get(sample.pairId), parsedCharacters),
    customerName: names?.get(sample.customer ?? "") ?? null,
  }));
}

function exampleView(
  sample: Sample,
  pair: SampleTexts | undefined,
  parsedCharacters: number,
): Omit<ExampleView, "customerName"> {
  const shared = {
    pairId: sample.pairId,
    name: sample.name,
    customer: sample.customer,
    at: timeText(sample.at),
    path: sample.path,
    old: valueText(sample.old, LIMITS.valueCharacters),
    candidate: valueText(sample.candidate, LIMITS.valueCharacters),
  };
  if (pair === undefined)
    return {
      ...shared,
      request: null,
      curls: null,
      oldOutcome: "",
      candidateOutcome: "",
      rows: [],
      notes: ["The texts of this example are not in the run."],
    };
  return {
    ...shared,
    request: cut(requestLine(pair.request), LIMITS.requestCharacters),
    curls: curls(pair, LIMITS.requestCharacters),
    oldOutcome: outcomeText(pair.old),
    candidateOutcome: outcomeText(pair.candidate),
    rows:
      pair.old.text === null && pair.candidate.text === null
        ? []
        : sideBySide(pair.old.text ?? "", pair.candidate.text ?? "", sample.path, parsedCharacters),
    notes: [askedNote(pair), cutNote("old", pair.old), cutNote("candidate", pair.candidate)].filter(
      (note) => note !== null,
    ),
  };
}

/** What was asked on one line: method and parameters without their envelope, or the REST request as it is. */
function requestLine(request: string): string {
  const parsed = readJson(request);
  if (!isObject(parsed) || typeof parsed["method"] !== "string") return request;
  return `${parsed["method"]} ${jsonText(parsed["params"] ?? [])}`;
}

function outcomeText({ outcome, status }: SideText): string {
  return status === null ? outcome : `${outcome}, HTTP ${status}`;
}

/** What the customer sent, where both nodes were asked at a fixed block instead. */
function askedNote({ request, asked }: SampleTexts): string | null {
  return asked === undefined
    ? null
    : `Recorded as ${cut(request, RECORDED_CHARACTERS)}; asked at a fixed block.`;
}

function cutNote(side: string, { cut: full }: SideText): string | null {
  return full === null
    ? null
    : `The ${side} response is cut: in full ${whole(full.bytes)} bytes, SHA-256 ${full.sha256}.`;
}
