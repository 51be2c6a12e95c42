import { findingsJson, type FindingsJson } from "../report/view/findings-json.ts";
import type { Judgement } from "./judgement.ts";

type FindingDocument = Omit<FindingsJson["findings"][number], "samples" | "customers"> & {
  readonly affectedCustomers: number;
  readonly sampleCount: number;
};

/** What `GET /v1/verdict` answers: what `gate --format json` prints, without samples and customers, and with its age. */
export interface VerdictDocument extends Partial<Omit<FindingsJson, "findings" | "verdict">> {
  readonly schemaVersion: 1;
  readonly verdict: Judgement["verdict"];
  readonly generatedAt: string;
  readonly windowStart: string | null;
  readonly ageSeconds: number | null;
  readonly findings?: readonly FindingDocument[];
  /** Findings past those that are listed, the ones that rank last. */
  readonly findingsLeftOut?: number;
}

/** It is asked for every few seconds: the first findings say enough, `gate` and `report` have all. */
const FINDINGS = 100;

export function verdictDocument(judgement: Judgement): VerdictDocument {
  const { verdict, generatedAt, windowStart, ageSeconds, judged } = judgement;
  const times = { generatedAt, windowStart, ageSeconds };
  if (judged === null) return { schemaVersion: 1, verdict, ...times };
  const listed = judged.findings.slice(0, FINDINGS);
  const whole = findingsJson({ ...judged, findings: listed }, () => new Map(), noPatch);
  return {
    ...whole,
    verdict,
    ...times,
    findings: whole.findings.map(shortened),
    findingsLeftOut: judged.findings.length - listed.length,
  };
}

function shortened(finding: FindingsJson["findings"][number]): FindingDocument {
  const { samples, customers, ...rest } = finding;
  return { ...rest, affectedCustomers: customers.length, sampleCount: samples.length };
}

function noPatch(): { patch: null; reason: null } {
  return { patch: null, reason: null };
}
