import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Batch } from "../../src/recording/batch.ts";
import {
  encodeFrame,
  encodePayload,
  type FromWriter,
  type ToWriter,
} from "../../src/recording/frames.ts";
import { openRecording } from "../../src/recording/reader.ts";
import { encodeRecord } from "../../src/recording/record-bytes.ts";
import { temporaryFolder } from "../support/folder.ts";
import { exchangeRow } from "./exchange-row.ts";

const PROGRAM = path.resolve(import.meta.dirname, "../../src/recording/writer-process.ts");
const HEADER = {
  source: "record",
  network: { chainId: "unknown", genesisHash: null },
  keyId: null,
  options: {},
  createdAt: Date.UTC(2026, 0, 2),
};

/** A writer of its own: what is sent to it, and its next answer. */
function writer() {
  const child = spawn(process.execPath, ["--no-warnings", PROGRAM], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    send(message: ToWriter, payload: Uint8Array = new Uint8Array()): void {
      child.stdin.write(encodeFrame(message, payload.length));
      child.stdin.write(payload);
    },
    async answer(): Promise<FromWriter> {
      const { value } = await lines.next();
      return JSON.parse(String(value)) as FromWriter;
    },
    async end(): Promise<unknown> {
      child.stdin.end();
      const [code] = (await once(child, "exit")) as [unknown];
      return code;
    },
  };
}

const EMPTY: Omit<Batch, "records" | "rows" | "number"> = {
  drops: {},
  evicted: [],
  windows: [],
  gaps: [],
};

function open(file: string, more: { minFreeBytes?: number; mayExist?: boolean } = {}): ToWriter {
  return { kind: "open", path: file, header: HEADER, minFreeBytes: 0, mayExist: false, ...more };
}

function frame(
  number: number,
  ids: readonly number[],
  more: Partial<Batch> = {},
): [ToWriter, Uint8Array] {
  const records = ids.map((id) =>
    encodeRecord({
      verb: "POST",
      path: `/${id}`,
      requestHeaders: {},
      requestBody: null,
      responseHeaders: null,
      responseBody: null,
    }),
  );
  return [
    { kind: "batch", batch: { number, ...EMPTY, ...more } },
    ids.length === 0
      ? new Uint8Array()
      : encodePayload(
          ids.map((id) => exchangeRow(id)),
          records,
        ),
  ];
}

/** Answers until so many frames were answered for. */
async function stored(one: ReturnType<typeof writer>, frames: number): Promise<FromWriter[]> {
  const answers: FromWriter[] = [];
  let answered = 0;
  while (answered < frames) {
    const answer = await one.answer();
    answers.push(answer);
    answered += answer.kind === "stored" ? answer.numbers.length : 1;
  }
  return answers;
}

