import path from "node:path";
import { describe, expect, it } from "vitest";
import type Database from "better-sqlite3";
import type { Batch, ExchangeRow } from "../../src/recording/batch.ts";
import { BLOCK_EXCHANGES } from "../../src/recording/compact.ts";
import { closeRecordingFile, openRecordingFile } from "../../src/recording/file.ts";
import { forgetCustomer } from "../../src/recording/forget.ts";
import { openRecording } from "../../src/recording/reader.ts";
import { encodeRecord } from "../../src/recording/record-bytes.ts";
import { batchStore } from "../../src/recording/store.ts";
import { temporaryFolder } from "../support/folder.ts";
import { exchangeRow } from "./exchange-row.ts";

const HEADER = {
  source: "record",
  network: { chainId: "1", genesisHash: null },
  keyId: "abcd1234",
  options: {},
  createdAt: Date.UTC(2026, 0, 2),
};

function batch(number: number, rows: readonly ExchangeRow[], more: Partial<Batch> = {}): Batch {
  const records = rows.map(({ id }) =>
    encodeRecord({
      verb: "POST",
      path: `/${id}`,
      requestHeaders: {},
      requestBody: Buffer.from(`asked ${id}`),
      responseHeaders: {},
      responseBody: Buffer.from(`said ${id}`),
    }),
  );
  return { number, rows, records, drops: {}, evicted: [], windows: [], gaps: [], ...more };
}

function opened(): { file: string; database: Database.Database } {
  const file = path.join(temporaryFolder(), "r.sqlite");
  return { file, database: openRecordingFile(file, HEADER) };
}

function rowsOf(database: Database.Database, sql: string): unknown[] {
  return database.prepare(sql).all();
}

const counts = (seen: number, forced: number, threshold: number): Partial<Batch> => ({
  windows: [
    {
      window: 1,
      startedAt: 5,
      methods: [{ key: "eth_call", seen, forced, threshold }],
      customers: [{ key: "cus_00000000000000aa", seen, forced, threshold }],
    },
  ],
  gaps: [{ minute: 60_000, reason: "unparsable", connections: 1, bytes: 10 }],
});

