import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { readRun } from "../src/runs/reader.ts";
import type { RunFacts } from "../src/model/run.ts";
import { startFakeNode } from "../test/support/servers/fake-node.ts";
import { seeded } from "./support/random.ts";
import { openWorkshop, provenance, writeEvidence } from "./support/replaying.ts";

const CALLS = 20_000;
const KILLS = 20;
const MAIN = path.join(import.meta.dirname, "..", "src", "main.ts");

/** Runs the command line in a process of its own; kills it after `killAfterMs` when that is given. */
async function replay(
  words: readonly string[],
  killAfterMs: number | null,
): Promise<number | null> {
  const child = spawn(process.execPath, [MAIN, "replay", ...words], { stdio: "ignore" });
  const ended = once(child, "exit");
  if (killAfterMs !== null) {
    await Promise.race([ended, setTimeout(killAfterMs)]);
    child.kill("SIGKILL");
  }
  const [code] = await ended;
  return typeof code === "number" ? code : null;
}

/** What must be the same: counts, and every finding's group with its numbers. */
function essence({ counts, groups, methods, notCompared }: RunFacts): string {
  const grouped = groups
    .map(({ fingerprint, calls, weight }) => `${fingerprint} ${calls} ${weight}`)
    .sort();
  const perMethod = methods.map(({ method, calls, same, different }) => [
    method,
    calls,
    same,
    different,
  ]);
  return JSON.stringify({ counts, grouped, perMethod, notCompared });
}

/** One account in fifty has another balance at the candidate. */
function changed(account: unknown): boolean {
  return Number(account) % 50 === 0;
}

export const study = {
  name: "replay-resume",
  summary: "a replay that is killed 20 times and resumed ends as one that was not",
  async run(): Promise<void> {
    const random = seeded(5);
    const old = await startFakeNode();
    const candidate = await startFakeNode({
      answer: ({ method, params }) =>
        method === "eth_getBalance" && changed(params[0]) ? { result: "0x1" } : undefined,
    });
    const workshop = openWorkshop();
    try {
      const requests = Array.from({ length: CALLS }, (_, id) => ({
        jsonrpc: "2.0",
        id,
        method: id % 3 === 0 ? "eth_chainId" : "eth_getBalance",
        params: id % 3 === 0 ? [] : [`0x${id.toString(16)}`, "latest"],
      }));
      const recording = await workshop.record("calls", requests);
      const targets = [recording, "--old", old.url, "--candidate", candidate.url, "--rate", "1000"];
      const calm = path.join(workshop.folder, "calm");
      await replay([...targets, "--out", calm], null);
      const killed = path.join(workshop.folder, "killed");
      let kills = 0;
      let resumed: string[] = [];
      const doneAfter: number[] = [];
      while (kills < KILLS) {
        await replay([...targets, "--out", killed, ...resumed], 1_800 + random() * 2_000);
        kills++;
        try {
          doneAfter.push(readRun(killed).counts.exchanges);
          resumed = ["--resume"];
        } catch {
          // Killed before the run file was made: the next start is a first one.
          doneAfter.push(0);
        }
      }
      const code = await replay([...targets, "--out", killed, ...resumed], null);
      const [undisturbed, final] = [readRun(calm), readRun(killed)];
      const equal = essence(undisturbed) === essence(final);
      writeEvidence("replay-resume", [
        "# Killed and resumed",
        "",
        provenance("npm run study replay-resume"),
        "",
        `${CALLS} calls; SIGKILL ${KILLS} times, 1.8 to 3.8 s after each start (process start included), then once to the end (exit ${code}).`,
        "",
        `- exchanges done after each kill: ${doneAfter.join(", ")}`,
        `- undisturbed: ${JSON.stringify(undisturbed.counts)}, ${undisturbed.groups.length} groups`,
        `- killed and resumed: ${JSON.stringify(final.counts)}, ${final.groups.length} groups, complete: ${final.complete}`,
        `- counts, groups and per-method numbers equal: **${equal}**`,
      ]);
      if (!equal) process.exitCode = 1;
    } finally {
      workshop.close();
      await Promise.all([old.close(), candidate.close()]);
    }
  },
};
