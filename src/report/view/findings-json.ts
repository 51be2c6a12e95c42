import type { Finding, JudgedRun, Verdict } from "../../model/judged.ts";
import type { JsonValue } from "../../model/json.ts";
import type {
  Counts,
  MethodFacts,
  Percentiles,
  Sample,
  SampleTexts,
  TargetFacts,
} from "../../model/run.ts";
import { readJson } from "./raw-json.ts";
import { timeText } from "./text.ts";
import type { ReadTexts, SinceView } from "./view.ts";

/** RFC 6902 operations from the old response to the candidate's, or null with the reason. */
export interface PatchOrReason {
  readonly patch: readonly unknown[] | null;
  readonly reason: string | null;
}
export type MakePatch = (old: string, candidate: string) => PatchOrReason;

/** findings.json, schema version 1 (docs/schema/findings.schema.json). */
export interface FindingsJson {
  readonly schemaVersion: 1;
  readonly run: {
    readonly id: string;
    readonly createdAt: string;
    readonly complete: boolean;
    readonly network: { readonly chainId: string };
    readonly recordings: readonly string[];
    readonly old: readonly TargetJson[];
    readonly candidate: readonly TargetJson[];
  };
  readonly counts: Counts;
  readonly notCompared: readonly {
    readonly state: "skipped" | "uncomparable";
    readonly reason: string;
    readonly method: string;
    readonly calls: number;
    readonly share: number;
  }[];
  readonly methods: readonly {
    readonly method: string;
    readonly calls: number;
    readonly compared: number;
    readonly different: number;
    readonly uncomparable: number;
    readonly skipped: number;
    readonly share: number;
    readonly latencyMs: { readonly old: Percentiles; readonly candidate: Percentiles } | null;
  }[];
  readonly findings: readonly FindingJson[];
  readonly verdict: Verdict | null;
  /** Only with a baseline (`--since`). */
  readonly since?: {
    readonly run: string;
    readonly new: number;
    readonly grown: number;
    readonly stillThere: number;
    /** Fingerprints. */
    readonly gone: readonly string[];
  };
}

interface TargetJson {
  readonly url: string;
  readonly clientVersion: string | null;
}

interface FindingJson {
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

/**
 * The whole run as SPEC's findings.json. Reads the texts of one finding's samples at a time.
 * @param makePatch gives the patch of a whole pair
 */
export function findingsJson(
  judged: JudgedRun,
  texts: ReadTexts,
  makePatch: MakePatch,
  since: SinceView | null = null,
): FindingsJson {
  const { header, methods, notCompared, counts, complete } = judged.facts;
  const totalWeight = methods.reduce((sum, method) => sum + method.weight, 0);
  const shareOf = (weight: number): number => (totalWeight === 0 ? 0 : weight / totalWeight);
  const patches = new Map<string, PatchOrReason>();
  return {
    schemaVersion: 1,
    run: {
      id: header.id,
      createdAt: header.createdAt,
      complete,
      network: { chainId: header.network.chainId },
      recordings: header.recordings.map((recording) => recording.name),
      old: header.old.map(targetJson),
      candidate: header.candidate.map(targetJson),
    },
    counts: pickCounts(counts),
    notCompared: notCompared.map(({ state, reason, method, calls, weight }) => ({
      state,
      reason,
      method,
      calls,
      share: shareOf(weight),
    })),
    methods: methods.map((method) => methodJson(method, shareOf(method.weight))),
    findings: judged.findings.map((finding) => findingJson(finding, texts, makePatch, patches)),
    verdict: judged.verdict,
    ...(since === null
      ? {}
      : {
          since: {
            run: since.runId,
            new: since.fresh,
            grown: since.grown,
            stillThere: since.still,
            gone: since.gone.map((finding) => finding.fingerprint),
          },
        }),
  };
}

function targetJson({ url, clientVersion }: TargetFacts): TargetJson {
  return { url, clientVersion };
}

function pickCounts({
  exchanges,
  calls,
  compared,
  same,
  different,
  uncomparable,
  skipped,
}: Counts): Counts {
  return { exchanges, calls, compared, same, different, uncomparable, skipped };
}

function methodJson(facts: MethodFacts, share: number): FindingsJson["methods"][number] {
  const { method, calls, compared, different, uncomparable, skipped, latency } = facts;
  const latencyMs = latency === null ? null : { old: latency.old, candidate: latency.candidate };
  return { method, calls, compared, different, uncomparable, skipped, share, latencyMs };
}

function findingJson(
  finding: Finding,
  texts: ReadTexts,
  makePatch: MakePatch,
  patches: Map<string, PatchOrReason>,
): FindingJson {
  const { fingerprint, kind, severity, confidence, status, method, path, title, calls } = finding;
  const { comparedCalls, share, causedBy, knownChange, facts } = finding;
  const pairs = texts(finding.samples.map((sample) => sample.pairId));
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
    samples: finding.samples.map((sample) => {
      const pair = pairs.get(sample.pairId);
      const patch = patches.get(sample.pairId) ?? patchOfPair(pair, makePatch);
      patches.set(sample.pairId, patch);
      return sampleJson(sample, pair, patch);
    }),
  };
}

function sampleJson(
  sample: Sample,
  pair: SampleTexts | undefined,
  { patch, reason }: PatchOrReason,
): SampleJson {
  return {
    pairId: sample.pairId,
    name: sample.name,
    customer: sample.customer,
    request: pair === undefined ? null : readJson(pair.request),
    path: sample.path,
    ...(sample.old === undefined ? {} : { old: sample.old }),
    ...(sample.candidate === undefined ? {} : { candidate: sample.candidate }),
    patch,
    ...(patch === null && reason !== null ? { patchReason: reason } : {}),
  };
}

function patchOfPair(pair: SampleTexts | undefined, makePatch: MakePatch): PatchOrReason {
  if (pair === undefined) return { patch: null, reason: "the texts of this pair are not stored" };
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