describe("a batch", () => {
  it("is stored once, however often it is sent", () => {
    const { database } = opened();
    const store = batchStore(database);
    expect(store.store(batch(2, [exchangeRow(1)], { drops: { "queue-full": 3 } }))).toBe(true);
    expect(store.store(batch(2, [exchangeRow(1)], { drops: { "queue-full": 3 } }))).toBe(false);
    expect(store.store(batch(1, [exchangeRow(7)]))).toBe(false);
    expect(store.store(batch(3, [exchangeRow(2)]))).toBe(true);
    expect(rowsOf(database, "SELECT seen, last_batch FROM recording")).toEqual([
      { seen: 5, last_batch: 3 },
    ]);
    expect(rowsOf(database, "SELECT id FROM exchanges")).toEqual([{ id: 1 }, { id: 2 }]);
    database.close();
  });

  it("is stored whole or not at all, and what it named is named again", () => {
    const { database } = opened();
    const store = batchStore(database);
    store.store(batch(1, [exchangeRow(1)]));
    const customer = "cus_00000000000000aa";
    const twice = batch(2, [exchangeRow(2, { method: "eth_new", customer }), exchangeRow(1)]);
    expect(() => store.store(twice)).toThrow(/UNIQUE/);
    expect(rowsOf(database, "SELECT name FROM methods")).toEqual([{ name: "eth_call" }]);
    expect(store.store(batch(2, [exchangeRow(2, { method: "eth_new", customer })]))).toBe(true);
    expect(
      rowsOf(
        database,
        `SELECT e.id, m.name, c.token FROM exchanges e JOIN methods m ON m.id = e.method
           LEFT JOIN customers c ON c.id = e.customer ORDER BY e.id`,
      ),
    ).toEqual([
      { id: 1, name: "eth_call", token: null },
      { id: 2, name: "eth_new", token: customer },
    ]);
    database.close();
  });

  it("of nothing but counts makes no block", () => {
    const { database } = opened();
    batchStore(database).store(batch(1, [], { drops: { "queue-full": 1 } }));
    expect(rowsOf(database, "SELECT id FROM blocks")).toEqual([]);
    database.close();
  });

  it("keeps each column, and what is known of a body that is left out", () => {
    const { database } = opened();
    const given = exchangeRow(9, {
      at: 1_000.6,
      durationMs: 2.25,
      protocol: "rest",
      transport: "websocket",
      connection: null,
      name: "n",
      status: null,
      errorCode: -32_000,
      requestBytes: 70,
      responseBytes: null,
      window: 4,
      priority: 0.125,
      forced: true,
      unreplayable: "body-too-large",
      large: [{ side: "request", bytes: 70, sha256: "ab" }],
    });
    batchStore(database).store(batch(1, [exchangeRow(8), given]));
    const [stored] = rowsOf(database, "SELECT * FROM exchanges WHERE id = 9");
    expect(stored).toMatchObject({
      at: 1_001,
      duration_ms: 2.25,
      protocol: "rest",
      transport: "websocket",
      connection: null,
      name: "n",
      status: null,
      error_code: -32_000,
      request_bytes: 70,
      response_bytes: null,
      window: 4,
      priority: 0.125,
      forced: 1,
      unreplayable: "body-too-large",
    });
    expect(rowsOf(database, "SELECT * FROM large_bodies")).toEqual([
      { exchange: 9, side: "request", bytes: 70, sha256: "ab" },
    ]);
    expect(rowsOf(database, "SELECT forced FROM exchanges WHERE id = 8")).toEqual([{ forced: 0 }]);
    database.close();
  });

  it("gives up what the reservoir gave up, and counts it as sampled out", () => {
    const { database } = opened();
    const store = batchStore(database);
    const large = [{ side: "response" as const, bytes: 1, sha256: "" }];
    store.store(batch(1, [exchangeRow(1), exchangeRow(2, { large }), exchangeRow(3)]));
    store.store(batch(2, [exchangeRow(4)], { evicted: [2, 3, 99] }));
    expect(rowsOf(database, "SELECT id FROM exchanges")).toEqual([{ id: 1 }, { id: 4 }]);
    expect(rowsOf(database, "SELECT * FROM large_bodies")).toEqual([]);
    expect(rowsOf(database, "SELECT * FROM drops")).toEqual([
      { reason: "sampled-out", exchanges: 2 },
    ]);
    expect(rowsOf(database, "SELECT seen FROM recording")).toEqual([{ seen: 4 }]);
    database.close();
  });

  it("brings counts of windows that only grow, thresholds that only fall, and gaps that add up", () => {
    const { database } = opened();
    const store = batchStore(database);
    store.store(batch(1, [], counts(10, 2, 0.5)));
    store.store(batch(2, [], counts(7, 1, 0.75)));
    expect(rowsOf(database, "SELECT seen, forced, threshold FROM window_methods")).toEqual([
      { seen: 10, forced: 2, threshold: 0.5 },
    ]);
    store.store(batch(3, [], counts(20, 4, 0.25)));
    expect(rowsOf(database, "SELECT seen, forced, threshold FROM window_methods")).toEqual([
      { seen: 20, forced: 4, threshold: 0.25 },
    ]);
    expect(rowsOf(database, "SELECT seen, threshold FROM window_customers")).toEqual([
      { seen: 20, threshold: 0.25 },
    ]);
    expect(rowsOf(database, "SELECT started_at FROM windows")).toEqual([{ started_at: 5 }]);
    expect(rowsOf(database, "SELECT * FROM gaps")).toEqual([
      { minute: 60_000, reason: "unparsable", connections: 3, bytes: 30 },
    ]);
    database.close();
  });
});

const METHODS = ["eth_call", "eth_getLogs", "net_version"];

const rows = (ids: readonly number[]): ExchangeRow[] =>
  ids.map((id) => exchangeRow(id, { method: METHODS[id % 3] ?? "" }));

function made(): string {
  const { file, database } = opened();
  const store = batchStore(database);
  // Two blocks of their own: 2 to 6, and 10 to 13.
  store.store(batch(1, rows([2, 3, 4, 6])));
  store.store(batch(2, rows([10, 11, 13])));
  database.close();
  return file;
}

