import path from "node:path";
import { findingsOf } from "../test/scale/traffic.ts";
import { cpuSecondsOf, spend, type Spent } from "./support/cpu-time.ts";
import { startSmallServer } from "./support/small-servers.ts";
import { createRecording } from "./support/timed-replay.ts";
import { openWorkshop, provenance, writeEvidence } from "./support/replaying.ts";

const CALLS = 100_000;
const SHARDS = 8;
/** Whatever order the engine ended them in. */
const ORDER = [5, 2, 7, 0, 4, 1, 6, 3];
const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");

const perCall = (seconds: number): string => `${((1e6 * seconds) / CALLS).toFixed(1)} µs`;

interface Findings {
  findings: { readonly kind: string; readonly fingerprint: string }[];
  changes: { readonly fingerprints: readonly string[] }[];
}

/** Whether one side was slower is a time as well, and on a machine that does other work it is chance. */
function withoutLatency(text: string): { readonly text: string; readonly findings: number } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- findings.json, as the report writes it
  const all = JSON.parse(text) as Findings;
  const isSlow = new Set(
    all.findings.filter(({ kind }) => kind === "latency-regression").map((one) => one.fingerprint),
  );
  all.findings = all.findings.filter(({ fingerprint }) => !isSlow.has(fingerprint));
  all.changes = all.changes.filter(
    ({ fingerprints }) => !fingerprints.every((one) => isSlow.has(one)),
  );
  return { text: JSON.stringify(all), findings: all.findings.length };
}

export const study = {
  name: "scale-workers",
  summary: "100,000 calls by one process, by two and by eight shards: findings, and CPU a call",
  async run(): Promise<void> {
    const workshop = openWorkshop();
    const servers = [await startSmallServer(), await startSmallServer("changed")] as const;
    const serverSeconds = (): number =>
      servers.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0);
    try {
      const recording = await createRecording(workshop.folder, CALLS);
      const rows: string[] = [];
      const run = async (what: string, out: string, words: readonly string[]): Promise<Spent> => {
        const before = serverSeconds();
        const spent = await spend(process.execPath, [
          MAIN,
          "replay",
          recording,
          "--out",
          path.join(workshop.folder, out),
          ...words,
          "--old",
          servers[0].url,
          "--candidate",
          servers[1].url,
        ]);
        const { code, seconds, cpuSeconds } = spent;
        rows.push(
          `| ${what} | ${String(code)} | ${seconds.toFixed(1)} | ${perCall(cpuSeconds)} | ${perCall(serverSeconds() - before)} |`,
        );
        console.log(rows.at(-1));
        return spent;
      };
      const whole = await run("one process", "whole", []);
      const two = await run("`--workers 2`", "two", ["--workers", "2"]);
      const again = await run("one process", "again", []);
      const twice = await run("`--workers 2`", "twice", ["--workers", "2"]);
      const halves = [
        await run("`--shard 0/2` alone", "half-0", ["--shard", "0/2"]),
        await run("`--shard 1/2` alone", "half-1", ["--shard", "1/2"]),
      ];
      const folders: string[] = [];
      for (let index = 0; index < SHARDS; index += 1) {
        await run(`\`--shard ${index}/${SHARDS}\``, `s${index}`, ["--shard", `${index}/${SHARDS}`]);
        folders.push(path.join(workshop.folder, `s${index}`));
      }
      const merged = await spend(process.execPath, [
        MAIN,
        "merge",
        ...ORDER.map((index) => folders[index] ?? ""),
        "--out",
        path.join(workshop.folder, "merged"),
      ]);
      const expected = withoutLatency(await findingsOf(workshop.folder, "whole"));
      const same: string[] = [];
      for (const name of ["again", "two", "twice", "merged"]) {
        const { text } = withoutLatency(await findingsOf(workshop.folder, name));
        const isSame = text === expected.text;
        same.push(`${name}: ${isSame ? "the same" : "**other**"}`);
      }
      const one = Math.min(whole.cpuSeconds, again.cpuSeconds);
      const both = Math.min(two.cpuSeconds, twice.cpuSeconds);
      const longer = Math.max(...halves.map(({ cpuSeconds }) => cpuSeconds));
      // What is neither half is the planner's and the merging: it is done once, by one process.
      const serial = Math.max(0, both - halves.reduce((sum, half) => sum + half.cpuSeconds, 0));
      // Two halves start twice, and ask each call once.
      const start = Math.max(0, halves.reduce((sum, half) => sum + half.cpuSeconds, 0) - one);
      const asking = one - start;
      const atTen = (start + 10 * asking) / (start + 5 * asking + serial);
      writeEvidence("scale-workers", [
        "# One process, two, and eight shards",
        "",
        provenance("npm run study scale-workers"),
        "",
        `${CALLS.toLocaleString("en-US")} calls to two servers of small answers, of which the candidate changes a few: ${expected.findings} findings. findings.json, byte for byte but for times (latencies and what is found of them, too), against that of one process: ${same.join("; ")} (eight shards, merged in the order ${ORDER.join(", ")}: exit ${String(merged.code)}, ${merged.cpuSeconds.toFixed(1)} s of CPU).`,
        "",
        "CPU is of all processes of a replay together (planner, workers, merging, starting Node), divided by all calls; for a shard alone too. The two servers share the machine's two cores with the replay, and so did other work: seconds of the clock say little here, CPU more.",
        "",
        "| replay | exit | seconds | CPU a call | CPU a call of the two servers |",
        "| --- | --- | --- | --- | --- |",
        ...rows,
        "",
        `**Two workers against one.** With servers elsewhere and a core for each worker, one process would take its ${one.toFixed(1)} s of CPU, two workers the ${longer.toFixed(1)} s of the longer half and ${serial.toFixed(1)} s of what only one process does: **${(one / (longer + serial)).toFixed(2)} times as fast** (aim 1.7). Of that CPU ${start.toFixed(1)} s are a process's start and check, whatever it replays; with ten times the calls the same figures give ${atTen.toFixed(2)} times. By the clock on these two cores, which the servers fill as well: ${(Math.min(whole.seconds, again.seconds) / Math.min(two.seconds, twice.seconds)).toFixed(2)} times.`,
      ]);
    } finally {
      for (const server of servers) server.stop();
      workshop.close();
    }
  },
};
