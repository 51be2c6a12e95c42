import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ExchangeRow } from "../../src/recording/batch.ts";
import { conservationLine } from "../../src/recording/conservation.ts";
import {
  decodePayload,
  encodeFrame,
  encodePayload,
  frameReader,
  type ToWriter,
} from "../../src/recording/frames.ts";
import { decodeRecord, encodeRecordWithHead } from "../../src/recording/record-bytes.ts";

const ROW: ExchangeRow = {
  id: 1,
  at: 2,
  durationMs: 3.5,
  protocol: "json-rpc",
  transport: "websocket",
  connection: 4,
  method: "eth_cäll",
  customer: "cus_1",
  name: "n",
  status: 101,
  errorCode: -32_000,
  requestBytes: 5,
  responseBytes: 6,
  window: 7,
  priority: 0.25,
  forced: true,
  unreplayable: "event",
  large: [{ side: "request", bytes: 8, sha256: "ab" }],
};

const buffers = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 });

describe("rows and their records", () => {
  test("come back as they were, every column", () => {
    fc.assert(
      fc.property(buffers, (given) => {
        const records = given.map((bytes) => Buffer.from(bytes));
        const rows = records.map((_, index) => ({ ...ROW, id: index }));
        const payload = Buffer.from(encodePayload(rows, records));
        expect(decodePayload(payload)).toEqual({ rows, records });
      }),
    );
    const none = { ...ROW, durationMs: null, customer: null, status: null, large: [] };
    expect(decodePayload(Buffer.from(encodePayload([none], [Buffer.of(1)])))).toEqual({
      rows: [none],
      records: [Buffer.of(1)],
    });
  });

  test("are a piece of memory of their own, without a byte beside them", () => {
    const payload = encodePayload([ROW], [Buffer.from("abc")]);
    expect(payload.buffer.byteLength).toBe(payload.byteLength);
    const text = Buffer.from(payload).readUInt32LE(0);
    expect(payload.byteLength).toBe(4 + text + 3);
  });
});

describe("frames", () => {
  test("are read whole and in order, however the bytes come in", () => {
    fc.assert(
      fc.property(buffers, fc.integer({ min: 1, max: 64 }), (payloads, size) => {
        const sent = payloads.map((payload, index): [ToWriter, Buffer] => [
          { kind: "network", network: { chainId: `né ${index}`, genesisHash: null } },
          Buffer.from(payload),
        ]);
        const stream = Buffer.concat(
          sent.flatMap(([message, payload]) => [encodeFrame(message, payload.length), payload]),
        );
        const came: [ToWriter, Buffer][] = [];
        const read = frameReader((message, payload) => came.push([message, Buffer.from(payload)]));
        for (let at = 0; at < stream.length; at += size) read(stream.subarray(at, at + size));
        expect(came).toEqual(sent);
      }),
    );
  });

  test("without a payload say so", () => {
    const frame = encodeFrame({ kind: "close" });
    expect(frame.readUInt32LE(0)).toBe(frame.length - 8);
    expect(frame.readUInt32LE(4)).toBe(0);
  });
});

test("a record tells no body from an empty one", () => {
  const head = JSON.stringify(["GET", "/", {}, { a: "b" }]);
  const bodies = [null, Buffer.alloc(0), Buffer.from("x")];
  for (const request of bodies)
    for (const response of bodies)
      expect(decodeRecord(encodeRecordWithHead(head, request, response))).toEqual({
        verb: "GET",
        path: "/",
        requestHeaders: {},
        requestBody: request,
        responseHeaders: { a: "b" },
        responseBody: response,
      });
});

describe("the line that counts", () => {
  const facts = { name: "r", firstAt: null, lastAt: null };
  test.each([
    [{ seen: 1_000, stored: 1_000, dropped: {} }, "seen 1,000 = stored 1,000 + dropped 0"],
    [
      { seen: 1_010, stored: 1_000, dropped: { "queue-full": 4, "redactor-error": 6 } },
      "seen 1,010 = stored 1,000 + dropped 10 (redactor-error 6, queue-full 4)",
    ],
    [
      { seen: 1_011, stored: 1_000, dropped: { "queue-full": 10 } },
      "seen 1,011 ≠ stored 1,000 + dropped 10 (queue-full 10)",
    ],
  ])("of %j", (counts, line) => {
    expect(conservationLine({ ...facts, ...counts })).toBe(line);
  });
});
