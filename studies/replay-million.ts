import { fork } from "node:child_process";
import { once } from "node:events";
import { startSmallServer } from "./support/small-servers.ts";
import { createRecording, timedReplay, type Timed } from "./support/timed-replay.ts";
import { openWorkshop, provenance, writeEvidence } from "./support/replaying.ts";

const SMALL = 100_000;
const LARGE = 1_000_000;
const CONCURRENCY = "32";

/** Replays in a process of its own, so that its memory is the replay's. */
async function measured(words: readonly string[]): Promise<Timed> {
  const child = fork(import.meta.filename, ["child", ...words]);
  const [message] = await once(child, "message");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own child's message
  return message as Timed;
}

export const study = {
  name: "replay-million",
  summary: "1,000,000 calls: resident memory, and time per call against 100,000",
  async run(): Promise<void> {
    const workshop = openWorkshop();
    const servers = [await startSmallServer(), await startSmallServer()] as const;
    try {
      const lines: string[] = [];
      for (const calls of [SMALL, LARGE]) {
        const recording = await createRecording(workshop.folder, calls);
        const words = [
          recording,
          servers[0].url,
          servers[1].url,
          `${workshop.folder}/run-${calls}`,
          CONCURRENCY,
        ];
        const { seconds, cpuSeconds, peakBytes, sends } = await measured(words);
        lines.push(
          `| ${calls.toLocaleString("en-US")} | ${sends.toLocaleString("en-US")} | ${seconds.toFixed(1)} | ${((1e6 * seconds) / calls).toFixed(1)} | ${((1e6 * cpuSeconds) / calls).toFixed(1)} | ${Math.round(peakBytes / 1e6)} |`,
        );
      }
      writeEvidence("replay-million", [
        "# A million calls",
        "",
        provenance("npm run study replay-million"),
        "",
        "Two servers of small answers on the same machine, one process each, which other work shared; the replay in a process of its own, run store included. Aims: less than 300 MB, and CPU a call within 5 % of that at 100,000 calls.",
        "",
        "| calls | requests | seconds | µs a call | CPU µs a call | most resident MB |",
        "| --- | --- | --- | --- | --- | --- |",
        ...lines,
      ]);
    } finally {
      for (const server of servers) server.stop();
      workshop.close();
    }
  },
};

const [, , role, ...words] = process.argv;
if (role === "child" && process.send !== undefined) {
  process.send(await timedReplay(words));
  process.disconnect();
}
