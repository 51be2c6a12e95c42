import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseJudging } from "../src/config/judging.ts";
import { judge } from "../src/judge/judge.ts";
import type { JudgedRun } from "../src/model/judged.ts";
import { readRun } from "../src/runs/reader.ts";
import { startAlteringProxy } from "../test/support/servers/altering-proxy.ts";
import type { JsonValue } from "../src/model/json.ts";
import { startGethPair, type LivePair } from "./support/geth-pair.ts";
import { startMovingPair } from "../test/support/servers/moving-pair.ts";
import { movingTraffic } from "./replay-moving-heads.ts";
import {
  breaks,
  openWorkshop,
  provenance,
  uncomparables,
  writeEvidence,
} from "./support/replaying.ts";
import { load, startInFront } from "./support/shadowed.ts";

const PER_SECOND = 40;

interface Shadowed {
  readonly judged: JudgedRun;
  readonly methods: number;
  readonly blocks: number;
  readonly failed: number;
  readonly liveAtOld: number;
  readonly allAtOld: number;
  readonly altered: number;
  /** Calls of clients that were answered wrong. */
  readonly planted: number;
  /** Seconds, and altered answers, until the first finding could be read. */
  readonly found: { readonly seconds: number; readonly altered: number } | null;
  /** Findings of a replay of the same calls, where asked for. */
  readonly replayed: readonly string[] | null;
}

/** The nodes of a part: two alike, or old of another version. */
type Nodes = (upgrade: boolean) => Promise<LivePair>;

const anvils: Nodes = (upgrade) =>
  startMovingPair({
    seed: 21,
    blockMs: 1_000,
    reorgEvery: 0,
    reorgDepth: 0,
    mostBehind: 1,
    ...(upgrade ? { oldPackage: "anvil-1-6" } : {}),
  });

function geths(oldBinary: string, candidateBinary: string): Nodes {
  return (upgrade) =>
    startGethPair({
      oldBinary: upgrade ? oldBinary : candidateBinary,
      candidateBinary,
      blockMs: 1_000,
      mostBehind: 1,
      seed: 21,
    });
}

/** Methods beside those of the moving traffic. */
function others({ settled }: LivePair): (() => [string, JsonValue[]])[] {
  const transaction = settled.at(-1) ?? "";
  return [
    () => ["net_version", []],
    () => ["web3_clientVersion", []],
    () => ["eth_syncing", []],
    () => ["eth_maxPriorityFeePerGas", []],
    () => ["eth_getBlockTransactionCountByNumber", ["0x9"]],
    () => ["eth_getUncleCountByBlockNumber", ["0x9"]],
    () => ["eth_getTransactionByBlockNumberAndIndex", ["0x9", "0x0"]],
    () => ["debug_traceTransaction", [transaction, { tracer: "callTracer" }]],
    () => ["eth_getBlockByNumber", ["finalized", false]],
    () => ["eth_getBlockReceipts", ["0x9"]],
  ];
}

