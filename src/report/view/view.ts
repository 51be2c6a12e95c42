import type { Confidence } from "../../model/comparison.ts";
import type { Severity } from "../../model/kinds.ts";
import type { KnownChange, Status, Verdict } from "../../model/judged.ts";
import type { Counts, MethodFacts, RunHeader, SampleTexts } from "../../model/run.ts";
import type { Advice } from "./advice.ts";
import type { DecisionCard } from "../../judge/decision.ts";
import type { GroupView } from "./groups.ts";
import type { LatencyChart } from "./latency.ts";
import type { Marked } from "./mark.ts";
import type { Curls } from "./snippets.ts";
import type { Row } from "./side-by-side.ts";

/** Reads the full texts of some pairs. Pairs that the store does not hold are missing from the map. */
export type ReadTexts = (pairIds: readonly string[]) => ReadonlyMap<string, SampleTexts>;

/** What each section of the report shows, already ranked, counted and cut; formats only lay it out. */
export interface ReportView {
  readonly heading: Heading;
  readonly verdict: Verdict;
  /** What a manager decides by, and the paragraph of it. */
  readonly decision: DecisionCard;
  readonly decisionText: string;
  /** Who decided what and when: accepted findings with their owners. */
  readonly decisions: readonly Decision[];
  readonly counts: Counts;
  readonly coverage: Coverage;
  readonly notTested: readonly NotTested[];
  readonly severities: readonly SeverityCount[];
  readonly sides: readonly SideView[];
  readonly header: RunHeader;
  readonly findings: readonly FindingView[];
  /** The findings by change: every finding is in one group. */
  readonly groups: readonly GroupView[];
  readonly methods: readonly MethodView[];
  readonly customers: readonly CustomerView[];
  readonly dismissed: readonly DismissedView[];
  readonly cases: readonly CaseView[];
  readonly since: SinceView | null;
  /** What this report does not hold and where it is, in sentences. */
  readonly leftOut: readonly string[];
}

export interface Heading {
  /** `geth 1.16.7 → geth 1.17.0`. */
  readonly versions: string;
  readonly network: string;
  readonly runId: string;
  readonly createdAt: string;
  readonly madeAt: string;
  readonly command: string;
  readonly complete: boolean;
  readonly incompleteReason: string | null;
}

/** An accepted finding and the person who answers for it. */
export interface Decision {
  readonly fingerprint: string;
  readonly reason: string;
  readonly owner: string;
  /** Day, UTC, inclusive. */
  readonly expires: string;
}

export interface Coverage {
  readonly comparedShare: number;
  readonly methods: number;
  readonly methodsCompared: number;
  readonly customers: number;
  /** Compared methods that only ever agreed on errors. */
  readonly onlyErrors: readonly string[];
  readonly sends: number;
  readonly recordings: readonly RecordingView[];
}

export interface RecordingView {
  readonly name: string;
  readonly seen: number;
  readonly stored: number;
  readonly dropped: readonly { readonly reason: string; readonly exchanges: number }[];
  readonly from: string | null;
  readonly to: string | null;
}

/** Calls that prove nothing, or were not sent, by one reason. */
export interface NotTested {
  readonly state: "skipped" | "uncomparable";
  readonly reason: string;
  readonly words: string;
  readonly calls: number;
  readonly share: number;
  readonly methods: readonly { readonly method: string; readonly calls: number }[];
  readonly moreMethods: number;
}

export interface SeverityCount {
  readonly severity: Severity;
  readonly findings: number;
  readonly open: number;
  /** Calls whose worst finding has this severity. */
  readonly calls: number;
}

export interface SideView {
  readonly side: "old" | "candidate";
  readonly targets: readonly {
    readonly url: string;
    readonly version: string | null;
    readonly capabilities: readonly { readonly name: string; readonly value: string }[];
  }[];
}

