import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { call, eventually, post, record, startNode } from "./support/recorders.ts";

const NETWORK = { chainId: "1", genesisHash: null };
const NOWHERE = "http://127.0.0.1:1";

/** A writer's program in a folder whose name is no plain ASCII word. */
function writerScript(text: string): string {
  const folder = path.join(temporaryFolder(), "my földer #1");
  mkdirSync(folder);
  const script = path.join(folder, "writer.mjs");
  writeFileSync(script, text);
  return script;
}

it("says why its writer can't start, as the writer said it, and ends", async () => {
  const script = writerScript(`throw new Error("libm.so.6: version GLIBC_2.38 not found")`);
  await expect(record(NOWHERE, { network: NETWORK, writerScript: script })).rejects.toMatchObject({
    message: "The writer can't start: Error: libm.so.6: version GLIBC_2.38 not found",
    exitCode: 4,
  });
});

it("does not wait for a writer that never answers", async () => {
  const script = writerScript("setInterval(() => {}, 1_000); process.stdin.resume();");
  const timing = { flushMs: 20, stallMs: 60_000, retryMs: 30, startMs: 300 };
  await expect(
    record(NOWHERE, { network: NETWORK, writerScript: script, timing }),
  ).rejects.toMatchObject({ exitCode: 4 });
});

it("can be interrupted before it listens", async () => {
  const script = writerScript("setInterval(() => {}, 1_000); process.stdin.resume();");
  const ending = new AbortController();
  const starting = record(NOWHERE, {
    network: NETWORK,
    writerScript: script,
    signal: ending.signal,
  });
  ending.abort();
  await expect(starting).rejects.toMatchObject({
    message: "The writer can't start: interrupted",
    exitCode: 4,
  });
});

it("makes files that only its user can read", async () => {
  const node = await startNode();
  const recorder = await record(node.url, { network: NETWORK });
  await post(recorder.url, call(1, "eth_chainId"));
  await eventually(() => recorder.counts().stored === 1);
  const modes = ["", "-wal", "-shm"].map((end) => statSync(recorder.file + end).mode & 0o777);
  await recorder.stop();
  expect([...modes, statSync(recorder.file).mode & 0o777]).toEqual([0o600, 0o600, 0o600, 0o600]);
});
