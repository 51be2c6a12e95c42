import { spawnSync } from "node:child_process";
import path from "node:path";
import { startSmallServer } from "./support/small-servers.ts";
import { createRecording } from "./support/timed-replay.ts";
import { openWorkshop, provenance, writeEvidence } from "./support/replaying.ts";

const CALLS = 100_000;
const MAIN = path.resolve(import.meta.dirname, "../src/main.ts");

export const study = {
  name: "scale-workers",
  summary: "one process against two on the cores that there are",
  async run(): Promise<void> {
    const workshop = openWorkshop();
    const servers = [await startSmallServer(), await startSmallServer()] as const;
    try {
      const recording = await createRecording(workshop.folder, CALLS);
      const rows: string[] = [];
      for (const workers of [1, 2, 1, 2]) {
        const out = path.join(workshop.folder, `run-${rows.length}`);
        const words = ["replay", recording, "--out", out, "--workers", String(workers)];
        const targets = ["--old", servers[0].url, "--candidate", servers[1].url];
        const started = performance.now();
        const { status } = spawnSync(process.execPath, [MAIN, ...words, ...targets], {
          stdio: "ignore",
        });
        const seconds = (performance.now() - started) / 1_000;
        rows.push(
          `| ${workers} | ${status} | ${seconds.toFixed(1)} | ${Math.round(CALLS / seconds).toLocaleString("en-US")} |`,
        );
        console.log(rows.at(-1));
      }
      writeEvidence("scale-workers", [
        "# One process against two",
        "",
        provenance("npm run study scale-workers"),
        "",
        `${CALLS.toLocaleString("en-US")} calls to two servers of small answers, which share the two cores with the processes and with whatever else ran. The aim of 1.7 times is not shown on such a machine: the cores are full with one process and two servers.`,
        "",
        "| processes | exit | seconds | calls a second |",
        "| --- | --- | --- | --- |",
        ...rows,
      ]);
    } finally {
      for (const server of servers) server.stop();
      workshop.close();
    }
  },
};
