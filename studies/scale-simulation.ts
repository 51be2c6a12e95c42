import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { REPLAY_DEFAULTS } from "../src/replay/given/options.ts";
import { openRecordings } from "../src/replay/given/recordings.ts";
import { makePlan } from "../src/scale/plan/make.ts";
import { startPostgres, type Postgres } from "../test/support/servers/postgres.ts";
import { cpuSecondsOf, spend } from "./support/cpu-time.ts";
import { simulate, type FleetModel } from "./support/fleet-simulation.ts";
import { startSmallServer } from "./support/small-servers.ts";
import { createRecording } from "./support/timed-replay.ts";
import { openWorkshop, provenance, writeEvidence, type Workshop } from "./support/replaying.ts";

const CALLS = 60_000;
const FEW = 4;
const MANY = 24;
const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");

const WORKERS = [1, 2, 4, 8, 16, 32, 64] as const;
/** Calls of a day's sample, and of a shard as small as one may make it. */
const LARGE = 100_000_000;
const USUAL_SHARD = 100_000;
const SMALL_SHARD = 1_000;
/** Calls a second that a pair of nodes stands: each is three requests. */
const CEILING = 100_000;

interface Place {
  readonly workshop: Workshop;
  readonly postgres: Postgres;
  readonly recording: string;
  readonly targets: readonly string[];
}

/** What one run by the queue took, in seconds. */
interface Taken {
  readonly clock: number;
  readonly database: number;
  readonly worker: number;
  readonly planner: number;
}

/** Waits until a program that has started has nothing to do but to look for work. */
async function quiet(cpuSeconds: () => number): Promise<void> {
  let before = -1;
  for (let looks = 0; looks < 60 && cpuSeconds() - before > 0.05; looks += 1) {
    before = cpuSeconds();
    await sleep(1_000);
  }
}

/** One worker and the planner, each a process of its own. */
async function queued(place: Place, shards: number): Promise<Taken> {
  const { workshop, postgres, recording, targets } = place;
  const { url, query } = await postgres.database(`shards_${shards}`);
  const [row] = await query("SHOW data_directory");
  // A backend is gone with its query: the server itself says its process in its folder.
  const pidFile = path.join(String(row?.["data_directory"]), "postmaster.pid");
  const server = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  const queue = ["--queue", url, "--lease", "10s"];
  const worker = spawn(process.execPath, [MAIN, "worker", ...queue, "--name", "one"], {
    stdio: "ignore",
  });
  const ended = once(worker, "exit");
  const workerCpu = (): number => cpuSecondsOf(worker.pid ?? 0);
  try {
    await quiet(workerCpu);
    const before = { database: cpuSecondsOf(server), worker: workerCpu() };
    const out = path.join(workshop.folder, `queued-${shards}`);
    const planner = await spend(process.execPath, [
      MAIN,
      "replay",
      recording,
      "--out",
      out,
      ...queue,
      "--shards",
      String(shards),
      ...targets,
    ]);
    if (planner.code !== 0) throw new Error(`the queue ended with ${String(planner.code)}`);
    return {
      clock: planner.seconds,
      database: cpuSecondsOf(server) - before.database,
      worker: workerCpu() - before.worker,
      planner: planner.cpuSeconds,
    };
  } finally {
    worker.kill();
    await ended;
  }
}

type Costs = Pick<
  FleetModel,
  "callSeconds" | "shardSeconds" | "databaseShardSeconds" | "databaseWorkerShare" | "mergeSeconds"
> & {
  /** Of planning, by one process. */
  readonly planCallSeconds: number;
};

/** CPU seconds that dividing a recording takes for each of its calls. */
function planCallSeconds(recording: string): number {
  const readers = openRecordings([recording]);
  const before = process.cpuUsage();
  makePlan(readers, { ...REPLAY_DEFAULTS, old: [], candidate: [] }, MANY);
  const { user, system } = process.cpuUsage(before);
  for (const reader of readers) reader.close();
  return (user + system) / 1e6 / CALLS;
}

/** Two runs that differ in nothing but their shards say what a shard costs, and what a call or a second does. */
function costsOf(few: Taken, many: Taken): Omit<Costs, "planCallSeconds"> {
  const more = MANY - FEW;
  const ofShard = (name: keyof Taken): number => Math.max(0, (many[name] - few[name]) / more);
  const databaseShardSeconds = Math.max(
    0,
    (many.database * few.clock - few.database * many.clock) / (MANY * few.clock - FEW * many.clock),
  );
  return {
    callSeconds: (few.worker - FEW * ofShard("worker")) / CALLS,
    shardSeconds: ofShard("clock"),
    databaseShardSeconds,
    databaseWorkerShare: Math.max(0, (few.database - FEW * databaseShardSeconds) / few.clock),
    mergeSeconds: ofShard("planner"),
  };
}

const ms = (seconds: number): string => `${(1_000 * seconds).toFixed(1)} ms`;
const share = (value: number): string => `${Math.round(100 * value)} %`;

