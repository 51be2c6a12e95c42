import { setTimeout as sleep } from "node:timers/promises";
import { runCli, type CliResult } from "../support/cli.ts";
import type { PostgresDatabase } from "../support/servers/postgres.ts";
import { startProgram, type Program } from "./program.ts";

/** A queue with workers, as processes of their own, and a planner. */
export interface Fleet extends AsyncDisposable {
  readonly url: string;
  worker(name: string): Program;
  /** A replay by the queue, in this process. */
  replay(
    recording: string,
    out: string,
    words: readonly string[],
    options?: { readonly env?: Record<string, string>; readonly signal?: AbortSignal },
  ): Promise<CliResult>;
  /** Changes a run's state for all workers. */
  set(run: string, state: string): Promise<CliResult>;
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Waits until a query gives a row. */
  until(query: string): Promise<void>;
}

const LOOK_MS = 50;
const MOST_LOOKS = 800;

export function openFleet(cwd: string, { url, query }: PostgresDatabase): Fleet {
  const workers: Program[] = [];
  return {
    url,
    worker(name) {
      const started = startProgram(["worker", "--queue", url, "--name", name, "--lease", "10s"]);
      workers.push(started);
      return started;
    },
    replay: (recording, out, words, options = {}) =>
      runCli(
        [
          "replay",
          recording,
          "--out",
          out,
          "--queue",
          url,
          "--lease",
          "10s",
          ...(words.includes("--timeout") ? [] : ["--timeout", "1s"]),
          ...words,
        ],
        { cwd, ...options },
      ),
    set: (run, state) => runCli(["worker", "--queue", url, "--run", run, "--set", state], { cwd }),
    query,
    async until(text) {
      for (let look = 0; look < MOST_LOOKS; look += 1) {
        const rows = await query(text).catch(() => []);
        if (rows.length > 0) return;
        await sleep(LOOK_MS);
      }
      throw new Error(`never: ${text}`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.kill("SIGKILL")));
    },
  };
}
