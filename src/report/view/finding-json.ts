import type { Conformance, ProofFacts } from "../../model/evidence.ts";
import type { Finding } from "../../model/judged.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Sample, SampleTexts, Seen } from "../../model/run.ts";
import { readJson } from "./raw-json.ts";
import { timeText } from "./text.ts";
import type { ReadTexts } from "./view.ts";

/** RFC 6902 operations from the old response to the candidate's, or null with the reason. */
export interface PatchOrReason {
  readonly patch: readonly unknown[] | null;
  readonly reason: string | null;
}
export type MakePatch = (old: string, candidate: string) => PatchOrReason;

/** A finding in findings.json. */
export interface FindingJson {
  readonly fingerprint: string;
  readonly kind: string;
  readonly severity: string;
  readonly confidence: string;
  readonly status: string;
  readonly method: string;
  readonly path: string;
  readonly title: string;
  readonly calls: number;
  readonly comparedCalls: number;
  readonly share: number;
  readonly causedBy: string | null;
  readonly customers: readonly {
    readonly id: string;
    readonly calls: number;
    readonly lastSeen: string | null;
  }[];
  readonly clients: readonly {
    readonly name: string;
    readonly version: string;
    readonly calls: number;
  }[];
  readonly knownChange: {
    readonly client: string;
    readonly version: string;
    readonly source: string;
  } | null;
  /** Only with a specification: which side departs from it, and in what. */
  readonly conformance?: Conformance;
  readonly conformanceReason?: string;
  /** Only of live runs: when it came first and last (RFC 3339), and how often it comes now against before. */
  readonly firstSeen?: string;
  readonly lastSeen?: string;
  readonly trend?: Seen["trend"];
  /** Which side's answer proves itself wrong; left out where nothing is shown. */
  readonly proof?: ProofFacts;
  readonly samples: readonly SampleJson[];
}

interface SampleJson {
  readonly pairId: string;
  readonly name: string | null;
  readonly customer: string | null;
  readonly request: unknown;
  readonly path: string;
  /** Left out where the side has nothing at the path. */
  readonly old?: JsonValue;
  readonly candidate?: JsonValue;
  readonly patch: readonly unknown[] | null;
  readonly patchReason?: string;
}

/** What findings.json has of a pair, without its bodies. */
interface PairJson extends PatchOrReason {
  readonly request: unknown;
}

/** Gives what findings.json has of a pair. Each pair is read once, however many findings it shows. */
export function pairReader(texts: ReadTexts, makePatch: MakePatch): (pairId: string) => PairJson {
  const known = new Map<string, PairJson>();
  return (pairId) => {
    const pair = known.get(pairId) ?? pairJson(texts([pairId]).get(pairId), makePatch);
    known.set(pairId, pair);
    return pair;
  };
}

export function findingJson(finding: Finding, pairOf: (pairId: string) => PairJson): FindingJson {
  const { fingerprint, kind, severity, confidence, status, method, path, title, calls } = finding;
  const { comparedCalls, share, causedBy, knownChange, facts } = finding;
  return {
    fingerprint,
    kind,
    severity,
    confidence,
    status,
    method,
    path,
    title,
    calls,
    comparedCalls,
    share,
    causedBy,
    customers: facts.customers.map(({ id, calls, lastSeen }) => ({
      id,
      calls,
      lastSeen: timeText(lastSeen),
    })),
    clients: facts.clients.map(({ name, version, calls }) => ({ name, version, calls })),
    knownChange:
      knownChange === null
        ? null
        : { client: knownChange.client, version: knownChange.version, source: knownChange.source },
    ...(finding.conformance === undefined
      ? {}
      : {
          conformance: finding.conformance.standing,
          conformanceReason: finding.conformance.reason,
        }),
    ...(finding.proof === undefined ? {} : { proof: finding.proof }),
    ...(facts.seen === undefined
      ? {}
      : {
          firstSeen: new Date(facts.seen.firstAt).toISOString(),
          lastSeen: new Date(facts.seen.lastAt).toISOString(),
          trend: facts.seen.trend,
        }),
    samples: finding.samples.map((sample) => sampleJson(sample, pairOf(sample.pairId))),
  };
}

function sampleJson(sample: Sample, { request, patch, reason }: PairJson): SampleJson {
  return {
    pairId: sample.pairId,
    name: sample.name,
    customer: sample.customer,
    request,
    path: sample.path,
    ...(sample.old === undefined ? {} : { old: sample.old }),
    ...(sample.candidate === undefined ? {} : { candidate: sample.candidate }),
    patch,
    ...(patch === null && reason !== null ? { patchReason: reason } : {}),
  };
}

function pairJson(pair: SampleTexts | undefined, makePatch: MakePatch): PairJson {
  if (pair === undefined)
    return { request: null, patch: null, reason: "the texts of this pair are not stored" };
  return { request: readJson(pair.request), ...patchOfPair(pair, makePatch) };
}

function patchOfPair(pair: SampleTexts, makePatch: MakePatch): PatchOrReason {
  for (const [side, { text, cut, outcome }] of [
    ["old", pair.old],
    ["candidate", pair.candidate],
  ] as const) {
    if (cut !== null)
      return {
        patch: null,
        reason: `the ${side} response is too large: ${cut.bytes} bytes, sha256 ${cut.sha256}`,
      };
    if (text === null) return { patch: null, reason: `no ${side} response: ${outcome}` };
  }
  return makePatch(pair.old.text as string, pair.candidate.text as string);
}
