import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { messageOf } from "../errors.ts";
import { yieldToTraffic } from "../record/yield-to-traffic.ts";

/** A process of ours that is started anew when it ends by itself. */
export interface Kept {
  readonly pid: number | undefined;
  /** How often it had to be started anew. */
  readonly restarts: number;
  send(message: object): void;
  /** Asks it to end, and ends it after `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

export interface KeptProcess {
  readonly script: URL;
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Sent first, to each one that is started. */
  readonly hello: object | null;
  /** What asks it to end. */
  readonly goodbye: object | null;
  onMessage(message: unknown): void;
  onLine(line: string): void;
  /** It ended by itself, and is started anew. */
  onEnd(why: string): void;
}

/** Doubled with each end in a row: what fails once is back at once, what always fails costs a start in half a minute. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** One that ran so long has not ended over its start. */
const RAN_MS = 60_000;
const KEPT_OF_STDERR = 2_048;

const NURSERY_MB = 4;
const HEAP_MB = 768;

/** Starts the process, and again with growing pauses each time it ends. Never throws. */
export function keepRunning(kept: KeptProcess): Kept {
  let child: ChildProcess | null = null;
  let stopping = false;
  let restarts = 0;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | undefined;
  let startedAt = 0;

  const ended = (why: string): void => {
    child = null;
    if (stopping) return;
    restarts++;
    pauseMs =
      performance.now() - startedAt > RAN_MS
        ? FIRST_PAUSE_MS
        : Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    kept.onEnd(why);
    timer = setTimeout(start, pauseMs);
  };

  function start(): void {
    startedAt = performance.now();
    let said = "";
    let mine: ChildProcess;
    try {
      mine = fork(fileURLToPath(kept.script), [...kept.words], {
        env: kept.env,
        // It goes on for weeks, and its garbage dies at once: a nursery that grows would only stay resident (seen to come to 55 MB
        // in bursts, though it may not grow). A heap past its limit ends the process, which is started anew, and not the machine.
        execArgv: [
          "--no-warnings",
          `--max-semi-space-size=${NURSERY_MB}`,
          `--max-old-space-size=${HEAP_MB}`,
        ],
        serialization: "advanced",
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
    } catch (error) {
      queueMicrotask(() => ended(messageOf(error)));
      return;
    }
    child = mine;
    yieldToTraffic(mine.pid);
    let over = false;
    const once = (why: string): void => {
      if (!over) ended(why);
      over = true;
    };
    mine.on("error", (error) => once(messageOf(error)));
    mine.on("message", (message) => kept.onMessage(message));
    mine.stderr?.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-KEPT_OF_STDERR);
      for (const line of bytes.toString().split("\n")) if (line !== "") kept.onLine(line);
    });
    mine.once("close", (code, signal) => {
      const last = said.trim().split("\n").at(-1) ?? "";
      once(last === "" ? `it ended with ${signal ?? `exit code ${code}`}` : last);
    });
    if (kept.hello !== null) mine.send(kept.hello, () => {});
  }

  start();
  return {
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    send(message) {
      if (child?.connected === true) child.send(message, () => {});
    },
    async stop(limitMs) {
      stopping = true;
      clearTimeout(timer);
      const mine = child;
      if (mine === null) return;
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => mine.kill("SIGKILL"), limitMs);
        mine.once("close", () => {
          clearTimeout(late);
          resolve();
        });
        if (kept.goodbye === null || !mine.connected) mine.kill("SIGTERM");
        else mine.send(kept.goodbye, () => {});
      });
    },
  };
}
