import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Target } from "../../model/target.ts";
import type { Exclusive } from "../../replay/drive/input.ts";
import type { Throttle } from "../../replay/send/throttle.ts";
import { fairShare, placesOf, serve, type Places } from "./places.ts";
import { createStarts } from "./starts.ts";

/** A worker's part of what all workers together may do to the targets of a run. */
export interface Ceiling {
  readonly throttle: Throttle;
  readonly exclusive: Exclusive;
  close(): Promise<void>;
}

export interface CeilingOptions {
  readonly url: string;
  readonly worker: string;
  readonly run: string;
  readonly targets: readonly Target[];
  /** Requests under way at once to each target, over all workers. */
  readonly concurrency: number;
  /** Exchanges started a second over all workers, or null. */
  readonly ratePerSecond: number | null;
  readonly timeoutMs: number;
  /** The run is paused. */
  readonly isPaused: () => boolean;
  readonly signal: AbortSignal;
}

/** A twelfth of the fence: a place is renewed many times before it could be lost. */
const TICK_MS = 500;
/** A place is ours this long after the database last said so. */
const FENCE_MS = 6_000;
/** A worker that was not heard of for this long has no share of the places. */
const SEEN_SECONDS = 10;

/**
 * Places at each target, as PostgreSQL's advisory locks: whoever holds lock k of a target may have one request under way
 * there. They are held by one connection, so the server frees them when a worker dies. Three things make that strict:
 * a worker that was not confirmed for FENCE_MS asks nothing more (it slept, or lost the database); the server ends a connection
 * that says nothing until what its worker had under way must be over; and a place that its worker did not give back (it
 * died, or the server did) stays empty for as long, as the node may still be at what was asked.
 */
