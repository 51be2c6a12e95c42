import { conformanceJudge, overall, type ConformanceJudge } from "../conformance/conformance.ts";
import { readSpecification } from "../conformance/read-specification.ts";
import { splitPairId } from "../judge/merge.ts";
import type { ProofFacts } from "../model/evidence.ts";
import type { Finding, JudgedRun } from "../model/judged.ts";
import type { SampleTexts } from "../model/run.ts";
import { prove } from "../proof/prove.ts";
import { readProofs, type PairClaims } from "../runs/proofs.ts";
import { keptSpecification } from "../runs/specification.ts";
import { openTextsOfRuns } from "../runs/texts.ts";

/** Examples of a finding that are looked at; more would cost and not say more. */
const EXAMPLES = 6;

/**
 * What the examples' whole answers say of each finding: which side proves itself wrong, and who departs from the
 * specification that is kept with the run. It changes no severity and no verdict.
 * @param folders of the runs that were judged, in the order of their pairs' prefixes
 */
export function withEvidence(judged: JudgedRun, folders: readonly string[]): JudgedRun {
  const place = (pairId: string): { readonly run: number; readonly pairId: string } =>
    folders.length === 1 ? { run: 0, pairId } : splitPairId(pairId);
  const proofs = folders.map(readProofs);
  const claims = (id: string): PairClaims | undefined => {
    const { run, pairId } = place(id);
    return proofs[run]?.get(pairId);
  };
  const findings = judged.findings.map((finding) => withProof(finding, claims));
  const judges = folders.map(judgeOf);
  if (judges.every((judge) => judge === null)) return { ...judged, findings };
  const texts = openTextsOfRuns(folders);
  // Examples of one call show several findings.
  let last: SampleTexts | undefined;
  const read = (pairId: string): SampleTexts | undefined => {
    if (last?.pairId !== pairId) last = texts.read([pairId]).get(pairId);
    return last;
  };
  const judgeFor = (pairId: string): ConformanceJudge | null => judges[place(pairId).run] ?? null;
  try {
    return {
      ...judged,
      findings: findings.map((finding) => withConformance(finding, judgeFor, read)),
    };
  } finally {
    texts.close();
  }
}

/** Told only where no example speaks for the other side. */
function withProof(finding: Finding, claims: (pairId: string) => PairClaims | undefined): Finding {
  const proofs = finding.samples.flatMap(({ pairId, path }): ProofFacts[] => {
    const found = claims(pairId);
    const proof =
      found === undefined ? null : prove(finding.kind, path, found.old, found.candidate);
    return proof === null ? [] : [proof];
  });
  const [first] = proofs;
  const agree = proofs.every(({ wrong }) => wrong === first?.wrong);
  return first === undefined || !agree ? finding : { ...finding, proof: first };
}

function judgeOf(folder: string): ConformanceJudge | null {
  const kept = keptSpecification(folder);
  return kept === null ? null : conformanceJudge(readSpecification(kept.text, kept.file));
}

function withConformance(
  finding: Finding,
  judgeFor: (pairId: string) => ConformanceJudge | null,
  read: (pairId: string) => SampleTexts | undefined,
): Finding {
  const all = finding.samples.slice(0, EXAMPLES).flatMap((sample) => {
    const judge = judgeFor(sample.pairId);
    const pair = judge === null ? undefined : read(sample.pairId);
    return judge === null || pair === undefined ? [] : [judge.judge(sample, pair)];
  });
  const conformance = overall(all);
  return conformance === null ? finding : { ...finding, conformance };
}
