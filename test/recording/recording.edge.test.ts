import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { assert, array, option, property, record, uint8Array, webPath } from "fast-check";
import { describe, expect, it } from "vitest";
import type { RecordedRequest } from "../../src/model/exchange.ts";
import type { RecordingReader } from "../../src/model/recording.ts";
import { compactBlocks } from "../../src/recording/compact.ts";
import { conservationLine } from "../../src/recording/conservation.ts";
import { openForWriting } from "../../src/recording/database.ts";
import type { NewRecording } from "../../src/recording/file.ts";
import { forgetCustomer } from "../../src/recording/forget.ts";
import { openRecording } from "../../src/recording/reader.ts";
import { recordingFormatDocument } from "../../src/recording/reference.ts";
import { decodeRecord, encodeRecord } from "../../src/recording/record-bytes.ts";
import { sameKey } from "../../src/recording/same-key.ts";
import {
  APPLICATION_ID,
  FORMAT_VERSION,
  MIGRATIONS,
  RECORDING_KIND,
} from "../../src/recording/schema.ts";
import { migrate } from "../../src/sqlite.ts";
import { createRecording } from "../../src/recording/writer.ts";
import type { NewExchange } from "../../src/recording/writer.ts";
import { temporaryFolder } from "../support/folder.ts";

const HEADER: NewRecording = {
  source: "jsonl",
  network: { chainId: "1", genesisHash: "0xabc" },
  keyId: null,
  options: { files: 1 },
  createdAt: Date.UTC(2026, 0, 2),
};

function exchange(index: number, overrides: Partial<NewExchange> = {}): NewExchange {
  return {
    at: 1_000 + index,
    durationMs: index / 10,
    protocol: "json-rpc",
    transport: "http",
    connection: 1,
    customer: `cus_${(index % 3).toString().padStart(16, "0")}`,
    name: null,
    request: { verb: "POST", path: "/", headers: {}, body: Buffer.from(`{"id":${index}}`) },
    response: { status: 200, headers: { a: "b" }, body: Buffer.from(`answer ${index}`) },
    unreplayable: null,
    method: `eth_${index % 5}`,
    errorCode: null,
    ...overrides,
  };
}

function make(
  count: number,
  file = path.join(temporaryFolder(), "r.sqlite"),
  keyId: string | null = null,
): string {
  const writer = createRecording(file, { ...HEADER, keyId });
  for (let index = 0; index < count; index += 1) writer.add(exchange(index));
  writer.close();
  return file;
}

function withReader<Result>(file: string, use: (reader: RecordingReader) => Result): Result {
  const reader = openRecording(file);
  try {
    return use(reader);
  } finally {
    reader.close();
  }
}

describe("a recording", () => {
  it("gives back what was written, in order and by id, over many blocks", () => {
    const file = make(1_234);
    withReader(file, (reader) => {
      expect(reader.header).toEqual({
        formatVersion: FORMAT_VERSION,
        createdAt: "2026-01-02T00:00:00.000Z",
        source: "jsonl",
        network: HEADER.network,
        keyId: null,
        closed: true,
        options: { files: 1 },
      });
      expect(reader.facts).toEqual({
        name: "r",
        seen: 1_234,
        stored: 1_234,
        dropped: {},
        firstAt: 1_000,
        lastAt: 2_233,
      });
      const all = [...reader.exchanges()];
      expect(all.map((each) => each.request.body?.toString())).toEqual(
        Array.from({ length: 1_234 }, (_, index) => `{"id":${index}}`),
      );
      expect([...reader.exchanges(1_200)].map((each) => each.id)).toEqual(
        Array.from({ length: 35 }, (_, index) => 1_200 + index),
      );
      expect(reader.exchange(700)).toEqual(all[699]);
      expect(reader.exchange(9_999)).toBeUndefined();
    });
  });

  it("keeps any bytes and any text of heads", () => {
    assert(
      property(
        record({
          path: webPath(),
          request: option(uint8Array()),
          response: option(uint8Array()),
          headers: array(webPath(), { maxLength: 3 }),
        }),
        ({ path: target, request, response, headers }) => {
          const requestHeaders = Object.fromEntries(
            headers.map((value, index) => [`h${index}`, value]),
          );
          const parts = {
            verb: "POST",
            path: target,
            requestHeaders,
            requestBody: request === null ? null : Buffer.from(request),
            responseHeaders: null,
            responseBody: response === null ? null : Buffer.from(response),
          };
          expect(decodeRecord(encodeRecord(parts))).toEqual(parts);
        },
      ),
    );
  });

  it("counts drops, and the count adds up", () => {
    const file = path.join(temporaryFolder(), "r.sqlite");
    const writer = createRecording(file, HEADER);
    writer.add(exchange(1));
    writer.drop("bad-entry", 3);
    writer.drop("queue-full");
    writer.close();
    const { facts } = withReader(file, ({ facts: read }) => ({ facts: read }));
    expect(conservationLine(facts)).toBe(
      "seen 5 = stored 1 + dropped 4 (bad-entry 3, queue-full 1)",
    );
    expect(conservationLine({ ...facts, stored: 2 })).toContain("seen 5 ≠ stored 2");
  });

  it("is one file once closed, readable where nothing can be written", () => {
    const file = make(10);
    const bytes = readFileSync(file);
    withReader(file, (reader) => expect([...reader.exchanges()]).toHaveLength(10));
    expect(readFileSync(file)).toEqual(bytes);
  });

  it("is read while it is being written", () => {
    const file = path.join(temporaryFolder(), "r.sqlite");
    const writer = createRecording(file, HEADER);
    for (let index = 0; index < 600; index += 1) writer.add(exchange(index));
    withReader(file, (reader) => {
      expect(reader.header.closed).toBe(false);
      expect([...reader.exchanges()]).toHaveLength(500);
    });
    writer.close();
    withReader(file, (reader) => expect(reader.facts.stored).toBe(600));
  });
});

