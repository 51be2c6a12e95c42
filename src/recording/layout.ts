import type Database from "better-sqlite3";
import type { Layout } from "../model/recording.ts";

/** Where the exchanges of a recording lie, found by its keys and indexes: no body is read. */
export function layoutOf(database: Database.Database): Layout {
  const ends = database.prepare<[], { first: number | null; last: number | null }>(
    "SELECT (SELECT min(id) FROM exchanges) AS first, (SELECT max(id) FROM exchanges) AS last",
  );
  const blockAt = database.prepare<[number], { block: number; id: number }>(
    "SELECT block, id FROM exchanges WHERE id >= ? ORDER BY id LIMIT 1",
  );
  const before = database.prepare<[number, number], { block: number; id: number }>(
    "SELECT block, id FROM exchanges WHERE id < ? ORDER BY id DESC LIMIT ?",
  );
  const names = database.prepare<[], string>("SELECT name FROM methods ORDER BY name").pluck();
  const ofMethod = database
    .prepare<[string, number], number>(
      "SELECT e.id FROM methods m JOIN exchanges e ON e.method = m.id WHERE m.name = ? LIMIT ?",
    )
    .pluck();
  const nth = database
    .prepare<[number], number>("SELECT id FROM exchanges ORDER BY id LIMIT 1 OFFSET ?")
    .pluck();
  const between = database
    .prepare<[number, number], number>("SELECT count(*) FROM exchanges WHERE id >= ? AND id < ?")
    .pluck();
  return {
    span() {
      const { first, last } = ends.get() ?? { first: null, last: null };
      return first === null || last === null ? null : { from: first, until: last + 1 };
    },
    blockStart(id) {
      const place = blockAt.get(id);
      if (place === undefined) return id;
      let start = place.id;
      for (const row of before.iterate(place.id, BLOCK_LOOK)) {
        if (row.block !== place.block) break;
        start = row.id;
      }
      return start;
    },
    methods: () => names.all(),
    idsOf: (methods, most) =>
      methods.flatMap((method) => ofMethod.all(method, most)).sort((a, b) => a - b),
    idAfter: (count) => nth.get(count) ?? null,
    countBetween: (from, until) => between.get(from, until) ?? 0,
  };
}

/** Rows looked at for the start of a block: some more than a block holds, as neighbours may lie in another. */
const BLOCK_LOOK = 1_000;
