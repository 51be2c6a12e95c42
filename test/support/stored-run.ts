import path from "node:path";
import type { Comparison } from "../../src/model/comparison.ts";
import type { Difference } from "../../src/model/difference.ts";
import type { SkippedReason, UncomparableReason } from "../../src/model/pair.ts";
import type { RunPart } from "../../src/model/run.ts";
import { openRunStore } from "../../src/runs/store.ts";
import { comparisonOf, pairOf } from "./comparison.ts";
import { BUILT_AT, buildFacts, type BuiltCalls, type BuiltFinding } from "./facts.ts";

interface StoredRun {
  readonly id?: string;
  readonly finishedAt?: Date;
  readonly incomplete?: string;
  readonly parts?: readonly RunPart[];
}

/**
 * Writes a run folder with the calls that are given, through the store that replay and compare use.
 * @returns the folder, `parent`/`name`
 */
export function storeBuiltRun(
  parent: string,
  name: string,
  rows: readonly BuiltCalls[],
  { id = name, finishedAt = BUILT_AT, incomplete, parts }: StoredRun = {},
): string {
  const folder = path.join(parent, name);
  const { header } = buildFacts([]);
  const store = openRunStore(folder, {
    ...header,
    id,
    createdAt: finishedAt.toISOString(),
    ...(parts === undefined ? {} : { parts }),
  });
  let number = 0;
  for (const row of rows) {
    for (let call = 0; call < row.count; call += 1) {
      number += 1;
      const pairId = `0:${number}:0`;
      store.add({ key: `0:${number}`, sends: 3, comparisons: [comparison(pairId, row)] });
    }
  }
  store.finish(incomplete ?? null, finishedAt);
  store.close();
  return folder;
}

function comparison(pairId: string, row: BuiltCalls): Comparison {
  const { method, customer = null, findings = [], weight = 1, agreedOnError = false } = row;
  const different = findings.length > 0;
  return comparisonOf({
    pairId,
    method,
    customer,
    weight,
    agreedOnError,
    state: row.state ?? (different ? "different" : "same"),
    reason: row.state === undefined ? null : reasonOf(row),
    differences: findings.map(difference),
    confidence: findings[0]?.confidence ?? "confirmed",
    latencyMs: { old: 10, candidate: 10 },
    pair: different ? pairOf({ id: pairId, method, customer, request: requestOf(method) }) : null,
  });
}

function requestOf(method: string): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] }));
}

function reasonOf({ state }: BuiltCalls): UncomparableReason | SkippedReason {
  return state === "skipped" ? "writes" : "rate-limited";
}

function difference({ kind, path: pattern = "/result", causedBy }: BuiltFinding): Difference {
  const cause = causedBy && { causedBy: { kind: causedBy.kind, pattern: causedBy.path } };
  return {
    ...cause,
    kind,
    path: pattern.replaceAll("*", "0"),
    pattern,
    old: "0x1",
    candidate: "0x2",
  };
}
