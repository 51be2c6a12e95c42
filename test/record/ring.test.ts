import { Worker } from "node:worker_threads";
import { once } from "node:events";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { EVENT, RingReader, RingWriter, ringMemory } from "../../src/record/capture/ring.ts";
import type { RingEvent } from "../../src/record/capture/ring.ts";

function readAll(reader: RingReader): RingEvent[] {
  const events: RingEvent[] = [];
  while (
    reader.read(
      () => {},
      // Its bytes are good for as long as it is being handled.
      (event) => events.push({ ...event, bytes: Buffer.from(event.bytes) }),
    ) > 0
  );
  return events;
}

it("gives back every event as it was written, whatever is read in between", () => {
  const write = fc.record({ size: fc.integer({ min: 0, max: 70_000 }), read: fc.boolean() });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 60 }), (steps) => {
      const memory = ringMemory(0);
      const writer = new RingWriter(memory);
      const reader = new RingReader(memory);
      const wanted: [number, number][] = [];
      const got: [number, number][] = [];
      const read = (): void => {
        for (const { connection, bytes, at, clock } of readAll(reader)) {
          expect(bytes.every((byte) => byte === connection % 256)).toBe(true);
          expect([at, clock]).toEqual([connection + 0.5, -connection]);
          got.push([connection, bytes.length]);
        }
      };
      for (const [index, { size, read: reads }] of steps.entries()) {
        const bytes = Buffer.alloc(Math.min(size, 65_536), index % 256);
        if (writer.write(EVENT.client, index, index + 0.5, -index, bytes))
          wanted.push([index, bytes.length]);
        if (reads) read();
      }
      read();
      expect(got).toEqual(wanted);
      expect(writer.isEmpty).toBe(true);
    }),
    { numRuns: 200 },
  );
});

it("refuses what finds no room, and takes again once something was read", () => {
  const memory = ringMemory(0);
  const writer = new RingWriter(memory);
  const bytes = Buffer.alloc(65_536);
  let written = 0;
  while (writer.write(EVENT.server, 1, 0, 0, bytes)) written += 1;
  expect(written).toBeGreaterThanOrEqual(3);
  expect(writer.write(EVENT.server, 1, 0, 0, bytes)).toBe(false);
  expect(readAll(new RingReader(memory))).toHaveLength(written);
  expect(writer.write(EVENT.server, 1, 0, 0, bytes)).toBe(true);
});

it("passes events between two threads in order", async () => {
  const memory = ringMemory(1024 * 1024);
  const total = 200_000;
  const ring = new URL("../../src/record/capture/ring.ts", import.meta.url).href;
  const worker = new Worker(
    `import { parentPort, workerData } from "node:worker_threads";
     import { RingReader } from ${JSON.stringify(ring)};
     const reader = new RingReader(workerData);
     let next = 0, wrong = 0;
     while (next < ${total}) reader.read(() => {}, (event) => {
       if (event.connection !== next || event.bytes.length !== next % 300 || event.bytes.some((byte) => byte !== next % 256)) wrong += 1;
       next += 1;
     });
     parentPort.postMessage(wrong);`,
    { eval: true, workerData: memory, execArgv: ["--no-warnings", "--input-type=module"] },
  );
  const writer = new RingWriter(memory);
  for (let index = 0; index < total;) {
    const bytes = Buffer.alloc(index % 300, index % 256);
    if (writer.write(EVENT.client, index, 0, 0, bytes)) index += 1;
    else await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await once(worker, "message")).toEqual([0]);
}, 30_000);
