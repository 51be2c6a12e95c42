import { setTimeout as sleep } from "node:timers/promises";
import { runCli, type CliResult } from "../support/cli.ts";
import type { PostgresDatabase } from "../support/servers/postgres.ts";
import { startProgram, type Program } from "./program.ts";

/** A queue with workers, as processes of their own, and a planner. */
export interface Fleet extends AsyncDisposable {
  readonly url: string;
  worker(name: string): Program;
  /** A worker in this process, which can be neither killed nor put to sleep, and starts at once. */
  hand(name: string): void;
  /** Ends the lease of a worker that is killed or asleep, and gives up its places, as time would. */
  expire(name: string): Promise<void>;
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
  /** Waits until something holds. */
  eventually(what: string, holds: () => boolean): Promise<void>;
}

const LOOK_MS = 50;
const LONGEST_MS = 90_000;

async function wait(what: string, holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + LONGEST_MS;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`never: ${what}`);
    await sleep(LOOK_MS);
  }
}

export function openFleet(cwd: string, { url, query }: PostgresDatabase): Fleet {
  const workers: Program[] = [];
  const hands: Promise<CliResult>[] = [];
  const ending = new AbortController();
  const words = (name: string): string[] => {
    return ["worker", "--queue", url, "--name", name, "--lease", "10s"];
  };
  return {
    url,
    worker(name) {
      const started = startProgram(words(name));
      workers.push(started);
      return started;
    },
    hand(name) {
      hands.push(runCli(words(name), { cwd, signal: ending.signal }));
    },
    async expire(name) {
      await query(
        `UPDATE shadowdiff_jobs.job j SET heartbeat_on = now() - interval '1 hour' FROM shadowdiff.shards s
         WHERE j.id = s.job AND j.state = 'active' AND s.worker = '${name}'`,
      );
      for (const [table, column, who] of [
        ["places", "used_at", "holder"],
        ["workers", "seen_at", "id"],
      ])
        await query(
          `UPDATE shadowdiff.${table} SET ${column} = now() - interval '1 hour' WHERE ${who} = '${name}'`,
        );
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
    until: (text) =>
      wait(text, async () => {
        const rows = await query(text).catch(() => []);
        return rows.length > 0;
      }),
    eventually: (what, holds) => wait(what, () => Promise.resolve(holds())),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.all([...hands, ...workers.map((worker) => worker.kill("SIGKILL"))]);
    },
  };
}