function message(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    return [String(error), ...((error as { details?: string[] }).details ?? [])].join("\n");
  }
  return "nothing was thrown";
}

describe("opening refuses", () => {
  it("what is not there, not a recording, or newer", () => {
    const folder = temporaryFolder();
    const text = path.join(folder, "text.sqlite");
    writeFileSync(text, "hello");
    const other = path.join(folder, "other.sqlite");
    new Database(other).exec("CREATE TABLE t (x)").close();
    const newer = path.join(folder, "newer.sqlite");
    copyFileSync(make(1), newer);
    const database = new Database(newer);
    database.pragma("user_version = 99");
    database.close();
    const errors = [path.join(folder, "no.sqlite"), text, other, newer, folder].map((file) =>
      message(() => openRecording(file)).replaceAll(folder, "FOLDER"),
    );
    expect(errors).toMatchInlineSnapshot(`
      [
        "ShadowdiffError: No recording at FOLDER/no.sqlite",
        "ShadowdiffError: FOLDER/text.sqlite is not a recording
      Make one with \`shadowdiff record\` or \`shadowdiff import\`.",
        "ShadowdiffError: FOLDER/other.sqlite is not a recording
      Make one with \`shadowdiff record\` or \`shadowdiff import\`.",
        "ShadowdiffError: FOLDER/newer.sqlite has recording format 99; this shadowdiff reads up to 2
      Update shadowdiff to read it.",
        "ShadowdiffError: FOLDER is a folder; a recording is a file
      A run's folder goes to shadowdiff report and shadowdiff gate.",
      ]
    `);
  });

  it("to write over what is there, or below what is no folder", () => {
    const file = make(1);
    expect(message(() => createRecording(file, HEADER)).replaceAll(path.dirname(file), "FOLDER"))
      .toMatchInlineSnapshot(`
      "ShadowdiffError: FOLDER/r.sqlite exists already
      Choose another --out, or remove the file."
    `);
    expect(message(() => createRecording(path.join(file, "x.sqlite"), HEADER))).toMatch(
      /^ShadowdiffError: Cannot create the recording .*x\.sqlite\nEEXIST: file already exists, mkdir/,
    );
  });

  it("to turn another program's file into a recording", () => {
    const file = path.join(temporaryFolder(), "theirs.sqlite");
    const theirs = new Database(file);
    theirs.exec("CREATE TABLE prices (cents INTEGER)");
    theirs.close();
    expect(() => openForWriting(file)).toThrow("is not a recording");
  });

  it("recordings with tokens of different keys", () => {
    const readers = [
      make(1, undefined, "aaaa"),
      make(1, undefined, null),
      make(1, undefined, "bbbb"),
    ].map(openRecording);
    expect(() => sameKey(readers)).toThrow("The recordings were made with different keys");
    expect(sameKey(readers.slice(0, 2))).toBe("aaaa");
    expect(sameKey([])).toBeNull();
    for (const reader of readers) reader.close();
  });
});