describe("where exchanges lie", () => {
  it("is told without reading them", () => {
    const reader = openRecording(made());
    const { layout } = reader;
    expect(layout.span()).toEqual({ from: 2, until: 14 });
    expect([0, 2, 4, 5, 6, 7, 10, 12, 13, 14].map((id) => layout.blockStart(id))).toEqual([
      2, 2, 2, 2, 2, 10, 10, 10, 10, 14,
    ]);
    expect(layout.methods()).toEqual(["eth_call", "eth_getLogs", "net_version"]);
    expect(layout.idsOf(["net_version", "eth_getLogs"], 9)).toEqual([2, 4, 10, 11, 13]);
    expect(layout.idsOf(["net_version", "eth_getLogs"], 1)).toEqual([2, 4]);
    expect([0, 3, 6, 7].map((count) => layout.idAfter(count))).toEqual([2, 6, 13, null]);
    expect(layout.countBetween(3, 11)).toBe(4);
    expect(layout.countBetween(5, 6)).toBe(0);
    expect([...reader.exchanges(3, 11)].map(({ id }) => id)).toEqual([3, 4, 6, 10]);
    reader.close();
  });

  it("of an empty recording is nowhere", () => {
    const { file, database } = opened();
    database.close();
    const reader = openRecording(file);
    expect(reader.layout.span()).toBeNull();
    expect(reader.layout.blockStart(5)).toBe(5);
    expect([...reader.exchanges()]).toEqual([]);
    expect(reader.facts).toMatchObject({ seen: 0, stored: 0, firstAt: null, lastAt: null });
    reader.close();
  });

  it("has a content that its name and its place say nothing of", () => {
    const contents = [made(), made()].map((file) => {
      const reader = openRecording(file);
      const content = reader.content();
      expect(reader.content()).toBe(content);
      reader.close();
      return content;
    });
    expect(contents[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(contents[1]).toBe(contents[0]);
    const { file, database } = opened();
    batchStore(database).store(batch(1, [exchangeRow(1)]));
    database.close();
    const other = openRecording(file);
    expect(other.content()).not.toBe(contents[0]);
    other.close();
  });
});

describe("closing", () => {
  it("makes one block of what came in small ones, each exchange as it was", () => {
    const { file, database } = opened();
    const store = batchStore(database);
    for (let id = 1; id <= BLOCK_EXCHANGES + 20; id += 1) store.store(batch(id, [exchangeRow(id)]));
    store.store(batch(9_999, [], { evicted: [5, 6] }));
    closeRecordingFile(database);
    const reader = openRecording(file);
    const ids = [...reader.exchanges()].map(({ id, request, response }) => {
      expect(request.path).toBe(`/${id}`);
      expect(response?.body?.toString()).toBe(`said ${id}`);
      return id;
    });
    expect(ids).toHaveLength(BLOCK_EXCHANGES + 18);
    expect(reader.header.closed).toBe(true);
    expect(reader.exchange(5)).toBeUndefined();
    reader.close();
    const again = openRecordingFile(file, { ...HEADER, source: "other" });
    expect(rowsOf(again, "SELECT source FROM recording")).toEqual([{ source: "record" }]);
    const blocks = rowsOf(
      again,
      "SELECT b.bytes, sum(e.length) AS live, count(*) AS count FROM blocks b JOIN exchanges e ON e.block = b.id GROUP BY b.id",
    ) as { bytes: number; live: number; count: number }[];
    expect(blocks.map(({ count }) => count)).toEqual([BLOCK_EXCHANGES - 2, 20]);
    for (const { bytes, live } of blocks) expect(bytes).toBe(live);
    expect(rowsOf(again, "SELECT name FROM sqlite_master WHERE name LIKE 'temp_%'")).toEqual([]);
    again.close();
  });

  it("leaves a full block as it is", () => {
    const { database } = opened();
    const rows = Array.from({ length: BLOCK_EXCHANGES / 2 }, (_, index) => exchangeRow(index + 1));
    batchStore(database).store(batch(1, rows));
    const before = rowsOf(database, "SELECT id, data FROM blocks");
    const file = database.name;
    closeRecordingFile(database);
    const again = openRecordingFile(file, HEADER);
    expect(rowsOf(again, "SELECT id, data FROM blocks")).toEqual(before);
    again.close();
  });
});

it("forgetting lowers what was seen by what the forgotten ones stood for", () => {
  const { file, database } = opened();
  const [gone, stays] = ["cus_00000000000000aa", "cus_00000000000000bb"];
  const windows = [
    {
      window: 1,
      startedAt: 5,
      methods: [{ key: "eth_call", seen: 9, forced: 1, threshold: 0.5 }],
      customers: [
        { key: gone, seen: 6, forced: 0, threshold: 1 },
        { key: stays, seen: 3, forced: 0, threshold: 1 },
      ],
    },
  ];
  batchStore(database).store(
    batch(
      1,
      [
        exchangeRow(1, { customer: gone }),
        exchangeRow(2, { customer: gone, forced: true }),
        exchangeRow(3, { customer: stays }),
        exchangeRow(4, { customer: stays, method: "net_version" }),
      ],
      {
        windows,
        drops: { "sampled-out": 6 },
      },
    ),
  );
  closeRecordingFile(database);
  const before = openRecording(file);
  // Two of eight were kept: each stands for four. The first of its kind stands for itself.
  expect([...before.exchanges()].map(({ probability }) => probability)).toEqual([0.25, 1, 0.25, 1]);
  before.close();

  expect(() => forgetCustomer(file, "cus_00000000000000cc")).toThrow(/has no customer/);
  expect(forgetCustomer(file, gone)).toBe(2);
  const after = openRecording(file);
  expect([...after.exchanges()].map(({ id, probability }) => [id, probability])).toEqual([
    [3, 0.25],
    [4, 1],
  ]);
  expect(after.facts).toMatchObject({
    seen: 10,
    stored: 2,
    dropped: { "sampled-out": 6, forgotten: 2 },
  });
  after.close();
});
