import type { Confidence } from "./comparison.ts";
import type { Place } from "./difference.ts";
import type { Kind } from "./kinds.ts";
import type { ChainName } from "./exchange.ts";
import type { JsonObject, JsonValue } from "./json.ts";

export interface Network {
  /** Decimal text of the chain id, the Stacks network id, or "unknown". */
  readonly chainId: string;
  readonly genesisHash: string | null;
}

/** One node of a side, as the check found it. `url` is without credentials, query and path key. */
export interface TargetFacts {
  readonly url: string;
  readonly clientVersion: string | null;
  /** What the check probed: namespaces, gas cap, batch limit, oldest state, syncing… Keys are stable, values are plain. */
  readonly capabilities: JsonObject;
}

/** A capability on which the sides differ: configuration until shown otherwise. */
export interface ConfigurationDifference {
  readonly capability: string;
  readonly old: JsonValue;
  readonly candidate: JsonValue;
  /** What it makes uncomparable, in words; empty where nothing. */
  readonly effect: string;
}

export interface RecordingFacts {
  readonly name: string;
  readonly seen: number;
  readonly stored: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

/** Which part of which work a run is: what lets a part count once, however often it was done, and a missing one be seen. */
export interface RunPart {
  /** What was asked: one text for one selection of the same contents. Parts of one work share it. */
  readonly work: string;
  /** SHA-256 of each recording's (or pairs file's) content: other works that share one ask the same calls again. */
  readonly contents: readonly string[];
  /** Shards from 0, of `of`; a run that was not divided is shard 0 of 1. */
  readonly shards: readonly number[];
  readonly of: number;
  /** Id of the plan that divided it, or null. */
  readonly plan: string | null;
  /** Unix ms, for a window of a live run: windows that do not overlap are different calls. */
  readonly window?: { readonly from: number; readonly until: number };
}

export interface RunHeader {
  readonly id: string;
  readonly createdAt: string;
  readonly command: "replay" | "compare" | "shadow" | "merged";
  readonly network: Network;
  /** Chains of its calls; absent in runs of earlier versions. */
  readonly chains?: readonly ChainName[];
  readonly recordings: readonly RecordingFacts[];
  /** Absent in runs of older versions: each is then a work of its own. */
  readonly parts?: readonly RunPart[];
  readonly old: readonly TargetFacts[];
  readonly candidate: readonly TargetFacts[];
  readonly configurationDifferences: readonly ConfigurationDifference[];
  /** Options that shaped the run (concurrency, pin, seed, timeout…), without secrets. */
  readonly options: JsonObject;
}

export interface Counts {
  readonly exchanges: number;
  readonly calls: number;
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  readonly uncomparable: number;
  readonly skipped: number;
}

export interface Weighted {
  readonly calls: number;
  /** Sum of weights and of squared weights: their ratio gives the effective sample size. */
  readonly weight: number;
  readonly weightSquares: number;
}

export interface MethodFacts extends Weighted {
  readonly method: string;
  readonly compared: number;
  readonly comparedWeight: number;
  readonly same: number;
  readonly different: number;
  readonly uncomparable: number;
  readonly skipped: number;
  /** Compared calls where both sides gave the same error. */
  readonly agreedOnError: number;
  readonly latency: LatencyFacts | null;
  readonly bytes: { readonly old: number; readonly candidate: number };
}

export interface LatencyFacts {
  readonly old: Percentiles;
  readonly candidate: Percentiles;
  /** Paired first asks in ms, a bounded uniform sample (lowest hashes of pair ids). */
  readonly pairs: readonly (readonly [old: number, candidate: number])[];
  /** [upper bound in ms, calls] per bucket, for charts. */
  readonly histogram: {
    readonly old: readonly (readonly [number, number])[];
    readonly candidate: readonly (readonly [number, number])[];
  };
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

export interface NotCompared {
  readonly state: "skipped" | "uncomparable";
  readonly reason: string;
  readonly method: string;
  readonly calls: number;
  readonly weight: number;
}

/** An old and a candidate value seen at a finding's path, with how often. Bounded; texts cut at 200 characters. */
export interface Variant {
  readonly old: string;
  readonly candidate: string;
  readonly calls: number;
}

/** When a finding of a live run came and went. Unix ms. */
export interface Seen {
  readonly firstAt: number;
  readonly lastAt: number;
  /** How often it comes now against before, within the window that is judged. */
  readonly trend: "new" | "growing" | "steady" | "falling" | "not seen lately";
}

/** All differences of one kind at one method and path pattern. Facts only: no severity, no status. */
export interface GroupFacts extends Weighted {
  readonly fingerprint: string;
  readonly kind: Kind;
  readonly method: string;
  readonly path: string;
  readonly confidence: Readonly<Record<Confidence, number>>;
  /** Fingerprint of the finding that explains this one in every call, or null. */
  readonly causedBy: string | null;
  readonly customers: readonly {
    readonly id: string;
    readonly calls: number;
    readonly weight: number;
    readonly weightSquares: number;
    readonly lastSeen: number | null;
  }[];
  readonly clients: readonly {
    readonly name: string;
    readonly version: string;
    readonly calls: number;
    readonly customers: readonly string[];
  }[];
  /** Concrete paths seen (bounded) with how many differences each had. */
  readonly places: readonly { readonly path: string; readonly count: number }[];
  readonly variants: readonly Variant[];
  /** Candidate targets on which it was seen, of how many. */
  readonly targets: { readonly seen: readonly number[]; readonly of: number };
  /** Only of live runs. */
  readonly seen?: Seen;
}

/** For McNemar's paired test, per method and pattern and kind. */
export interface NoiseFacts extends Place {
  readonly candidateOnly: number;
  readonly controlOnly: number;
  readonly both: number;
}

/** Calls that had the same set of findings: what rates over unaccepted findings are counted from, exactly. */
export interface Signature extends Weighted {
  readonly method: string;
  readonly customer: string | null;
  readonly fingerprints: readonly string[];
  /** The best confidence among its differences. */
  readonly confidence: Confidence;
}

export interface CustomerFacts extends Weighted {
  readonly id: string;
  readonly compared: number;
  readonly lastSeen: number | null;
  readonly methods: readonly { readonly method: string; readonly calls: number }[];
}

/** A changelog case and what the run showed of it. */
export interface CaseFacts {
  readonly name: string;
  readonly title: string;
  readonly source: string | null;
  readonly outcome: "confirmed" | "not-seen" | "not-testable" | "waived" | "open";
  readonly reason: string | null;
}

export interface Sample {
  readonly fingerprint: string;
  readonly pairId: string;
  readonly name: string | null;
  readonly customer: string | null;
  readonly at: number | null;
  readonly path: string;
  readonly old: JsonValue | undefined;
  readonly candidate: JsonValue | undefined;
}

/** A sample's full texts. Texts past the store's bound are cut; `cut` says their full length and hash. */
export interface SampleTexts {
  readonly pairId: string;
  readonly method: string;
  /** As it was recorded. */
  readonly request: string;
  /** As it was sent, where a tag became a block; absent when it is the same. */
  readonly asked?: string;
  readonly old: SideText;
  readonly candidate: SideText;
}

export interface SideText {
  readonly outcome: string;
  readonly status: number | null;
  readonly text: string | null;
  readonly cut: { readonly bytes: number; readonly sha256: string } | null;
}

/** Shards of a work that no run of those given has. */
export interface MissingShards {
  /** Names of the recordings. */
  readonly name: string;
  readonly shards: readonly number[];
  readonly of: number;
}

/** A run whose calls another run counts already. */
export interface RepeatedRun {
  readonly id: string;
  /** What it is a repeat of: `shard 2 of 4 of mainnet`. */
  readonly what: string;
  /** The run that counts. */
  readonly countedBy: string;
}

/** What a run says of itself. */
export interface RunHead {
  readonly header: RunHeader;
  readonly complete: boolean;
  /** Why it is incomplete, or null. */
  readonly incompleteReason: string | null;
  readonly finishedAt: string | null;
}

/** Everything that judge, report and notice read of a run, but for the sample texts, which are read one by one. */
export interface RunFacts extends RunHead {
  readonly counts: Counts;
  readonly sends: number;
  readonly methods: readonly MethodFacts[];
  readonly notCompared: readonly NotCompared[];
  readonly groups: readonly GroupFacts[];
  readonly noise: readonly NoiseFacts[];
  /** Noisy places at which a call was asked so often, both sides repeating themselves, that chance is no explanation. */
  readonly firm?: readonly Place[];
  readonly signatures: readonly Signature[];
  readonly customers: readonly CustomerFacts[];
  readonly cases: readonly CaseFacts[];
  readonly samples: readonly Sample[];
  /** What the parts that were given do not make up, and what they hold twice; absent where nothing. */
  readonly missing?: readonly MissingShards[];
  readonly repeated?: readonly RepeatedRun[];
}