describe("the writer", () => {
  it("stores what it is sent, says so with its numbers, and leaves one file", async () => {
    const file = path.join(temporaryFolder(), "r.sqlite");
    const one = writer();
    one.send(open(file));
    expect(await one.answer()).toEqual({ kind: "ready", lastBatch: 0, stored: 0 });
    one.send(...frame(1, [1, 2, 3], { drops: { "queue-full": 2 } }));
    one.send(...frame(2, [4], { drops: { "queue-full": 1, "sampled-out": 1 }, evicted: [2] }));
    const answers = await stored(one, 2);
    expect(answers.flatMap((each) => (each.kind === "stored" ? each.numbers : []))).toEqual([1, 2]);
    const last = answers.at(-1);
    expect(last).toMatchObject({ kind: "stored", stored: 3 });
    const held = ["", "-wal"].map(
      (end) => statSync(file + end, { throwIfNoEntry: false })?.size ?? 0,
    );
    expect(last).toMatchObject({ fileBytes: (held[0] ?? 0) + (held[1] ?? 0) });
    one.send({ kind: "network", network: { chainId: "5", genesisHash: "0xab" } });
    one.send({ kind: "network", network: { chainId: "6", genesisHash: "0xcd" } });
    // No rows: only counts.
    one.send(...frame(3, [], { drops: { "queue-full": 4 } }));
    one.send({ kind: "close" });
    expect(await one.answer()).toMatchObject({ kind: "stored", numbers: [3], stored: 3 });
    expect(await one.answer()).toEqual({ kind: "closed" });
    one.send({ kind: "close" });
    expect(await one.answer()).toEqual({ kind: "closed" });
    one.send(...frame(4, [9]));
    expect(await one.answer()).toEqual({
      kind: "failed",
      number: 4,
      reason: "writer-error",
      message: "no file is open",
    });
    expect(await one.end()).toBe(0);

    const reader = openRecording(file);
    expect(reader.header).toMatchObject({
      closed: true,
      network: { chainId: "5", genesisHash: "0xab" },
    });
    expect([...reader.exchanges()].map(({ id, request }) => [id, request.path])).toEqual([
      [1, "/1"],
      [3, "/3"],
      [4, "/4"],
    ]);
    expect(reader.facts).toMatchObject({
      seen: 12,
      stored: 3,
      dropped: { "queue-full": 7, "sampled-out": 2 },
    });
    reader.close();
  });

  it("goes on where another ended, and stores nothing twice", async () => {
    const file = path.join(temporaryFolder(), "r.sqlite");
    const first = writer();
    first.send(open(file));
    await first.answer();
    first.send(...frame(1, [1]));
    first.send(...frame(2, [2]));
    // It stores what waits when its input ends.
    expect(await first.end()).toBe(0);

    const refused = writer();
    refused.send(open(file));
    expect(await refused.answer()).toMatchObject({
      kind: "open-failed",
      reason: "writer-error",
      message: "the file exists already",
    });
    await refused.end();

    const second = writer();
    second.send(open(file, { mayExist: true }));
    expect(await second.answer()).toEqual({ kind: "ready", lastBatch: 2, stored: 2 });
    second.send(...frame(2, [2]));
    second.send(...frame(3, [3]));
    expect((await stored(second, 2)).at(-1)).toMatchObject({ kind: "stored", stored: 3 });
    second.send(...frame(1, [1]));
    expect(await second.answer()).toMatchObject({ kind: "stored", numbers: [1], stored: 3 });
    await second.end();
    const reader = openRecording(file);
    expect(reader.facts).toMatchObject({ seen: 3, stored: 3 });
    expect(reader.header.closed).toBe(false);
    reader.close();
  });

  it("stores a block's worth at once", async () => {
    const one = writer();
    one.send(open(path.join(temporaryFolder(), "r.sqlite")));
    await one.answer();
    const ids = Array.from({ length: 500 }, (_, index) => index + 1);
    one.send(...frame(1, ids.slice(0, 250)));
    one.send(...frame(2, ids.slice(250)));
    one.send(...frame(3, [501]));
    const answers = await stored(one, 3);
    expect(answers.at(-1)).toMatchObject({ kind: "stored", numbers: [3], stored: 501 });
    await one.end();
  });

  it("says why it stores nothing: too little room, a folder that is none, a number twice", async () => {
    const folder = temporaryFolder();
    const low = writer();
    low.send(open(path.join(folder, "r.sqlite"), { minFreeBytes: Number.MAX_SAFE_INTEGER }));
    await low.answer();
    low.send(...frame(1, [1]));
    low.send(...frame(2, [2]));
    for (const number of [1, 2])
      expect(await low.answer()).toEqual({
        kind: "failed",
        number,
        reason: "disk-low",
        message: "too little disk space is left",
      });
    await low.end();

    const nowhere = writer();
    nowhere.send(open(path.join(folder, "r.sqlite", "x", "r.sqlite")));
    expect(await nowhere.answer()).toMatchObject({ kind: "open-failed" });
    await nowhere.end();

    const twice = writer();
    twice.send(open(path.join(folder, "twice.sqlite"), { minFreeBytes: 1 }));
    await twice.answer();
    twice.send(...frame(1, [1, 1]));
    expect(await twice.answer()).toMatchObject({
      kind: "failed",
      number: 1,
      reason: "writer-error",
    });
    // What failed is not in the file, and what comes after it is.
    twice.send(...frame(1, [1]));
    expect(await twice.answer()).toMatchObject({ kind: "stored", numbers: [1], stored: 1 });
    await twice.end();
  });
});
