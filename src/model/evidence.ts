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
