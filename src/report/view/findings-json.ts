import type { JudgedRun, Verdict } from "../../model/judged.ts";
import type { Counts, MethodFacts, Percentiles, TargetFacts } from "../../model/run.ts";
import { groupChanges } from "../../judge/changes.ts";
import { decisionOf, decisionText, type DecisionCard } from "../../judge/decision.ts";
import { findingJson, pairReader } from "./finding-json.ts";
import type { FindingJson, MakePatch } from "./finding-json.ts";
import type { ReadTexts, SinceView } from "./view.ts";

/** findings.json, schema version 1 (docs/schema/findings.schema.json). */
export interface FindingsJson {
  readonly schemaVersion: 1;
  readonly run: {
    readonly id: string;
    readonly createdAt: string;
    readonly complete: boolean;
    /** Why it is incomplete, or null. */
    readonly incompleteReason: string | null;
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
  /** Findings that are one change, in the order of the findings. */
  readonly changes: readonly {
    readonly title: string;
    readonly severity: string;
    readonly methods: readonly string[];
    readonly fingerprints: readonly string[];
  }[];
  /** What a manager decides by, as page, terminal and Markdown show it. */
  readonly decision: DecisionCard & { readonly text: string };
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

/**
 * The whole run as SPEC's findings.json. Reads the texts of one pair at a time.
 * @param makePatch gives the patch of a whole pair
 */
export function findingsJson(
  judged: JudgedRun,
  texts: ReadTexts,
  makePatch: MakePatch,
  since: SinceView | null = null,
  decision: DecisionCard = decisionOf(judged),
): FindingsJson {
  const { header, methods, notCompared, counts, complete } = judged.facts;
  const totalWeight = methods.reduce((sum, method) => sum + method.weight, 0);
  const shareOf = (weight: number): number => (totalWeight === 0 ? 0 : weight / totalWeight);
  const pairOf = pairReader(texts, makePatch);
  return {
    schemaVersion: 1,
    run: {
      id: header.id,
      createdAt: header.createdAt,
      complete,
      incompleteReason: judged.facts.incompleteReason,
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
    findings: judged.findings.map((finding) => findingJson(finding, pairOf)),
    changes: groupChanges(judged.findings).map(({ title, severity, methods, findings }) => ({
      title,
      severity,
      methods,
      fingerprints: findings.map(({ fingerprint }) => fingerprint),
    })),
    verdict: judged.verdict,
    decision: { ...decision, text: decisionText(decision) },
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
