import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startFakeNode } from "../test/support/servers/fake-node.ts";
import { readRun } from "../src/runs/reader.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";
import {
  load,
  startInFront,
  startTurningCandidate,
  type CandidateMode,
  type Load,
  type Started,
} from "./support/shadowed.ts";

const PER_SECOND = 800;
const REQUESTS = 12_500;
const WARM_UP = 500;
const MODES: readonly CandidateMode[] = [
  "well",
  "slow: 5 s",
  "resets",
  "answers 200 MB",
  "garbage",
  "takes connections, says nothing",
  "dead",
];

function bodyOf(index: number): string {
  const methods = ["eth_chainId", "eth_blockNumber", "eth_getBalance", "eth_getBlockByNumber"];
  const method = methods[index % methods.length] ?? "";
  const params =
    method === "eth_getBalance"
      ? ["0x01", "0x5"]
      : method === "eth_getBlockByNumber"
        ? ["0x5", false]
        : [];
  return JSON.stringify({ jsonrpc: "2.0", id: index, method, params });
}

export const study = {
  name: "shadow-faults",
  summary:
    "a candidate that is slow, dead, resets, answers garbage or 200 MB, while clients are served",
  async run(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-study-"));
    const old = await startFakeNode();
    const rows: string[] = [];
    const measure = async (
      started: Started,
      name: string,
    ): Promise<{ load: Load; memory: number }> => {
      console.error(name);
      let memory = 0;
      const watching = setInterval(() => {
        memory = Math.max(memory, started.memory());
      }, 200);
      const found = await load(started.url, REQUESTS, PER_SECOND, bodyOf);
      clearInterval(watching);
      return { load: found, memory };
    };
    const row = (
      name: string,
      found: Load,
      memory: number,
      what: string,
      base: number | null,
    ): void => {
      rows.push(
        `| ${[
          name,
          found.sent,
          found.failed,
          found.p50Ms.toFixed(1),
          found.p99Ms.toFixed(1),
          base === null ? "" : (found.p99Ms / base).toFixed(2),
          (memory / 1e6).toFixed(0),
          what,
        ].join(" | ")} |`,
      );
    };

    const recorder = await startInFront("record", old.url, [
      "--out",
      path.join(folder, "base.sqlite"),
    ]);
    await load(recorder.url, WARM_UP, PER_SECOND, bodyOf);
    const base = await measure(recorder, "record");
    await recorder.stop();
    row("`record`, for comparison", base.load, base.memory, "", null);

    for (const mode of MODES) {
      const candidate = await startTurningCandidate();
      const out = path.join(folder, mode.replaceAll(/\W+/g, "-"));
      const shadow = await startInFront("shadow", old.url, [
        "--candidate",
        candidate.url,
        "--out",
        out,
      ]);
      await load(shadow.url, WARM_UP, PER_SECOND, bodyOf);
      candidate.turn(mode);
      const found = await measure(shadow, mode);
      await shadow.stop();
      await candidate.close();
      const { counts, header, notCompared } = readRun(out);
      const [live] = header.recordings;
      const dropped = Object.entries(live?.dropped ?? {}).map(
        ([why, exchanges]) => `${why} ${exchanges}`,
      );
      const left = notCompared.map(({ reason, calls }) => `${reason} ${calls}`);
      const sum = Object.values(live?.dropped ?? {}).reduce((total, own) => total + own, 0);
      const adds = live?.seen === (live?.stored ?? 0) + sum;
      const what = `same ${counts.same}, different ${counts.different}; ${[...new Set([...left, ...dropped])].join(", ") || "nothing lost"}; ${adds ? "adds up" : `DOES NOT ADD UP (${live?.seen})`}`;
      row(mode, found.load, found.memory, what, base.load.p99Ms);
    }
    await old.close();
    rmSync(folder, { recursive: true, force: true });
    writeEvidence("shadow-faults", [
      "# A candidate at fault while clients are served",
      "",
      provenance("npm run study shadow-faults"),
      "",
      `${PER_SECOND} requests a second by open loop over 32 connections, ${REQUESTS.toLocaleString("en-US")} for each row; load and old share one thread, the candidate has another.`,
      "The machine was shared with other work: p99 is to be compared within this table only. *Memory* is the greatest resident",
      "memory of all processes of the program together. *Adds up*: seen = compared + lost, by reason.",
      "",
      "| candidate | requests | failed | p50 ms | p99 ms | of `record`'s p99 | memory MB | what the run says |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
      ...rows,
      "",
    ]);
  },
};