export function openCeiling(options: CeilingOptions): Ceiling {
  const { signal, isPaused, worker, run, concurrency } = options;
  const places = new Map<string, Places>(
    options.targets.map((target) => [keyOf(target), placesOf(target)]),
  );
  // What is under way may take its timeout, and three times that alone.
  const drainMs = FENCE_MS + 4 * options.timeoutMs;
  let client: Client | null = null;
  let confirmedAt = -Infinity;
  const closing = new AbortController();
  const isOurs = (): boolean =>
    client !== null && performance.now() - confirmedAt < FENCE_MS && !isPaused();
  const starts = createStarts({ ...options, query: (text, values) => query(text, values) });

  const lose = (): void => {
    client = null;
    for (const place of places.values()) place.own.clear();
  };
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: the connection is one. */
  const query = (text: string, values: unknown[]): Promise<Record<string, unknown>[]> => {
    const answer = last.then(async () => {
      if (client === null) throw new Error("no connection");
      return (await client.query<Record<string, unknown>>(text, values)).rows;
    });
    last = answer.catch(() => {});
    return answer;
  };

  const connect = async (): Promise<void> => {
    const opened = new Client({
      connectionString: options.url,
      connectionTimeoutMillis: FENCE_MS,
      query_timeout: FENCE_MS,
      keepAlive: true,
    });
    const lost = (): void => {
      if (client === opened) lose();
    };
    opened.on("error", lost);
    opened.on("end", lost);
    await opened.connect();
    try {
      await opened.query(`SET idle_session_timeout = ${drainMs}`);
      await opened.query("SET application_name = 'shadowdiff worker'");
    } catch (error) {
      await opened.end().catch(() => {});
      throw error;
    }
    client = opened;
  };

  const tick = async (): Promise<void> => {
    if (client === null) await connect();
    const asked = performance.now();
    const [row] = await query(SEEN, [worker, run, SEEN_SECONDS]);
    const wanted = fairShare(concurrency, Number(row?.["workers"]), Number(row?.["rank"]));
    for (const [key, place] of places) await adjust(key, place, wanted);
    confirmedAt = asked;
    if (isOurs()) for (const place of places.values()) serve(place);
    await starts.refill(Number(row?.["workers"] ?? 1));
  };

  const adjust = async (key: string, place: Places, wanted: number): Promise<void> => {
    const id = lockClass(key);
    const missing = wanted - place.own.size;
    if (missing > 0) {
      const free = Array.from({ length: concurrency }, (_, number) => number).filter(
        (number) => !place.own.has(number),
      );
      const rows = await query(LOCK, [id, free, missing]);
      const locked = rows.map(({ number }) => Number(number));
      const taken = (await query(TAKE, [id, locked, worker, drainMs / 1_000])).map(({ number }) =>
        Number(number),
      );
      for (const number of taken) place.own.add(number);
      const kept = new Set(taken);
      await unlock(
        id,
        locked.filter((number) => !kept.has(number)),
      );
    }
    const spare = [...place.own].slice(
      0,
      Math.max(0, place.own.size - Math.max(wanted, place.inUse)),
    );
    // Not ours from now on, whatever becomes of the query.
    for (const number of spare) place.own.delete(number);
    if (spare.length > 0) {
      await query(GIVE, [id, spare]);
      await unlock(id, spare);
    }
  };
  const unlock = async (id: number, numbers: readonly number[]): Promise<void> => {
    if (numbers.length > 0) await query(UNLOCK, [id, numbers]);
  };

  const following = (async () => {
    while (!closing.signal.aborted) {
      await tick().catch(() => {
        // Lost, or slow: asked again; meanwhile the fence holds requests back.
        const dead = client;
        lose();
        void dead?.end().catch(() => {});
      });
      await sleep(TICK_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  })();

  const letGo = (): void => {
    for (const place of places.values()) {
      for (const go of place.waiting.splice(0)) {
        place.inUse += 1;
        go();
      }
    }
    starts.release();
  };
  signal.addEventListener("abort", letGo, { once: true });

  const throttle: Throttle = {
    enter(target) {
      const place = places.get(keyOf(target));
      if (place === undefined) return null;
      if (signal.aborted || (isOurs() && place.inUse < place.own.size)) {
        place.inUse += 1;
        return null;
      }
      return new Promise((resolve) => place.waiting.push(resolve));
    },
    leave(target) {
      const place = places.get(keyOf(target));
      if (place === undefined) return;
      place.inUse -= 1;
      if (isOurs()) serve(place);
    },
    due: () => (signal.aborted ? null : starts.due()),
    isHeld: () => !isOurs() || [...places.values()].some(({ own }) => own.size === 0),
  };

  return {
    throttle,
    exclusive: async (target) => {
      const id = lockClass(`heavy ${keyOf(target)}`);
      while (!signal.aborted) {
        const rows = isOurs()
          ? await query("SELECT pg_try_advisory_lock($1, 0) AS ok", [id]).catch(() => [])
          : [];
        if (rows[0]?.["ok"] === true) break;
        await sleep(EXCLUSIVE_MS);
      }
      return () => void query("SELECT pg_advisory_unlock($1, 0)", [id]).catch(() => {});
    },
    async close() {
      closing.abort();
      signal.removeEventListener("abort", letGo);
      letGo();
      await following;
      // Nothing is under way any more: others may have the places at once.
      if (client !== null)
        await query("DELETE FROM shadowdiff.places WHERE holder = $1", [worker]).catch(() => {});
      await client?.end().catch(() => {});
    },
  };
}

/** Heavy calls take hundreds of milliseconds and more: 25 for a turn are not felt. */
const EXCLUSIVE_MS = 25;

/** Says that this worker is alive and where, and asks how many are, and which of them it is. */
const SEEN = `
WITH me AS (
  INSERT INTO shadowdiff.workers (id, run) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET seen_at = now(), run = excluded.run RETURNING id),
held AS (UPDATE shadowdiff.places SET used_at = now() WHERE holder = $1),
alive AS (
  SELECT id FROM shadowdiff.workers
  WHERE run = $2 AND seen_at > now() - make_interval(secs => $3) UNION SELECT id FROM me)
SELECT (SELECT count(*) FROM alive)::int AS workers, (SELECT count(*) FROM alive WHERE id < $1)::int AS rank`;

/** Locks some of these places: each row is tried once, until enough are locked. */
const LOCK = `
WITH RECURSIVE tried AS (
  SELECT 0 AS index, 0 AS got, NULL::int AS number
  UNION ALL
  SELECT index + 1, got + CASE WHEN ok THEN 1 ELSE 0 END, CASE WHEN ok THEN ($2::int[])[index + 1] END
  FROM tried, LATERAL (SELECT pg_try_advisory_lock($1, ($2::int[])[tried.index + 1]) AS ok) lock
  WHERE index < cardinality($2::int[]) AND got < $3)
SELECT number FROM tried WHERE number IS NOT NULL`;

/** Takes places that are locked: gives those where no other worker may still have something under way. */
const TAKE = `
INSERT INTO shadowdiff.places AS p (target, number, holder, used_at)
SELECT $1, number, $3, now() FROM unnest($2::int[]) AS number
ON CONFLICT (target, number) DO UPDATE SET holder = excluded.holder, used_at = excluded.used_at
WHERE p.holder = excluded.holder OR p.used_at < now() - make_interval(secs => $4)
RETURNING number`;

const GIVE = "DELETE FROM shadowdiff.places WHERE target = $1 AND number = ANY($2::int[])";
const UNLOCK = "SELECT pg_advisory_unlock($1, number) FROM unnest($2::int[]) AS number";

/** The same node is the same target for every worker and every run. */
function keyOf({ origin, path }: Target): string {
  return `${origin}${path}`;
}

function lockClass(key: string): number {
  return createHash("sha256").update(key).digest().readInt32BE(0);
}