function tableOf(costs: Costs, callsOfShard: number, ceiling: number | null): string[] {
  const calls = callsOfShard === SMALL_SHARD ? LARGE / 10 : LARGE;
  const rateOf = (workers: number): [number, ReturnType<typeof simulate>] => {
    const result = simulate({
      ...costs,
      workers,
      calls,
      callsOfShard,
      planSeconds: costs.planCallSeconds * callsOfShard,
      pollSeconds: 0.5,
      databaseCores: 1,
      ceiling,
    });
    return [calls / result.seconds, result];
  };
  const [one] = rateOf(1);
  return [
    "| workers | calls a second | against one | workers busy | database busy | planner busy | targets busy | limit |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...WORKERS.map((workers) => {
      const [rate, { workersBusy, databaseBusy, plannerBusy, targetsBusy, limit }] =
        rateOf(workers);
      const busy = [workersBusy, databaseBusy, plannerBusy, targetsBusy].map(share).join(" | ");
      return `| ${workers} | ${Math.round(rate).toLocaleString("en-US")} | ${(rate / one).toFixed(1)} | ${busy} | ${limit} |`;
    }),
  ];
}

export const study = {
  name: "scale-simulation",
  summary:
    "what workers, database and planner take, measured; and by simulation to 64 workers, which of them is the limit",
  async run(): Promise<void> {
    const workshop = openWorkshop();
    const servers = [await startSmallServer(), await startSmallServer()] as const;
    const postgres = await startPostgres();
    try {
      const recording = await createRecording(workshop.folder, CALLS);
      const targets = ["--old", servers[0].url, "--candidate", servers[1].url];
      const place = { workshop, postgres, recording, targets };
      const few = await queued(place, FEW);
      const many = await queued(place, MANY);
      const costs = { ...costsOf(few, many), planCallSeconds: planCallSeconds(recording) };
      const { callSeconds, databaseShardSeconds, databaseWorkerShare } = costs;
      // One core's worth, less what its workers' heartbeats take of it.
      const full = (callsOfShard: number): number =>
        Math.floor(
          1 /
            (databaseWorkerShare +
              databaseShardSeconds / (callsOfShard * callSeconds + costs.shardSeconds)),
        );
      const measured = (taken: Taken): string =>
        [taken.clock, taken.worker, taken.database, taken.planner]
          .map((seconds) => seconds.toFixed(2))
          .join(" | ");
      writeEvidence("scale-simulation", [
        "# To 64 workers, by simulation",
        "",
        provenance("npm run study scale-simulation"),
        "",
        `Measured: ${CALLS.toLocaleString("en-US")} calls by the queue, one worker, a real PostgreSQL on the same machine, which other work shared; once in ${FEW} shards, once in ${MANY}.`,
        "",
        "| shards | seconds | CPU of the worker | CPU of PostgreSQL | CPU of the planner |",
        "| --- | --- | --- | --- | --- |",
        `| ${FEW} | ${measured(few)} |`,
        `| ${MANY} | ${measured(many)} |`,
        "",
        `So a call takes ${(1e6 * callSeconds).toFixed(1)} µs of a worker; a shard, beside its calls, ${ms(costs.shardSeconds)} of the clock (its check of the nodes, claiming, handing in), ${ms(databaseShardSeconds)} of the database and ${ms(costs.mergeSeconds)} of the planner (following, merging); a worker each second ${ms(databaseWorkerShare)} of the database (heartbeat, places at the targets, looking for work; of this one run the planner's looking too); planning ${(1e6 * costs.planCallSeconds).toFixed(2)} µs a call.`,
        "",
        "Simulated, by discrete events: workers with a core each claim, start, work, hand in and claim anew; the database has one core and serves one query after the other; planning comes before and merging after, by one process; a worker that found nothing looks again after half a second. Answers cost no waiting: 16 at once hide it. What is not in it: the network, and workers that die.",
        "",
        `## ${LARGE.toLocaleString("en-US")} calls, shards of ${USUAL_SHARD.toLocaleString("en-US")}, targets without a ceiling`,
        "",
        ...tableOf(costs, USUAL_SHARD, null),
        "",
        `The database would be full at ${full(USUAL_SHARD).toLocaleString("en-US")} workers.`,
        "",
        `## The same, targets that stand ${CEILING.toLocaleString("en-US")} calls a second`,
        "",
        ...tableOf(costs, USUAL_SHARD, CEILING),
        "",
        `## ${(LARGE / 10).toLocaleString("en-US")} calls in shards of ${SMALL_SHARD.toLocaleString("en-US")}: too small`,
        "",
        ...tableOf(costs, SMALL_SHARD, null),
        "",
        `The database would be full at ${full(SMALL_SHARD).toLocaleString("en-US")} workers.`,
      ]);
    } finally {
      await postgres.close();
      for (const server of servers) server.stop();
      workshop.close();
    }
  },
};
