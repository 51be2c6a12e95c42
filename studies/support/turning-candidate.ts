/** A candidate in a thread of its own: what it costs to misbehave is not the load's. */
import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isMainThread, parentPort } from "node:worker_threads";
import { startFakeNode } from "../../test/support/servers/fake-node.ts";
import type { CandidateMode } from "./shadowed.ts";

const BLOCK = Buffer.alloc(1024 * 1024, 0x20);

if (!isMainThread) {
  // It stands for another machine: clients are not to feel what it costs to misbehave.
  setPriority(Number(path.basename(readlinkSync("/proc/thread-self"))), 10);
  await serve();
}

async function serve(): Promise<void> {
  let mode: CandidateMode = "well";
  const node = await startFakeNode({
    async respond(_, outgoing, incoming) {
      const { socket } = incoming;
      if (mode === "well") return false;
      if (mode === "slow: 5 s") {
        await wait(5_000);
        return false;
      }
      if (mode === "resets") socket.resetAndDestroy();
      else if (mode === "garbage") socket.end("SSH-2.0-OpenSSH_9.6\r\n");
      else if (mode === "answers 200 MB") {
        outgoing.writeHead(200, { "content-type": "application/json" });
        const write = (left: number): void => {
          if (left === 0 || outgoing.destroyed) outgoing.end();
          else outgoing.write(BLOCK, () => write(left - 1));
        };
        write(200);
      }
      return true;
    },
  });
  parentPort?.on("message", (next: CandidateMode) => {
    mode = next;
    if (next === "dead") void node.close();
  });
  parentPort?.postMessage(node.url, []);
}
