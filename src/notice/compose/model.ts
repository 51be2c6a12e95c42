import type { Kind, Severity } from "../../model/kinds.ts";
import type { Estimate } from "../../statistics/estimate.ts";

/**
 * Text in which code stands between backticks: `eth_call` no longer returns `x`. Each format shows it in its own way.
 * Values are cleaned of backticks before they go in.
 */
export type Phrase = string;

/**
 * How an account stands to an upgrade. `not-seen` is not "not affected": their calls in the sample showed no difference.
 * `unknown`: none of their calls was compared.
 */
export type Standing = "affected" | "check" | "informed" | "not-seen" | "unknown";

/** One line of an excerpt; `changed` lines are the ones that differ. */
export interface ExcerptLine {
  readonly text: string;
  readonly changed: boolean;
}

export interface Excerpt {
  readonly lines: readonly ExcerptLine[];
}

/** A call of the account's own that shows the change. */
export interface Evidence {
  /** RFC 3339 in UTC, or null where the source had no times. */
  readonly at: string | null;
  /** The request, long values shortened so that it can be found but not replayed from a mailbox. */
  readonly request: string;
  readonly before: Excerpt;
  readonly after: Excerpt;
  /** `error.code: -32000 → 3`, where one line on each side says it all. */
  readonly line: string | null;
  readonly ask: Ask | null;
}

/** What a reader needs in ten seconds. */
export interface Brief {
  /** Each how "You are affected if your code …" goes on. */
  readonly affectedIf: readonly Phrase[];
  readonly moreConditions: number;
  readonly actions: readonly string[];
  readonly moreActions: number;
  /** What to look for in source code and in logs. */
  readonly inCode: readonly string[];
  readonly inLogs: readonly string[];
}

/** The account's own request as commands that can be run: whole, never cut. */
export interface Ask {
  /** Against the endpoint of today. */
  readonly now: string;
  /** Against the new version, or null where it can't be tried. */
  readonly next: string | null;
  /** The line of the new version's answer that shows the change, where one does. */
  readonly expect: string | null;
}

/** What is said of a change at its own method and field; a line that does not fit is null or left out. */
export interface Advice {
  /** What a customer sees; null where the change's own sentence says it. */
  readonly sees: string | null;
  /** How "You are affected if your code …" goes on; null where no code can depend on it. */
  readonly condition: Phrase | null;
  /** What to write so that it works on both versions, in a sentence. */
  readonly action: string;
  readonly breaks: readonly {
    readonly library: string;
    readonly code: string;
    readonly result: string;
  }[];
  /** Code that works on both versions. */
  readonly works: string | null;
  /** What to look for in source code and in logs. */
  readonly search: { readonly code: string | null; readonly logs: string | null };
}

export interface KnownUpstream {
  readonly client: string;
  readonly version: string;
  readonly source: string;
  readonly summary: string;
}

/** One difference as one account met it. Every count and value is of that account's own traffic. */
export interface AccountChange {
  readonly fingerprint: string;
  readonly kind: Kind;
  readonly severity: Severity;
  readonly method: string;
  readonly path: string;
  readonly sentence: Phrase;
  readonly calls: number;
  readonly estimate: Estimate;
  /** RFC 3339 in UTC, or null. */
  readonly lastSeen: string | null;
  readonly clients: readonly string[];
  readonly apps: readonly string[];
  readonly accepted: boolean;
  readonly upstream: KnownUpstream | null;
  readonly advice: Advice | null;
  /** Which version follows the specification, where one does and the other does not; else null. */
  readonly conformance: string | null;
  readonly evidence: Evidence | null;
  /** Number, from 1, of the change in the same list whose evidence shows this one as well; null where it has its own. */
  readonly shownAt: number | null;
  /** Sentences of the changes that come with this one (causedBy). */
  readonly follows: readonly Phrase[];
}

/** A change of the upgrade without anybody's data. */
export interface PublicChange {
  readonly kind: Kind;
  readonly severity: Severity;
  readonly method: string;
  readonly sentence: Phrase;
  readonly upstream: KnownUpstream | null;
  readonly advice: Advice | null;
}

