/** Where a difference stands to a specification: which side departs from it, judged at the difference's own place. */
export type Conformance = "gained" | "lost" | "both-depart" | "both-conform" | "no-schema";

/** What a specification says of a finding. */
export interface ConformanceFacts {
  readonly standing: Conformance;
  /** One sentence: who departs, and in what. */
  readonly reason: string;
  /** Title and version of the specification. */
  readonly specification: string;
}

/** What an answer says of itself, by which it can be shown to be wrong without asking anybody. */
export type ClaimName =
  | "block-hash"
  | "transactions-root"
  | "withdrawals-root"
  | "receipts-root"
  | "transaction-hash"
  | "sender"
  | "logs-bloom"
  | "log-places"
  | "log-indexes"
  | "gas-sums";

/** Which claims an answer keeps; one that can't be told (another encoding, a part that is missing) is left out. */
export type Claims = { readonly [Name in ClaimName]?: boolean };

/** The side whose answer contradicts itself where the other's does not. */
export interface ProofFacts {
  readonly wrong: "old" | "candidate";
  readonly claim: ClaimName;
  /** One sentence: what does not fit in that side's answer. */
  readonly reason: string;
}
