import type { Confidence } from "./comparison.ts";
import type { ConformanceFacts, ProofFacts } from "./evidence.ts";
import type { Kind, Severity } from "./kinds.ts";
import type { GroupFacts, RunFacts, Sample } from "./run.ts";

export type VerdictKind = "pass" | "fail" | "inconclusive";
export type Status = "new" | "accepted" | "grown" | "expired";

/** Why the verdict is what it is. `code` is stable (`limit.mismatchRate`, `require.comparedCalls`, `finding.breaking`). */
export interface Reason {
  readonly code: string;
  readonly verdict: VerdictKind;
  /** One sentence with the numbers: `limit.mismatchRate 0.0071 > 0.005 (1,412 of 198,204; 95 % 0.0068 to 0.0075)`. */
  readonly text: string;
}

export interface Verdict {
  readonly verdict: VerdictKind;
  readonly reasons: readonly Reason[];
  /** Said, but deciding nothing: accepted findings that expired or were unused, what was taken for noise… */
  readonly notes: readonly string[];
}

export interface KnownChange {
  readonly client: string;
  readonly version: string;
  readonly source: string;
  readonly summary: string;
  /** Nothing but the place speaks for it: no text or value that the change is known by was seen. */
  readonly perhaps?: true;
}

export interface Finding {
  readonly fingerprint: string;
  readonly kind: Kind;
  readonly severity: Severity;
  /** Why the severity is not the kind's default, or null. */
  readonly severityReason: string | null;
  readonly confidence: Confidence;
  readonly status: Status;
  readonly method: string;
  readonly path: string;
  /** One plain sentence. */
  readonly title: string;
  readonly calls: number;
  readonly comparedCalls: number;
  /** Share of the traffic's compared calls, weighted by sampling. */
  readonly share: number;
  readonly causedBy: string | null;
  readonly knownChange: KnownChange | null;
  readonly samples: readonly Sample[];
  readonly facts: GroupFacts;
  /** Who departs from the specification; left out where none was given. */
  readonly conformance?: ConformanceFacts;
  /** Which side's answer proves itself wrong; left out where nothing is shown. */
  readonly proof?: ProofFacts;
  /** Against the run given by `--since`; left out without one. */
  readonly since?: "new" | "grown" | "still-there";
}

/** A group that was taken for noise, with the numbers that say why. */
export interface DismissedGroup {
  readonly fingerprint: string;
  readonly kind: Kind;
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

/** What judge() makes of a run: report, gate and notice all read this and nothing else. */
export interface JudgedRun {
  readonly facts: RunFacts;
  /** Ranked: severity, then affected customers, then calls. */
  readonly findings: readonly Finding[];
  readonly dismissed: readonly DismissedGroup[];
  readonly verdict: Verdict;
  /** What the run given by `--since` had and this one, asked often enough, has not; left out without one. */
  readonly gone?: readonly DismissedGroup[];
  /** What that run had and this one did not show in too few calls to say that it is gone; left out without one. */
  readonly notAsked?: readonly DismissedGroup[];
}
