import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres, type Postgres } from "../test/support/servers/postgres.ts";
import { openFleet } from "../test/scale/fleet.ts";
import {
  findingsOf,
  mostInASecond,
  recordBalances,
  recordTraffic,
  startPair,
  type Pair,
} from "../test/scale/traffic.ts";
import { runCli } from "../test/support/cli.ts";
import { openWorkshop, provenance, writeEvidence } from "./support/replaying.ts";

const RUNS = 20;
const EXCHANGES = 3_000;
const SHARDS = 6;
const OUTAGE_MS = 60_000;

interface Place {
  readonly folder: string;
  readonly recording: string;
  readonly balances: string;
  readonly pair: Pair;
  readonly whole: string;
  readonly postgres: Postgres;
}

/** Five workers: three are killed at random moments, one sleeps past its lease and wakes; one is left, and one comes. */
async function killed(place: Place, run: number): Promise<string> {
  const { folder, recording, pair, whole, postgres } = place;
  await using own = openFleet(folder, await postgres.database(`killed_${run}`));
  const victims = ["a", "b", "c"].map((name) => own.worker(name));
  const sleeper = own.worker("sleeper");
  own.worker("left");
  const started = performance.now();
  const running = own.replay(recording, `killed-${run}`, [
    ...pair.words,
    "--shards",
    String(SHARDS),
  ]);
  await own.until("SELECT 1 FROM shadowdiff.shards WHERE attempt > 0");
  await Promise.all([
    ...victims.map(async (victim) => {
      await sleep(Math.random() * 5_000);
      await victim.kill("SIGKILL");
    }),
    (async () => {
      await sleep(Math.random() * 3_000);
      sleeper.signal("SIGSTOP");
      await sleep(16_000);
      sleeper.signal("SIGCONT");
    })(),
    (async () => {
      await sleep(4_000);
      own.worker("late");
    })(),
  ]);
  const { code } = await running;
  const seconds = (performance.now() - started) / 1_000;
  const [counts] = await own.query(
    "SELECT (SELECT count(*) FROM shadowdiff.results)::int AS results, (SELECT sum(attempt - 1) FROM shadowdiff.shards)::int AS again",
  );
  const equal = (await findingsOf(folder, `killed-${run}`)) === whole;
  return `| ${run} | ${code} | ${String(counts?.["results"])} of ${SHARDS} | ${String(counts?.["again"])} | ${equal ? "yes" : "**no**"} | ${seconds.toFixed(0)} |`;
}

async function ceiling({ folder, balances, postgres }: Place): Promise<string[]> {
  const counting = await startPair(5);
  await using own = openFleet(folder, await postgres.database("ceiling"));
  const workers = Array.from({ length: 8 }, (_, index) => own.worker(`w${index}`));
  const running = own.replay(balances, "ceiling", [
    ...counting.words,
    "--concurrency",
    "5",
    "--rate",
    "100",
    "--shards",
    "16",
    "--timeout",
    "10s",
  ]);
  await own.until("SELECT 1 FROM shadowdiff.results");
  for (const [index, victim] of workers.slice(0, 3).entries()) {
    await sleep(3_000);
    await victim.kill("SIGKILL");
    own.worker(`new${index}`);
  }
  const { code } = await running;
  const { old, candidate } = counting.seen;
  await Promise.all([counting.old.close(), counting.candidate.close()]);
  return [
    `8 workers, 3 killed and replaced: exit ${code}. Ceiling 5 under way at once: old saw ${old.most} at most, the candidate ${candidate.most}.`,
    `Ceiling 100 exchanges a second, each one request of the candidate: ${mostInASecond(candidate.at)} in the busiest second.`,
  ];
}

async function outage(place: Place): Promise<string> {
  const { folder, recording, pair, whole } = place;
  const postgres = await startPostgres();
  try {
    await using own = openFleet(folder, await postgres.database("outage"));
    for (const name of ["a", "b", "c"]) own.worker(name);
    const running = own.replay(recording, "outage", [...pair.words, "--shards", String(SHARDS)]);
    await own.until("SELECT 1 FROM shadowdiff.results");
    await postgres.stop();
    await sleep(OUTAGE_MS);
    await postgres.start();
    const { code } = await running;
    const equal = (await findingsOf(folder, "outage")) === whole;
    return `PostgreSQL stopped for ${OUTAGE_MS / 1_000} s in the middle: exit ${code}, findings ${equal ? "the same" : "**not the same**"} as of one process.`;
  } finally {
    await postgres.close();
  }
}

export const study = {
  name: "scale-queue",
  summary: "workers of a queue that are killed and sleep, ceilings, a database that goes away",
  async run(): Promise<void> {
    const workshop = openWorkshop();
    const { folder } = workshop;
    const pair = await startPair();
    const postgres = await startPostgres();
    try {
      const recording = await recordTraffic(folder, EXCHANGES);
      const balances = await recordBalances(folder, 3_000);
      await runCli(["replay", recording, "--out", "whole", ...pair.words], { cwd: folder });
      const whole = await findingsOf(folder, "whole");
      const place: Place = { folder, recording, balances, pair, whole, postgres };
      const limits = await ceiling(place);
      for (const line of limits) console.log(line);
      const away = await outage(place);
      console.log(away);
      const rows: string[] = [];
      for (let run = 1; run <= RUNS; run += 1) {
        rows.push(await killed(place, run));
        console.log(rows.at(-1));
        write(rows, limits, away);
      }
    } finally {
      await Promise.all([pair.old.close(), pair.candidate.close(), postgres.close()]);
      workshop.close();
    }
  },
};

function write(rows: readonly string[], limits: readonly string[], away: string): void {
  writeEvidence("scale-queue", [
    "# Workers of a queue",
    "",
    provenance("npm run study scale-queue"),
    "",
    `A recording of ${EXCHANGES} exchanges with filters, batches, heavy calls and writes; two nodes of our own; a real PostgreSQL 18; workers as processes.`,
    "",
    ...limits.flatMap((line) => [line, ""]),
    away,
    "",
    "Three of five workers are killed at random moments, a fourth is put to sleep past its lease and woken. Findings are held against those of one process, byte for byte but for times.",
    "",
    "| run | exit | results | begun again | same findings | seconds |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ]);
}