export interface FindingView {
  /** Place in the list, from 1. */
  readonly rank: number;
  readonly fingerprint: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly severityReason: string | null;
  readonly confidence: Confidence;
  readonly confidenceCounts: Readonly<Record<Confidence, number>>;
  readonly status: Status;
  readonly method: string;
  readonly path: string;
  readonly title: string;
  readonly calls: number;
  readonly comparedCalls: number;
  readonly share: number;
  /** Against the run given as a baseline; null without one. */
  readonly since: "new" | "grown" | "still-there" | null;
  readonly knownChange: KnownChange | null;
  readonly decision: Decision | null;
  readonly causedBy: FindingLink | null;
  readonly explains: readonly FindingLink[];
  /** What else is known of it, in sentences: of the upstream change, of the method's specification. */
  readonly notes: readonly string[];
  /** The values that differ, cut around what differs. */
  readonly preview: { readonly old: Marked; readonly candidate: Marked } | null;
  readonly moreExplained: number;
  readonly control: {
    readonly candidateOnly: number;
    readonly both: number;
    readonly controlOnly: number;
  } | null;
  readonly customerCount: number;
  /** Every customer's id, for filters. */
  readonly customerIds: readonly string[];
  readonly customers: readonly {
    readonly id: string;
    /** From the customers file; null without it. */
    readonly name: string | null;
    readonly calls: number;
    readonly lastSeen: string | null;
  }[];
  readonly moreCustomers: number;
  readonly clients: readonly {
    readonly name: string;
    readonly version: string;
    readonly calls: number;
    readonly customers: readonly string[];
  }[];
  /** Libraries known to break on this, those that were seen first. */
  readonly brokenLibraries: readonly BrokenLibrary[];
  /** Customers whose User-Agents named no library. */
  readonly unknownClients: number;
  readonly places: readonly { readonly path: string; readonly count: number }[];
  readonly morePlaces: number;
  readonly variants: readonly {
    readonly old: string;
    readonly candidate: string;
    readonly calls: number;
  }[];
  readonly moreVariants: number;
  /** Where a side has several targets: on which of them it was seen. */
  readonly targets: string | null;
  readonly advice: Advice;
  readonly acceptedEntry: string;
  readonly noticeText: string;
  readonly sampleCount: number;
  /** Pair of the first example; empty without one. */
  readonly firstPairId: string;
  /**
   * Reads the texts of at most `most` examples; called once per rendering, so that memory holds one finding. Bodies of more
   * than `parsedCharacters` are compared as text, not as JSON.
   */
  readonly examples: (most: number, parsedCharacters: number) => readonly ExampleView[];
}

export interface FindingLink {
  readonly fingerprint: string;
  readonly kind: string;
  readonly method: string;
  readonly path: string;
}

export interface ExampleView {
  readonly pairId: string;
  readonly name: string | null;
  readonly customer: string | null;
  /** From the customers file; null without it. */
  readonly customerName: string | null;
  readonly at: string | null;
  readonly path: string;
  readonly old: string;
  readonly candidate: string;
  readonly request: string | null;
  readonly curls: Curls | null;
  readonly oldOutcome: string;
  readonly candidateOutcome: string;
  readonly rows: readonly Row[];
  /** What of this example is not shown, in words. */
  readonly notes: readonly string[];
}

export interface MethodView {
  readonly facts: MethodFacts;
  readonly share: number;
  readonly findings: number;
  readonly worst: Severity | null;
  /** Relative change of the 95th percentile, 0.1 for 10 % slower; null where not measured. */
  readonly p95Change: number | null;
  /** Whether the test found it slower than is allowed: a change without that may be chance. */
  readonly isSlower: boolean;
  /** Calls whose times were compared, as far as they were kept. */
  readonly timed: number;
  readonly chart: LatencyChart | null;
}

export interface CustomerView {
  readonly id: string;
  /** From the customers file; null without it. */
  readonly name: string | null;
  /** Where the draft of their notice is, beside the report; null where there is none. */
  readonly notice: string | null;
  /** Share of their own compared traffic that has a breaking or risky finding. */
  readonly affected: number;
  /** Client libraries seen in calls with findings. */
  readonly libraries: readonly string[];
  readonly calls: number;
  readonly compared: number;
  readonly breaking: number;
  readonly risky: number;
  readonly lastSeen: string | null;
}

interface DismissedView {
  readonly fingerprint: string;
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

interface CaseView {
  readonly title: string;
  readonly source: string | null;
  readonly outcome: string;
  readonly reason: string | null;
}

export interface SinceView {
  readonly runId: string;
  readonly createdAt: string;
  readonly fresh: number;
  readonly grown: number;
  readonly still: number;
  readonly gone: readonly FindingLink[];
  /** Not seen again, in too few calls to say that it is gone. */
  readonly notAsked: readonly FindingLink[];
}

/** A client library that is known to break on a finding, and who was seen with it. */
export interface BrokenLibrary {
  /** With its version range. */
  readonly library: string;
  readonly effect: string;
  readonly source: string;
  /** Versions and customers from User-Agents; null where none was seen. */
  readonly seen: string | null;
}
