import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startFakeNode } from "../test/support/servers/fake-node.ts";
import { readRun } from "../src/runs/reader.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";
import {
  load,
  together,
  startInFront,
  startTurningCandidate,
  type CandidateMode,
  type Load,
  type Started,
} from "./support/shadowed.ts";

/** What the machine holds with room to spare: past it, queues of the machine are measured. */
const PER_SECOND = 500;
/** Of each mode, with `record` and with `shadow` in turn, so that what else the machine does falls on both alike. */
const ROUNDS = 16;
const REQUESTS = 900;
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

interface Found {
  readonly recorded: Load;
  readonly shadowed: Load;
  /** Median of the rounds' p99, ms: a burst of other work falls on few rounds. */
  readonly usual: { readonly recorded: number; readonly shadowed: number };
  /** The most of all processes of the shadow, bytes. */
  readonly memory: number;
}

/** Rounds of both in turn, the first of them now one, now the other. */
async function inTurn(recorder: Started, shadow: Started): Promise<Found> {
  let memory = 0;
  const watching = setInterval(() => {
    memory = Math.max(memory, shadow.memory());
  }, 200);
  const recorded: Load[] = [];
  const shadowed: Load[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const which of round % 2 === 0 ? [recorded, shadowed] : [shadowed, recorded]) {
      const url = which === recorded ? recorder.url : shadow.url;
      which.push(await load(url, REQUESTS, PER_SECOND, bodyOf));
      await atRest(recorder, shadow);
    }
  }
  clearInterval(watching);
  const usual = { recorded: usualP99(recorded), shadowed: usualP99(shadowed) };
  return { recorded: together(recorded), shadowed: together(shadowed), usual, memory };
}

function usualP99(rounds: readonly Load[]): number {
  const sorted = rounds.map(({ p99Ms }) => p99Ms).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

const LOOK_MS = 500;
const LOOKS = 30;
const IDLE_SHARE = 0.1;

/** Until neither has much to do any more: what one left behind is not to be felt by the other. */
async function atRest(...programs: readonly Started[]): Promise<void> {
  const used = (): number => programs.reduce((sum, program) => sum + program.cpuSeconds(), 0);
  for (let look = 0; look < LOOKS; look++) {
    const before = used();
    await wait(LOOK_MS);
    if (used() - before < (IDLE_SHARE * LOOK_MS) / 1_000) return;
  }
}

function row(name: string, { recorded, shadowed, usual, memory }: Found, what: string): string {
  const cells = [
    name,
    shadowed.sent,
    `${shadowed.failed} / ${recorded.failed}`,
    `${shadowed.p50Ms.toFixed(2)} / ${recorded.p50Ms.toFixed(2)}`,
    `${usual.shadowed.toFixed(1)} / ${usual.recorded.toFixed(1)}`,
    (usual.shadowed / usual.recorded).toFixed(2),
    `${shadowed.p99Ms.toFixed(1)} / ${recorded.p99Ms.toFixed(1)}`,
    (memory / 1e6).toFixed(0),
    what,
  ];
  return `| ${cells.join(" | ")} |`;
}

function totals(all: readonly Found[]): string {
  const shadowed = together(all.map((one) => one.shadowed));
  const recorded = together(all.map((one) => one.recorded));
  const memory = Math.max(...all.map((one) => one.memory));
  const usual = (of: "recorded" | "shadowed"): number =>
    all.reduce((sum, one) => sum + one.usual[of], 0) / all.length;
  const ratio = (usual("shadowed") / usual("recorded")).toFixed(2);
  return `All together: ${shadowed.sent.toLocaleString("en-US")} requests, ${shadowed.failed} failed; usual p99 ${ratio} times that of \`record\`, p99 of all ${shadowed.p99Ms.toFixed(1)} ms against ${recorded.p99Ms.toFixed(1)} ms; memory at most ${(memory / 1e6).toFixed(0)} MB.`;
}

/** What became of the calls, and whether all of them are accounted for. */
function whatTheRunSays(out: string): string {
  const { counts, header, notCompared } = readRun(out);
  const [live] = header.recordings;
  const dropped = live?.dropped ?? {};
  const left = new Map<string, number>();
  for (const { reason, calls } of notCompared) left.set(reason, (left.get(reason) ?? 0) + calls);
  const reasons = [...left, ...Object.entries(dropped)].map(([why, calls]) => `${why} ${calls}`);
  const lost = Object.values(dropped).reduce((total, own) => total + own, 0);
  const adds = live?.seen === (live?.stored ?? 0) + lost;
  return `same ${counts.same}, different ${counts.different}; ${reasons.join(", ") || "nothing lost"}; ${adds ? "adds up" : `DOES NOT ADD UP (${live?.seen})`}`;
}

export const study = {
  name: "shadow-faults",
  summary:
    "a candidate that is slow, dead, resets, answers garbage or 200 MB, while clients are served",
  async run(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-study-"));
    const old = await startFakeNode();
    const recorder = await startInFront("record", old.url, [
      "--out",
      path.join(folder, "base.sqlite"),
    ]);
    await load(recorder.url, WARM_UP, PER_SECOND, bodyOf);
    const rows: string[] = [];
    const all: Found[] = [];
    for (const mode of MODES) {
      console.error(mode);
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
      const found = await inTurn(recorder, shadow);
      all.push(found);
      await shadow.stop();
      await candidate.close();
      rows.push(row(mode, found, whatTheRunSays(out)));
    }
    await recorder.stop();
    await old.close();
    rmSync(folder, { recursive: true, force: true });
    writeEvidence("shadow-faults", [
      "# A candidate at fault while clients are served",
      "",
      provenance("npm run study shadow-faults"),
      "",
      `${PER_SECOND} requests a second by open loop over 32 connections, ${ROUNDS} rounds of ${REQUESTS.toLocaleString("en-US")} requests with \`record\` and as many with \`shadow\` in`,
      "turn, each once what the other had in hand was done; load and old share one thread, the candidate has another of lower priority.",
      "The machine had other work: *usual p99* is the median of the rounds' p99, and times are to be compared within a row only.",
      "*Memory* is the greatest resident memory of all processes of the program together. *Adds up*: seen = compared + lost, by reason.",
      "",
      totals(all),
      "",
      "| candidate | requests | failed, shadow / record | p50 ms | usual p99 ms | its ratio | p99 ms of all | memory MB | what the run says |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
      ...rows,
      "",
    ]);
  },
};
