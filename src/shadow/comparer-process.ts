/**
 * The process that asks the candidates, compares, settles and writes the run: whatever happens to any of that, the process that
 * carries the traffic has no part in it. Started with an IPC channel; ends when that does.
 */
import { createServer } from "node:net";
import { unlinkSync } from "node:fs";
import { examine } from "../classify/examine.ts";
import { EXIT, messageOf, ShadowdiffError } from "../errors.ts";
import { adaptersOf } from "../replay/check/prepare.ts";
import { pause } from "../pause.ts";
import { startComparer, type Comparer } from "./comparer.ts";
import type { TrafficCounts } from "./losses.ts";
import { passedReader } from "./passed.ts";
import type { ComparerSetup, FromComparer, ToComparer } from "./process-messages.ts";

/** A node that is not there yet is asked again this often: soon for whoever waits, seldom for a node that starts. */
const RETRY_MS = 2_000;
/** What a comparer that ends loses of its counts at most. */
const FLUSH_MS = 1_000;

const ending = new AbortController();
let comparer: Comparer | null = null;
let lastCounts: TrafficCounts | null = null;

process.on("message", (message: ToComparer) => {
  if (message.kind === "setup") void run(message.setup);
  else if (message.kind === "counts") {
    lastCounts = message.counts;
    comparer?.hear(message.counts);
  } else ending.abort();
});
// Whoever started it is gone.
process.on("disconnect", () => ending.abort());
// Ctrl-C reaches the whole group: the traffic process says when to stop.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => ending.abort());

function tell(message: FromComparer): void {
  if (process.connected) process.send?.(message);
}

async function run(setup: ComparerSetup): Promise<void> {
  const started = await begin(setup);
  if (started === null) return process.exit(EXIT.failed);
  comparer = started;
  if (lastCounts !== null) started.hear(lastCounts);
  const server = createServer((socket) => {
    const read = passedReader((exchange) => started.offer(exchange));
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      try {
        read(bytes);
      } catch {
        // Out of step: the other side opens another one.
        socket.destroy();
      }
    });
  });
  removeLeftOver(setup.socket);
  server.listen(setup.socket, () => tell({ kind: "ready" }));
  const timer = setInterval(() => started.flush(), FLUSH_MS);
  ending.signal.addEventListener("abort", () => {
    clearInterval(timer);
    server.close();
    void started.close().finally(() => process.exit(EXIT.ok));
  });
}

/** Tries until both sides answer; null where it was ended or refused before. */
async function begin(setup: ComparerSetup): Promise<Comparer | null> {
  const { options, classify, out, stored } = setup;
  const { signal } = ending;
  while (!signal.aborted) {
    try {
      return await startComparer({
        options,
        adapters: await adaptersOf(options.openApi),
        examine: (pair) => examine(pair, classify),
        out,
        stored,
        signal,
        now: () => Date.now(),
      });
    } catch (error) {
      if (error instanceof ShadowdiffError && error.exitCode === EXIT.usage) {
        tell({ kind: "refused", message: error.message, details: error.details });
        return null;
      }
      tell({ kind: "waiting", why: messageOf(error) });
      await pause(RETRY_MS, signal);
    }
  }
  return null;
}

function removeLeftOver(socket: string): void {
  try {
    unlinkSync(socket);
  } catch {
    // There is none.
  }
}
