import path from "node:path";
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { exportJsonl } from "../../src/recording/export.ts";
import { openRecording } from "../../src/recording/reader.ts";
import { summarise } from "../../src/recording/summary.ts";
import { createRecording, type NewExchange } from "../../src/recording/writer.ts";
import { temporaryFolder } from "../support/folder.ts";

const [FIRST, SECOND] = ["cus_00000000000000aa", "cus_00000000000000bb"];

function exchange(at: number, more: Partial<NewExchange> = {}): NewExchange {
  return {
    at,
    durationMs: at / 100,
    protocol: "json-rpc",
    transport: "http",
    connection: 1,
    customer: FIRST,
    name: null,
    request: { verb: "POST", path: "/", headers: {}, body: Buffer.from("12345") },
    response: { status: 200, headers: {}, body: Buffer.from("123") },
    unreplayable: null,
    method: "eth_call",
    errorCode: null,
    ...more,
  };
}

function made(exchanges: readonly NewExchange[]): string {
  const file = path.join(temporaryFolder(), "r.sqlite");
  const writer = createRecording(file, {
    source: "jsonl",
    network: { chainId: "1", genesisHash: null },
    keyId: null,
    options: {},
    createdAt: 0,
  });
  for (const each of exchanges) writer.add(each);
  writer.setKey("abcd1234");
  writer.close();
  return file;
}

const EXCHANGES = [
  exchange(1_000),
  exchange(1_100),
  exchange(1_200, { errorCode: -32_000 }),
  exchange(1_300, { customer: SECOND, response: { status: 500, headers: {}, body: null } }),
  exchange(1_400, { customer: SECOND, method: "net_version", unreplayable: "writes" }),
  exchange(3_000, { customer: null, response: null, durationMs: null }),
  exchange(1_500, {
    response: { status: 400, headers: {}, body: null },
    errorCode: 7,
    large: [
      { side: "request", bytes: 1_000, sha256: "aa" },
      { side: "response", bytes: 2_000, sha256: "bb" },
    ],
  }),
];

const exactly = (count: number) => ({ estimate: count, lower: count, upper: count });

describe("a summary", () => {
  it("counts methods, customers, statuses and what can't be replayed", () => {
    const summary = summarise(made(EXCHANGES));
    expect(summary.header.keyId).toBe("abcd1234");
    expect(summary.ratePerSecond).toBe(7 / 2);
    expect(summary.methods).toEqual([
      {
        method: "eth_call",
        kept: 6,
        traffic: 6,
        share: 6 / 7,
        // A status of 400 and an error's code are one error.
        errors: 3,
        unreplayable: 0,
        requestBytes: 5 * 5 + 1_000,
        responseBytes: 3 * 3 + 2_000,
        p50Ms: 12,
        p95Ms: 13,
      },
      {
        method: "net_version",
        kept: 1,
        traffic: 1,
        share: 1 / 7,
        errors: 0,
        unreplayable: 1,
        requestBytes: 5,
        responseBytes: 3,
        p50Ms: 14,
        p95Ms: 14,
      },
    ]);
    expect(summary.customers).toEqual([
      {
        customer: FIRST,
        kept: 4,
        traffic: exactly(4),
        methods: [{ method: "eth_call", kept: 4, traffic: exactly(4) }],
      },
      {
        customer: SECOND,
        kept: 2,
        traffic: exactly(2),
        methods: [
          { method: "eth_call", kept: 1, traffic: exactly(1) },
          { method: "net_version", kept: 1, traffic: exactly(1) },
        ],
      },
    ]);
    expect(summary.statuses).toEqual({ "200": 4, "400": 1, "500": 1, none: 1 });
    expect(summary.unreplayable).toEqual({ writes: 1 });
    expect(summary.unread).toBeNull();
  });

  it("has no rate of less than a second, and no share of nothing", () => {
    const exactlyOne = summarise(made([exchange(1_000), exchange(2_000)]));
    expect(exactlyOne.ratePerSecond).toBe(2);
    expect(summarise(made([exchange(1_000), exchange(1_999)])).ratePerSecond).toBeNull();
    const empty = summarise(made([]));
    expect(empty).toMatchObject({ ratePerSecond: null, methods: [], customers: [], statuses: {} });
  });

  it("tells what passed unread, and estimates where a sample was kept", () => {
    const file = made(EXCHANGES);
    const database = new Database(file);
    database.exec(
      `INSERT INTO gaps VALUES (60000, 'unparsable', 1, 10), (60000, 'capture-error', 2, 20), (120000, 'unparsable', 3, 30);
       UPDATE window_methods SET seen = 60, threshold = 0.1 WHERE method = 1;
       DELETE FROM window_customers WHERE customer = 1`,
    );
    database.close();
    const { unread, customers, methods } = summarise(file);
    expect(unread).toEqual({ minutes: 2, connections: 6, bytes: 60 });
    expect(methods[0]).toMatchObject({ method: "eth_call", kept: 6, traffic: 60 });
    const [first] = customers;
    expect(first?.customer).toBe(FIRST);
    expect(first?.traffic.estimate).toBeCloseTo(40);
    expect(first?.traffic.lower).toBeLessThan(40);
    expect(first?.traffic.upper).toBeGreaterThan(40);
    // The exact count of a customer is known where it was counted.
    expect(customers[1]?.traffic).toEqual({ estimate: 2, lower: 2, upper: 2 });
  });

  it("reads a file of format 1, which knows of nothing unread", () => {
    const file = made(EXCHANGES);
    const database = new Database(file);
    database.exec("DROP TABLE gaps; PRAGMA user_version = 1");
    database.close();
    expect(summarise(file).unread).toBeNull();
  });
});

describe("an export", () => {
  it("is a line for each exchange, and writes over nothing", async () => {
    const file = made(EXCHANGES);
    const out = path.join(path.dirname(file), "out.jsonl");
    const reader = openRecording(file);
    expect(await exportJsonl(reader, out)).toBe(7);
    const lines = readFileSync(out, "utf8").split("\n");
    expect(lines).toHaveLength(8);
    expect(lines.slice(0, 7).map((line) => Date.parse(JSON.parse(line).at))).toEqual(
      EXCHANGES.map(({ at }) => at),
    );
    await expect(exportJsonl(reader, out)).rejects.toThrow(
      `Cannot write ${out}: it exists already`,
    );
    await expect(exportJsonl(reader, path.join(out, "x"))).rejects.toThrow(
      /Cannot write .*ENOTDIR/,
    );
    reader.close();
  });
});
