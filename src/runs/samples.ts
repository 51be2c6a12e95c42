import { createHash } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import type Database from "better-sqlite3";
import type { Comparison } from "../model/comparison.ts";
import type { JsonValue } from "../model/json.ts";
import type { Outcome, Pair } from "../model/pair.ts";
import type { CallGroup } from "./groups.ts";
import { rankOf } from "./rank.ts";

/** Samples of a finding beside the one that each of its customers gets. */
export const SAMPLES = 5;
/** A longer value is read by nobody as a value; its whole stands in the body. */
const VALUE_CHARACTERS = 64 * 1024;
/** A patch needs both bodies whole; past this it is null, with the reason. */
const BODY_BYTES = 4 * 1024 * 1024;
/** Of a body that is not kept whole: enough to see what it is. */
const CUT_BYTES = 64 * 1024;

export interface Samples {
  add(comparison: Comparison, groups: readonly CallGroup[]): void;
  flush(): void;
  /** Drops the texts that no sample needs any more. */
  prune(): void;
}

/**
 * Keeps, of each finding, the samples of the lowest ranks and the lowest of each customer. The rank is a hash of the
 * pair's id, so that the choice does not depend on which answer came first.
 */
export function samples(database: Database.Database): Samples {
  const insertSample = database.prepare(
    "INSERT OR REPLACE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const insertPair = database.prepare(
    `INSERT OR IGNORE INTO pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const removeSample = database.prepare(
    "DELETE FROM samples WHERE fingerprint = ? AND rank = ? AND pair_id = ?",
  );
  const kept = new Map<string, Kept[]>();
  for (const row of database
    .prepare("SELECT fingerprint, rank, pair_id, customer FROM samples")
    .all()) {
    const { fingerprint, rank, pair_id: pairId, customer } = row as SampleRow;
    kept.set(fingerprint, [...(kept.get(fingerprint) ?? []), { rank, pairId, customer }]);
  }
  const pending: (() => void)[] = [];

  return {
    add(comparison, groups) {
      const { pair, customer, pairId } = comparison;
      if (pair === null) return;
      const rank = rankOf(pairId);
      let used = false;
      for (const group of groups) {
        const list = kept.get(group.fingerprint) ?? [];
        kept.set(group.fingerprint, list);
        const evicted = admit(list, { rank, pairId, customer });
        if (evicted === null) continue;
        used = true;
        const [first] = group.differences;
        pending.push(() => {
          for (const gone of evicted) removeSample.run(group.fingerprint, gone.rank, gone.pairId);
          insertSample.run(
            group.fingerprint,
            rank,
            pairId,
            customer,
            first?.path ?? "",
            valueText(first?.old),
            valueText(first?.candidate),
          );
        });
      }
      if (used) pending.push(() => insertPair.run(...pairRow(comparison, pair)));
    },
    flush() {
      for (const write of pending.splice(0)) write();
    },
    prune() {
      database.exec("DELETE FROM pairs WHERE pair_id NOT IN (SELECT pair_id FROM samples)");
    },
  };
}

interface Kept {
  readonly rank: number;
  readonly pairId: string;
  readonly customer: string | null;
}

interface SampleRow {
  readonly fingerprint: string;
  readonly rank: number;
  readonly pair_id: string;
  readonly customer: string | null;
}

/** Adds a sample if the finding keeps it: gives those that it pushes out, or null when it is not kept. */
function admit(list: Kept[], sample: Kept): readonly Kept[] | null {
  list.push(sample);
  list.sort((a, b) => a.rank - b.rank || (a.pairId < b.pairId ? -1 : 1));
  const customers = new Set<string | null>();
  const evicted = list.filter(({ customer }, index) => {
    const firstOfCustomer = customer !== null && !customers.has(customer);
    customers.add(customer);
    return index >= SAMPLES && !firstOfCustomer;
  });
  for (const gone of evicted) list.splice(list.indexOf(gone), 1);
  return evicted.includes(sample) ? null : evicted;
}

function valueText(value: JsonValue | undefined): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  if (text.length <= VALUE_CHARACTERS) return text;
  return JSON.stringify(
    `${text.slice(0, 1_000)}… (${text.length} characters, sha256 ${sha256(Buffer.from(text))})`,
  );
}

function pairRow(comparison: Comparison, pair: Pair): unknown[] {
  return [
    pair.id,
    pair.method,
    pair.name,
    comparison.customer,
    comparison.at,
    zstdCompressSync(pair.request.subarray(0, BODY_BYTES)),
    pair.asked === undefined ? null : zstdCompressSync(pair.asked.subarray(0, BODY_BYTES)),
    ...sideColumns(pair.old),
    ...sideColumns(pair.candidate),
  ];
}

function sideColumns({ kind, status, body }: Outcome): unknown[] {
  if (body === null) return [kind, status, null, null];
  if (body.length <= BODY_BYTES) return [kind, status, zstdCompressSync(body), null];
  const cut = JSON.stringify({ bytes: body.length, sha256: sha256(body) });
  return [kind, status, zstdCompressSync(body.subarray(0, CUT_BYTES)), cut];
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