/** How much of the account's own traffic stands behind the notice. */
export interface Coverage {
  readonly calls: number;
  readonly compared: number;
  /** RFC 3339 in UTC: the period of the recordings, or null where they had no times. */
  readonly from: string | null;
  readonly to: string | null;
  /** Methods the account calls that no comparison covered, with why in words. */
  readonly untested: readonly {
    readonly method: string;
    readonly calls: number;
    readonly reason: string;
  }[];
  /** Recorded exchanges that a comparison which was stopped did not come to; whose they are was not kept. */
  readonly unsent: number;
  readonly stopped: boolean;
}

export interface Moment {
  /** RFC 3339 in UTC. */
  readonly at: string;
  readonly what: string;
}

/** The facts that every notice of one upgrade shares: from the upgrade file, never from traffic. */
export interface UpgradeFacts {
  readonly id: string;
  readonly network: string;
  readonly endpoint: string;
  readonly client: string;
  readonly from: string;
  readonly to: string;
  readonly urgency: "optional" | "recommended" | "mandatory" | "security";
  /** `live` once changesAt has passed. */
  readonly state: "planned" | "live" | "postponed" | "cancelled";
  readonly releaseNotes: string | null;
  readonly changesAt: string;
  readonly actBy: string;
  readonly test: {
    readonly endpoint: string;
    /** Left out where it can be tried already. */
    readonly from?: string;
    readonly until: string | null;
    readonly how: string | null;
  } | null;
  readonly oldVersion: {
    readonly keptUntil: string;
    readonly endpoint: string | null;
    readonly how: string | null;
  } | null;
  readonly rollback: { readonly possible: boolean; readonly note: string | null };
  readonly timeline: readonly Moment[];
  readonly contact: readonly string[];
  readonly unchanged: readonly string[];
  readonly notes: readonly string[];
  readonly changelog: string | null;
  /** Where the provider puts the notices' pages; `{account}` in it is the account. */
  readonly pages: string | null;
}

interface Revision {
  readonly revision: number;
  readonly at: string;
  /** What this revision changed, in sentences. */
  readonly changed: readonly string[];
}

/** One account's notice. Holds nothing of any other account. */
export interface Notice {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly revision: number;
  readonly history: readonly Revision[];
  /** Set in a reminder: how long is left and what later traffic showed. */
  readonly reminder: { readonly text: string } | null;
  readonly account: string;
  readonly name: string;
  readonly language: string;
  readonly standing: Standing;
  readonly title: string;
  /** The one thing to know after 20 seconds. */
  readonly headline: Phrase;
  readonly brief: Brief | null;
  /** Day of the draft, RFC 3339: days left are counted from it. */
  readonly writtenOn: string;
  readonly upgrade: UpgradeFacts;
  /** Breaking and risky ones, shown in full up to a bound. */
  readonly changes: readonly AccountChange[];
  /** Beyond the bound: in the table only. */
  readonly further: readonly AccountChange[];
  readonly unlisted: number;
  /** Info: no action needed. */
  readonly harmless: readonly AccountChange[];
  readonly unlistedHarmless: number;
  /** Changes of methods the account calls, seen elsewhere, not in its own calls. */
  readonly elsewhere: readonly PublicChange[];
  /** Differences of the account's own calls of which nobody has said yet which version is right: counted, not told. */
  readonly held: number;
  readonly coverage: Coverage;
  readonly answer: { readonly ready: string | null; readonly objects: string | null };
}

/** The public changelog entry. */
export interface ChangelogEntry {
  readonly schemaVersion: 1;
  readonly upgrade: UpgradeFacts;
  readonly title: string;
  readonly action: readonly PublicChange[];
  readonly harmless: readonly PublicChange[];
  readonly untested: readonly string[];
}

/** For support: who is told what. Names accounts, so it stays inside. */
export interface InternalSummary {
  readonly schemaVersion: 1;
  readonly upgrade: UpgradeFacts;
  readonly accounts: readonly {
    readonly account: string;
    readonly name: string;
    readonly owner: string | null;
    readonly standing: Standing;
    readonly calls: number;
    readonly changes: readonly string[];
    readonly places: readonly string[];
  }[];
  /** Pseudonyms in the traffic that no account of the file has. */
  readonly withoutAccount: readonly {
    readonly token: string;
    readonly calls: number;
    readonly affected: boolean;
  }[];
  /** Accounts of the file that the traffic did not show. */
  readonly withoutTraffic: readonly string[];
  /** Calls that had no customer at all. */
  readonly anonymousCalls: number;
  /** What a person should settle before anything is sent. */
  readonly beforeSending: readonly string[];
}
