import type { PlaceFacts } from "../../src/classify/advice/index.ts";
import { fingerprint } from "../../src/classify/fingerprint.ts";
import type { Confidence } from "../../src/model/comparison.ts";
import type { JsonValue } from "../../src/model/json.ts";
import type { Kind } from "../../src/model/kinds.ts";
import type {
  GroupFacts,
  LatencyFacts,
  MethodFacts,
  NotCompared,
  RunFacts,
  Sample,
  Signature,
} from "../../src/model/run.ts";

/** A difference that some calls of a built run have. */
export interface BuiltFinding {
  readonly kind: Kind;
  /** Path pattern; "/result" when left out. */
  readonly path?: string;
  readonly confidence?: Confidence;
  readonly old?: string;
  readonly candidate?: string;
  readonly causedBy?: { readonly kind: Kind; readonly path: string };
}

/** Calls alike: one row of a built run. */
export interface BuiltCalls {
  readonly method: string;
  readonly count: number;
  readonly customer?: string;
  readonly client?: { readonly name: string; readonly version: string };
  readonly findings?: readonly BuiltFinding[];
  /** Set for calls that were not compared. */
  readonly state?: "uncomparable" | "skipped";
  readonly reason?: string;
  readonly weight?: number;
  readonly agreedOnError?: boolean;
  /** Milliseconds of old and candidate of each call, by its number. */
  readonly latency?: (call: number) => readonly [old: number, candidate: number];
  /** Reply bytes of one call. */
  readonly bytes?: { readonly old: number; readonly candidate: number };
}

export const BUILT_AT = new Date("2026-11-21T10:00:00Z");
const LAST_SEEN = Date.parse("2026-11-20T09:12:00Z");

/** The fingerprint that a built run gives to a kind at a method and path. */
export function builtFingerprint(kind: Kind, method: string, path = "/result"): string {
  return fingerprint(kind, method, path);
}

/**
 * Facts of a run whose calls are as given, with every count, group, signature and customer derived from them, so that they
 * always agree with one another. `overrides` replaces whole fields.
 */
export function buildFacts(
  rows: readonly BuiltCalls[],
  overrides: Partial<RunFacts> = {},
): RunFacts {
  const compared = rows.filter(({ state }) => state === undefined);
  const calls = total(rows);
  const different = total(compared.filter(isDifferent));
  return {
    header: {
      id: "built",
      createdAt: BUILT_AT.toISOString(),
      command: "replay",
      network: { chainId: "1", genesisHash: `0x${"11".repeat(32)}` },
      recordings: [
        {
          name: "sample.sqlite",
          seen: calls,
          stored: calls,
          dropped: {},
          firstAt: LAST_SEEN - 3_600_000,
          lastAt: LAST_SEEN,
        },
      ],
      old: [{ url: "http://127.0.0.1:8545", clientVersion: "Geth/v1.16.7", capabilities: {} }],
      candidate: [
        { url: "http://127.0.0.1:8645", clientVersion: "Geth/v1.17.0", capabilities: {} },
      ],
      configurationDifferences: [],
      options: {},
    },
    complete: true,
    incompleteReason: null,
    finishedAt: BUILT_AT.toISOString(),
    counts: {
      exchanges: calls,
      calls,
      compared: total(compared),
      same: total(compared) - different,
      different,
      uncomparable: total(rows.filter(({ state }) => state === "uncomparable")),
      skipped: total(rows.filter(({ state }) => state === "skipped")),
    },
    sends: 3 * total(compared),
    methods: [...Map.groupBy(rows, ({ method }) => method)].map(([method, own]) =>
      methodOf(method, own),
    ),
    notCompared: notComparedOf(rows),
    groups: groupsOf(compared),
    noise: [],
    signatures: signaturesOf(compared),
    customers: customersOf(rows),
    cases: [],
    samples: samplesOf(compared),
    ...overrides,
  };
}

function isDifferent({ findings = [] }: BuiltCalls): boolean {
  return findings.some(({ kind }) => kind !== "value-drift" && kind !== "serialisation-changed");
}

