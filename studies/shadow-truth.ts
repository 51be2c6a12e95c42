import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseJudging } from "../src/config/judging.ts";
import { judge } from "../src/judge/judge.ts";
import type { JudgedRun } from "../src/model/judged.ts";
import { readRun } from "../src/runs/reader.ts";
import { startAlteringProxy } from "../test/support/servers/altering-proxy.ts";
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
  readonly blocks: number;
  readonly failed: number;
  readonly liveAtOld: number;
  readonly allAtOld: number;
  readonly altered: number;
  /** Seconds, and altered answers, until the first finding could be read. */
  readonly found: { readonly seconds: number; readonly altered: number } | null;
  /** Findings of a replay of the same calls, where asked for. */
  readonly replayed: readonly string[] | null;
}

async function once(seconds: number, plant: boolean, oldPackage?: string): Promise<Shadowed> {
  const pair = await startMovingPair({
    seed: 21,
    blockMs: 1_000,
    reorgEvery: 0,
    reorgDepth: 0,
    mostBehind: 1,
    ...(oldPackage === undefined ? {} : { oldPackage }),
  });
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-study-"));
  const workshop = openWorkshop();
  const wrong = pair.accounts[3] ?? "";
  let asked = 0;
  const oldProxy = await startAlteringProxy(pair.old.url, () => {
    asked++;
    return null;
  });
  const proxy = await startAlteringProxy(pair.candidate.url, (request, answer) =>
    plant &&
    request.includes('"eth_getBalance"') &&
    request.includes(wrong) &&
    request.includes('"0x5"')
      ? answer.replace(/"result":"0x/, '"result":"0xf')
      : null,
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
    const calls = movingTraffic(pair, seconds * PER_SECOND);
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
    if (oldPackage !== undefined) {
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
      blocks,
      failed: traffic.failed,
      liveAtOld: traffic.sent,
      allAtOld,
      altered: proxy.altered(),
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
    `- ${seconds} s at ${PER_SECOND} calls a second, ${run.blocks} blocks; failed requests of clients: ${run.failed}`,
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

/** Seconds of each part: `npm run study -- shadow-truth 600 120 60`. */
export const study = {
  name: "shadow-truth",
  summary: "a twin, a planted change and a real upgrade under live traffic with one-second blocks",
  async run(args: readonly string[]): Promise<void> {
    const [twin = 600, planted = 120, upgrade = 60] = args.map(Number);
    const upgraded = await once(upgrade, false, "anvil-1-6");
    const wrong = await once(planted, true);
    const alike = await once(twin, false);
    writeEvidence("shadow-truth", [
      "# What a live shadow finds, and what it does not",
      "",
      provenance(`npm run study shadow-truth ${twin} ${planted} ${upgrade}`),
      "",
      "Two anvils get the same blocks, one a second, the candidate up to a block later; 16 methods, four in five calls at `latest`.",
      "`--extra-load` is 5 %, as by default.",
      "",
      ...section("anvil 1.7 against its twin", twin, alike),
      ...section(
        "One answer in 400 planted wrong (a balance of one account at one block)",
        planted,
        wrong,
      ),
      ...section("anvil 1.6 against 1.7", upgrade, upgraded),
    ]);
  },
};
