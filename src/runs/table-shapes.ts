/**
 * The tables of a run that add up: what they are keyed by and what is summed. Writing and merging read the same list, so that
 * a column which is counted is also merged.
 */
export interface TableShape {
  readonly name: string;
  readonly keys: readonly string[];
  readonly sums: readonly string[];
  /** A column that keeps its greatest value. */
  readonly latest?: string;
  /** Rows kept of each group (the first key), those of the lowest ranks (the second key). */
  readonly keep?: number;
}

const WEIGHTED = ["calls", "weight", "weight_squares"];

export const SHAPES = {
  methods: {
    name: "methods",
    keys: ["method"],
    sums: [
      ...WEIGHTED,
      "compared",
      "compared_weight",
      "same",
      "different",
      "uncomparable",
      "skipped",
      "agreed_on_error",
      "bytes_old",
      "bytes_candidate",
    ],
  },
  notCompared: {
    name: "not_compared",
    keys: ["state", "reason", "method"],
    sums: ["calls", "weight"],
  },
  customers: {
    name: "customers",
    keys: ["customer"],
    sums: [...WEIGHTED, "compared"],
    latest: "last_seen",
  },
  customerMethods: { name: "customer_methods", keys: ["customer", "method"], sums: ["calls"] },
  latencyBuckets: { name: "latency_buckets", keys: ["method", "side", "bucket"], sums: ["calls"] },
  /** Enough for a rank test, small enough to carry. */
  latencyPairs: {
    name: "latency_pairs",
    keys: ["method", "rank", "pair_id"],
    sums: ["old_ms", "candidate_ms"],
    keep: 1_000,
  },
  noise: {
    name: "noise",
    keys: ["method", "path", "kind"],
    sums: ["candidate_only", "control_only", "both"],
  },
  firm: { name: "firm", keys: ["method", "path", "kind"], sums: ["calls"] },
  findings: {
    name: "findings",
    keys: ["fingerprint", "kind", "method", "path"],
    sums: [...WEIGHTED, "confirmed", "probable", "flaky"],
  },
  causes: { name: "finding_causes", keys: ["fingerprint", "cause"], sums: ["calls"] },
  findingCustomers: {
    name: "finding_customers",
    keys: ["fingerprint", "customer"],
    sums: WEIGHTED,
    latest: "last_seen",
  },
  clients: {
    name: "finding_clients",
    keys: ["fingerprint", "name", "version", "customer"],
    sums: ["calls"],
  },
  targets: { name: "finding_targets", keys: ["fingerprint", "target"], sums: ["calls"] },
  signatures: {
    name: "signatures",
    keys: ["method", "customer", "fingerprints", "confidence"],
    sums: WEIGHTED,
  },
  places: {
    name: "finding_places",
    keys: ["fingerprint", "rank", "path"],
    sums: ["count"],
    keep: 100,
  },
  variants: {
    name: "finding_variants",
    keys: ["fingerprint", "rank", "old", "candidate"],
    sums: ["calls"],
    keep: 50,
  },
} as const satisfies Record<string, TableShape>;