function total(rows: readonly BuiltCalls[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

function weights(rows: readonly BuiltCalls[]): {
  calls: number;
  weight: number;
  weightSquares: number;
} {
  return {
    calls: total(rows),
    weight: rows.reduce((sum, { count, weight = 1 }) => sum + count * weight, 0),
    weightSquares: rows.reduce((sum, { count, weight = 1 }) => sum + count * weight * weight, 0),
  };
}

function methodOf(method: string, rows: readonly BuiltCalls[]): MethodFacts {
  const compared = rows.filter(({ state }) => state === undefined);
  const different = total(compared.filter(isDifferent));
  const bytes = (side: "old" | "candidate"): number =>
    compared.reduce((sum, row) => sum + row.count * (row.bytes?.[side] ?? 100), 0);
  return {
    method,
    ...weights(rows),
    compared: total(compared),
    comparedWeight: weights(compared).weight,
    same: total(compared) - different,
    different,
    uncomparable: total(rows.filter(({ state }) => state === "uncomparable")),
    skipped: total(rows.filter(({ state }) => state === "skipped")),
    agreedOnError: total(compared.filter(({ agreedOnError }) => agreedOnError === true)),
    latency: latencyOf(compared),
    bytes: { old: bytes("old"), candidate: bytes("candidate") },
  };
}

function latencyOf(rows: readonly BuiltCalls[]): LatencyFacts | null {
  const pairs = rows.flatMap(({ latency, count }) =>
    latency === undefined ? [] : Array.from({ length: count }, (_, call) => latency(call)),
  );
  if (pairs.length === 0) return null;
  const old = pairs.map(([ms]) => ms).sort((a, b) => a - b);
  const candidate = pairs.map(([, ms]) => ms).sort((a, b) => a - b);
  return {
    old: percentiles(old),
    candidate: percentiles(candidate),
    pairs,
    histogram: { old: histogram(old), candidate: histogram(candidate) },
  };
}

function percentiles(sorted: readonly number[]): LatencyFacts["old"] {
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

function histogram(values: readonly number[]): (readonly [number, number])[] {
  return [...Map.groupBy(values, (ms) => 2 ** Math.ceil(Math.log2(Math.max(1, ms))))]
    .map(([bound, own]) => [bound, own.length] as const)
    .sort(([a], [b]) => a - b);
}

function notComparedOf(rows: readonly BuiltCalls[]): NotCompared[] {
  const left = rows.filter(({ state }) => state !== undefined);
  const keyed = Map.groupBy(left, ({ state, reason, method }) =>
    [state, reason, method].join("\n"),
  );
  return [...keyed.values()].flatMap((own) => {
    const [first] = own;
    if (first?.state === undefined) return [];
    const { calls, weight } = weights(own);
    const { state, method, reason = state === "skipped" ? "writes" : "rate-limited" } = first;
    return [{ state, reason, method, calls, weight }];
  });
}

interface Placed extends BuiltFinding {
  readonly row: BuiltCalls;
  readonly fingerprint: string;
}

function placed(rows: readonly BuiltCalls[]): Placed[] {
  return rows.flatMap((row) =>
    (row.findings ?? []).map((finding) => ({
      ...finding,
      row,
      fingerprint: builtFingerprint(finding.kind, row.method, finding.path),
    })),
  );
}

function groupsOf(rows: readonly BuiltCalls[]): GroupFacts[] {
  return [...Map.groupBy(placed(rows), ({ fingerprint }) => fingerprint)].flatMap(
    ([fingerprint, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const { kind, path = "/result", causedBy, row } = first;
      const callsOf = (confidence: Confidence): number =>
        total(
          own.filter((one) => (one.confidence ?? "confirmed") === confidence).map((one) => one.row),
        );
      const named = own.filter((one) => one.row.customer !== undefined);
      const withClient = own.filter((one) => one.row.client !== undefined);
      return [
        {
          fingerprint,
          kind,
          method: row.method,
          path,
          ...weights(own.map((one) => one.row)),
          confidence: {
            confirmed: callsOf("confirmed"),
            probable: callsOf("probable"),
            flaky: callsOf("flaky"),
          },
          causedBy:
            causedBy === undefined
              ? null
              : builtFingerprint(causedBy.kind, row.method, causedBy.path),
          customers: [...Map.groupBy(named, (one) => one.row.customer ?? "")].map(
            ([id, theirs]) => ({
              id,
              ...weights(theirs.map((one) => one.row)),
              lastSeen: LAST_SEEN,
            }),
          ),
          clients: [
            ...Map.groupBy(
              withClient,
              (one) => `${one.row.client?.name} ${one.row.client?.version}`,
            ),
          ].map(([, theirs]) => ({
            name: theirs[0]?.row.client?.name ?? "",
            version: theirs[0]?.row.client?.version ?? "",
            calls: total(theirs.map((one) => one.row)),
            customers: [...new Set(theirs.flatMap((one) => one.row.customer ?? []))],
          })),
          places: [{ path: path.replaceAll("*", "0"), count: total(own.map((one) => one.row)) }],
          variants: [
            {
              old: first.old ?? '"0x1"',
              candidate: first.candidate ?? '"0x2"',
              calls: total(own.map((one) => one.row)),
            },
          ],
          targets: { seen: [0], of: 1 },
        },
      ];
    },
  );
}

function signaturesOf(rows: readonly BuiltCalls[]): Signature[] {
  const keyOf = (row: BuiltCalls): string =>
    JSON.stringify([
      row.method,
      row.customer ?? null,
      placed([row]).map(({ fingerprint }) => fingerprint),
      best(row),
    ]);
  return [...Map.groupBy(rows, keyOf).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    return [
      {
        method: first.method,
        customer: first.customer ?? null,
        fingerprints: placed([first])
          .map(({ fingerprint }) => fingerprint)
          .sort(),
        confidence: best(first),
        ...weights(own),
      },
    ];
  });
}

function best({ findings = [] }: BuiltCalls): Confidence {
  const seen = new Set(findings.map(({ confidence }) => confidence ?? "confirmed"));
  if (seen.has("confirmed") || seen.size === 0) return "confirmed";
  return seen.has("probable") ? "probable" : "flaky";
}

function customersOf(rows: readonly BuiltCalls[]): RunFacts["customers"] {
  const named = rows.filter(({ customer }) => customer !== undefined);
  return [...Map.groupBy(named, ({ customer }) => customer ?? "")].map(([id, own]) => ({
    id,
    ...weights(own),
    compared: total(own.filter(({ state }) => state === undefined)),
    lastSeen: LAST_SEEN,
    methods: [...Map.groupBy(own, ({ method }) => method)].map(([method, calls]) => ({
      method,
      calls: total(calls),
    })),
  }));
}

function samplesOf(rows: readonly BuiltCalls[]): Sample[] {
  const keyed = Map.groupBy(
    placed(rows),
    ({ fingerprint, row }) => `${fingerprint} ${row.customer ?? ""}`,
  );
  return [...keyed.values()].flatMap((own, index) => {
    const [first] = own;
    if (first === undefined) return [];
    return [
      {
        fingerprint: first.fingerprint,
        pairId: `sample.sqlite:${index + 1}:0`,
        name: null,
        customer: first.row.customer ?? null,
        at: LAST_SEEN,
        path: (first.path ?? "/result").replaceAll("*", "0"),
        old: first.old ?? "0x1",
        candidate: first.candidate ?? "0x2",
      },
    ];
  });
}

/** One call's finding as a run groups it, of what a place's words are made from. */
export function groupOf({ kind, method, path, values }: PlaceFacts): GroupFacts {
  return {
    fingerprint: "0".repeat(16),
    kind,
    method,
    path,
    calls: 1,
    weight: 1,
    weightSquares: 1,
    confidence: { confirmed: 1, probable: 0, flaky: 0 },
    causedBy: null,
    customers: [],
    clients: [],
    places: [],
    variants:
      values === null
        ? []
        : [{ old: variantText(values.old), candidate: variantText(values.candidate), calls: 1 }],
    targets: { seen: [0], of: 1 },
  };
}

function variantText(one: JsonValue | undefined): string {
  return one === undefined ? "(absent)" : JSON.stringify(one);
}
