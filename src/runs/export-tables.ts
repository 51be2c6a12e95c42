/** A column of an exported table: its name, the SQL that gives it, and its form in Parquet. */
export interface ExportedColumn {
  readonly name: string;
  readonly sql: string;
  /** `TIMESTAMP` is given as Unix ms. */
  readonly type: "STRING" | "DOUBLE" | "TIMESTAMP";
  readonly what: string;
}

export interface ExportedTable {
  readonly name: string;
  readonly from: string;
  /** What a row is. */
  readonly what: string;
  readonly columns: readonly ExportedColumn[];
}

const text = (name: string, what: string, sql = name): ExportedColumn => {
  return { name, sql, type: "STRING", what };
};
/** Counts are fractions where a sampled recording was extended. */
const number = (name: string, what: string, sql = name): ExportedColumn => {
  return { name, sql, type: "DOUBLE", what };
};
const moment = (name: string, what: string, sql = name): ExportedColumn => {
  return { name, sql, type: "TIMESTAMP", what };
};

const METHOD = text("method", "JSON-RPC method, or verb and route");
const CUSTOMER = text("customer", "pseudonym, or null");
const CALLS = number("calls", "calls that were asked");
const WEIGHT = number("weight", "calls of production that they stand for");
const FINGERPRINT = text("fingerprint", "the difference, as in findings.json");

/** What `export` writes of a run: facts as they were counted. Severities and status are the judge's, in findings.json. */
export const EXPORTED: readonly ExportedTable[] = [
  {
    name: "comparisons",
    from: "signatures",
    what: "compared calls of one method and customer that came out alike: which differences, or none",
    columns: [
      METHOD,
      CUSTOMER,
      text("fingerprints", "the differences, as a JSON list; [] where the answers are the same"),
      text("confidence", "how sure it is that they are the version's", "nullif(confidence, '')"),
      CALLS,
      WEIGHT,
    ],
  },
  {
    name: "methods",
    from: "methods",
    what: "a method",
    columns: [
      METHOD,
      CALLS,
      WEIGHT,
      number("compared", "of them, compared"),
      number("same", "of those, the same"),
      number("different", "of those, different"),
      number("uncomparable", "not comparable, see not_compared"),
      number("skipped", "not asked, see not_compared"),
      number("agreed_on_error", "both sides answered with the same error"),
      number("bytes_old", "bytes of old's answers"),
      number("bytes_candidate", "bytes of the candidate's"),
    ],
  },
  {
    name: "not_compared",
    from: "not_compared",
    what: "calls that were not compared for one reason",
    columns: [
      text("state", "uncomparable or skipped"),
      text("reason", "why"),
      METHOD,
      CALLS,
      WEIGHT,
    ],
  },
  {
    name: "findings",
    from: "findings",
    what: "a kind of difference at one place",
    columns: [
      FINGERPRINT,
      text("kind", "see RULES.md"),
      METHOD,
      text("path", "where in the answer"),
      CALLS,
      WEIGHT,
      number("confirmed", "calls in which it was confirmed"),
      number("probable", "calls in which it is probable"),
      number("flaky", "calls in which it came and went"),
    ],
  },
  {
    name: "finding_customers",
    from: "finding_customers",
    what: "a customer that a difference concerns",
    columns: [
      FINGERPRINT,
      CUSTOMER,
      CALLS,
      WEIGHT,
      moment("last_seen", "when it last asked such a call, in the recording"),
    ],
  },
  {
    name: "customers",
    from: "customers",
    what: "a customer",
    columns: [
      CUSTOMER,
      CALLS,
      WEIGHT,
      number("compared", "of the calls, compared"),
      moment("last_seen", "when it last asked, in the recording"),
    ],
  },
  {
    name: "latency_pairs",
    from: "latency_pairs",
    what: "a sampled call's latencies",
    columns: [
      METHOD,
      text("pair_id", "the call"),
      number("old_ms", "old's latency"),
      number("candidate_ms", "the candidate's"),
    ],
  },
  {
    name: "samples",
    from: "samples",
    what: "an example of a difference",
    columns: [
      FINGERPRINT,
      number("rank", "the lowest were kept"),
      text("pair_id", "the call"),
      CUSTOMER,
      text("path", "where in this answer"),
      text("old", "old's value, as JSON, where it is short"),
      text("candidate", "the candidate's"),
    ],
  },
];