describe("forgetting a customer", () => {
  const SECRET = "their-own-words-0123456789";

  function makeWithSecret(): string {
    const file = path.join(temporaryFolder(), "r.sqlite");
    const writer = createRecording(file, HEADER);
    for (let index = 0; index < 900; index += 1) {
      const mine: RecordedRequest = {
        verb: "POST",
        path: "/",
        headers: {},
        body: Buffer.from(`${SECRET}${index}`),
      };
      writer.add(index % 3 === 0 ? exchange(index, { request: mine }) : exchange(index));
    }
    writer.close();
    return file;
  }

  it("leaves nothing of them, everything of others, and a count", () => {
    const file = makeWithSecret();
    expect(forgetCustomer(file, "cus_0000000000000000")).toBe(300);
    withReader(file, (reader) => {
      expect(reader.facts).toMatchObject({ seen: 900, stored: 600, dropped: { forgotten: 300 } });
      const all = [...reader.exchanges()];
      expect(all).toHaveLength(600);
      expect(all.every((each) => each.probability === 1)).toBe(true);
      expect(all.some((each) => each.request.body?.includes(SECRET))).toBe(false);
    });
    // Nor in any block, decompressed.
    const database = new Database(file, { readonly: true });
    const bytes = database.prepare<[], { bytes: number; live: number }>(
      "SELECT sum(bytes) AS bytes, (SELECT sum(length) FROM exchanges) AS live FROM blocks",
    );
    const { bytes: stored, live } = bytes.get() ?? { bytes: 0, live: 1 };
    database.close();
    expect(stored).toBe(live);
    expect(() => forgetCustomer(file, "cus_0000000000000000")).toThrow(
      "has no customer cus_0000000000000000",
    );
  });
});

describe("compaction", () => {
  it("merges small blocks and drops dead bytes, and changes no exchange", () => {
    const file = path.join(temporaryFolder(), "r.sqlite");
    for (let round = 0; round < 1; round += 1) make(3_000, file);
    const before = withReader(file, (reader) =>
      [...reader.exchanges()].filter((each) => each.id % 10 === 0),
    );
    const database = openForWriting(file);
    database.exec("DELETE FROM exchanges WHERE id % 10 <> 0");
    compactBlocks(database);
    const blocks = database.prepare<[], { n: number }>("SELECT count(*) AS n FROM blocks").get();
    database.close();
    expect(blocks?.n).toBe(1);
    const after = withReader(file, (reader) => [...reader.exchanges()]);
    // All but the probability: the counts of the windows are as before.
    expect(after.map((each) => ({ ...each, probability: 1 }))).toEqual(before);
  });
});

describe("the format", () => {
  it.each(MIGRATIONS.map((migration) => migration.version))(
    "comes up to date from version %i",
    (version) => {
      const database = new Database(":memory:");
      for (const migration of MIGRATIONS.slice(0, version)) {
        database.exec(migration.sql);
        database.pragma(`application_id = ${APPLICATION_ID}`);
        database.pragma(`user_version = ${migration.version}`);
      }
      migrate(database, ":memory:", RECORDING_KIND);
      expect(database.pragma("user_version", { simple: true })).toBe(FORMAT_VERSION);
      database.close();
    },
  );

  it("is documented: every table and column, with its meaning", () => {
    const document = recordingFormatDocument();
    const database = new Database(":memory:");
    migrate(database, ":memory:", RECORDING_KIND);
    const columns = database
      .prepare<[], { table: string; column: string }>(
        `SELECT m.name AS "table", c.name AS "column" FROM sqlite_schema m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
      )
      .all();
    database.close();
    expect(columns.length).toBeGreaterThan(40);
    for (const { table, column } of columns) {
      const section = document.split(`## ${table}\n`)[1]?.split("\n## ")[0] ?? "";
      expect(section, `${table}.${column}`).toMatch(
        new RegExp(`\\| \`${column}\` \\| [A-Z]+ \\| \\S.{3,} \\|`),
      );
    }
    expect(document).toMatch(/^<!-- Generated/);
  });

  it("weighs in SQL as the reader does", () => {
    const file = make(100);
    const database = openForWriting(file);
    database.exec(`UPDATE window_methods SET seen = seen * 7, threshold = 0.5 WHERE method = 1;
      UPDATE exchanges SET forced = 1 WHERE id = 1; UPDATE window_methods SET forced = 1 WHERE method = 1;
      UPDATE window_customers SET threshold = 0.25 WHERE customer = 1;`);
    const rows = database
      .prepare<[], { exchange: number; weight: number }>(
        "SELECT * FROM exchange_weights ORDER BY exchange",
      )
      .all();
    database.close();
    withReader(file, (reader) => {
      const weights = [...reader.exchanges()].map((each) => ({
        exchange: each.id,
        weight: 1 / each.probability,
      }));
      for (const [index, { exchange: id, weight }] of weights.entries()) {
        expect(rows[index]?.exchange).toBe(id);
        expect(rows[index]?.weight).toBeCloseTo(weight, 9);
      }
      const ofFirst = weights.filter((each) => (each.exchange - 1) % 5 === 0);
      expect(ofFirst.reduce((sum, each) => sum + each.weight, 0)).toBeCloseTo(140, 9);
      expect(new Set(ofFirst.map((each) => each.weight.toFixed(6))).size).toBe(3);
    });
  });
});