async function once(
  seconds: number,
  nodes: Nodes,
  { plant = false, upgrade = false }: { plant?: boolean; upgrade?: boolean },
): Promise<Shadowed> {
  const pair = await nodes(upgrade);
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-study-"));
  const workshop = openWorkshop();
  const wrong = pair.accounts[3] ?? "";
  let asked = 0;
  const oldProxy = await startAlteringProxy(pair.old.url, () => {
    asked++;
    return null;
  });
  const isPlanted = (request: string): boolean =>
    plant &&
    request.includes('"eth_getBalance"') &&
    request.includes(wrong) &&
    request.includes('"0x5"');
  const proxy = await startAlteringProxy(pair.candidate.url, (request, answer) =>
    isPlanted(request) ? answer.replace(/"result":"0x/, '"result":"0xf') : null,
  );
  const ending = new AbortController();
  const out = path.join(folder, "live");
  try {
    const shadow = await startInFront("shadow", oldProxy.url, [
      "--candidate",
      proxy.url,
      "--out",
      out,
    ]);
    const calls = movingTraffic(pair, seconds * PER_SECOND, others(pair));
    const methods = new Set(calls.map(({ method }) => method)).size;
    const moving = pair.run(ending.signal);
    const startedAt = performance.now();
    const before = asked;
    let found: Shadowed["found"] = null;
    const watch = setInterval(() => {
      void fetch(`${shadow.admin}/v1/verdict?window=1h`)
        .then((answer) => answer.json())
        .then((document) => {
          const { findings = [] } = document as { findings?: { severity: string }[] };
          if (found === null && findings.some(({ severity }) => severity === "breaking"))
            found = { seconds: (performance.now() - startedAt) / 1_000, altered: proxy.altered() };
        })
        .catch(() => {});
    }, 500);
    const traffic = await load(shadow.url, calls.length, PER_SECOND, (index) =>
      JSON.stringify(calls[index]),
    );
    await wait(4_000);
    clearInterval(watch);
    ending.abort();
    const { blocks } = await moving;
    const allAtOld = asked - before;
    await shadow.stop();
    const judged = judge(readRun(out), parseJudging({}), [], new Date());
    let replayed: string[] | null = null;
    if (upgrade) {
      const recording = await workshop.record("same", calls);
      replayed = breaks(
        await workshop.replay("replayed", [
          recording,
          "--old",
          pair.old.url,
          "--candidate",
          pair.candidate.url,
        ]),
      );
    }
    return {
      judged,
      methods,
      blocks,
      failed: traffic.failed,
      liveAtOld: traffic.sent,
      allAtOld,
      altered: proxy.altered(),
      planted: calls.filter((call) => isPlanted(JSON.stringify(call))).length,
      found,
      replayed,
    };
  } finally {
    ending.abort();
    await oldProxy.close();
    await proxy.close();
    await pair.stop();
    workshop.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function section(title: string, seconds: number, run: Shadowed): string[] {
  const { counts } = run.judged.facts;
  const extra = run.allAtOld - run.liveAtOld;
  return [
    `## ${title}`,
    "",
    `- ${seconds} s at ${PER_SECOND} calls a second of ${run.methods} methods, ${run.blocks} blocks; failed requests of clients: ${run.failed}`,
    `- same ${counts.same}, different ${counts.different}, uncomparable ${uncomparables(run.judged)}`,
    `- requests counted at old: ${run.liveAtOld} of clients, ${extra} of ours (${((100 * extra) / run.liveAtOld).toFixed(1)} %), looks at the head and pins among them`,
    ...(run.found === null
      ? []
      : [
          `- first breaking finding after ${run.found.seconds.toFixed(0)} s and ${run.found.altered} altered answers (confirmations among them)`,
        ]),
    `- breaking or risky findings: ${breaks(run.judged).length}`,
    ...breaks(run.judged).map((text) => `  - ${text}`),
    ...(run.replayed === null
      ? []
      : [
          `- of a replay of the same calls: ${run.replayed.length}`,
          ...run.replayed.map((text) => `  - ${text}`),
        ]),
    "",
  ];
}

function versionOf({ judged: { facts } }: Shadowed): string {
  return [...facts.header.old, ...facts.header.candidate]
    .map(({ clientVersion }) => clientVersion ?? "?")
    .join(" against ");
}

/** Seconds of each part, and two binaries of Geth: `npm run study -- shadow-truth 600 120 60 OLD/geth NEW/geth`; without, anvils. */
export const study = {
  name: "shadow-truth",
  summary: "a twin, a planted change and a real upgrade under live traffic with one-second blocks",
  async run(args: readonly string[]): Promise<void> {
    const [twin = 600, planted = 120, upgrade = 60] = args.slice(0, 3).map(Number);
    const [oldBinary, candidateBinary] = args.slice(3);
    const isGeth = oldBinary !== undefined && candidateBinary !== undefined;
    const nodes = isGeth ? geths(oldBinary, candidateBinary) : anvils;
    const upgraded = await once(upgrade, nodes, { upgrade: true });
    const wrong = await once(planted, nodes, { plant: true });
    const alike = await once(twin, nodes, {});
    writeEvidence(isGeth ? "shadow-truth" : "shadow-truth-anvil", [
      "# What a live shadow finds, and what it does not",
      "",
      provenance(
        `npm run study shadow-truth ${twin} ${planted} ${upgrade}${isGeth ? " GETH GETH" : ""}`,
      ),
      "",
      isGeth
        ? "Two Geth on a chain of their own, driven through the Engine API: the same blocks, one a second, the candidate up to a block later."
        : "Two anvils get the same blocks, one a second, the candidate up to a block later.",
      "Four in five calls ask at `latest`. `--extra-load` is 5 %, as by default.",
      "",
      ...section(`A twin: ${versionOf(alike)}`, twin, alike),
      ...section(
        `A rare answer planted wrong (a balance of one account at one block, 1 call of ${Math.round(wrong.liveAtOld / Math.max(1, wrong.planted))})`,
        planted,
        wrong,
      ),
      ...section(`An upgrade: ${versionOf(upgraded)}`, upgrade, upgraded),
    ]);
  },
};
