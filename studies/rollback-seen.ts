import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fetch } from "undici";
import { lookAt } from "../src/rollout/engines/haproxy-socket.ts";
import { readJournal } from "../src/rollout/journal.ts";
import { startRollout } from "../src/stages/rollout.ts";
import { placesIn } from "../src/upgrade/folder.ts";
import type { LivePair } from "./support/geth-pair.ts";
import { startAlteringProxy, type AlteringProxy } from "../test/support/servers/altering-proxy.ts";
import { startMovingPair } from "../test/support/servers/moving-pair.ts";
import { movingTraffic } from "./replay-moving-heads.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";
import { openScene, rolloutOf } from "./support/rollout.ts";
import { load, startInFront } from "./support/shadowed.ts";

const TIMES = 20;
const PER_SECOND = 40;
/** A run that has not gone back by then never will. */
const MOST_MS = 120_000;
/** What so short a run can show; the rest stays as it is by default. */
const SETTINGS =
  "failOn: breaking\nlimits: {}\nrequire: { comparedCalls: 40, callsPerMethod: 1, methodCoverage: 0.2, uncomparableRate: 0.5 }\n";

interface Seen {
  /** From the first wrong answer to a live verdict of fail: a breaking finding, confirmed. */
  readonly verdictMs: number;
  /** From that verdict to weight 0, by HAProxy's own word. */
  readonly weightMs: number;
  readonly wrongAnswers: number;
}

async function once(pair: LivePair, time: number): Promise<Seen> {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-study-"));
  const settings = path.join(folder, "shadowdiff.yaml");
  writeFileSync(settings, SETTINGS);
  let [lying, firstAt] = [false, 0];
  const proxy: AlteringProxy = await startAlteringProxy(pair.candidate.url, (request, answer) => {
    if (!lying || !request.includes('"eth_getBalance"')) return null;
    firstAt ||= performance.now();
    return answer.replace(/"result":"0x/, '"result":"0xf');
  });
  const live = path.join(folder, "live");
  const words = ["--candidate", proxy.url, "--out", live, "--config", settings];
  const shadow = await startInFront("shadow", pair.old.url, words);
  const verdict = `${shadow.admin}/v1/verdict?window=1h`;
  const ending = new AbortController();
  const calls = movingTraffic(pair, 2_000, []);
  const traffic = (async () => {
    while (!ending.signal.aborted)
      await load(shadow.url, PER_SECOND, PER_SECOND, (index) =>
        JSON.stringify(calls[(index + time) % calls.length]),
      );
  })();
  try {
    await until(async () => (await sayOf(verdict)) === "pass");
    await using scene = await openScene({
      steps: [50, 100].map((weight) => ({ weight, for: "1h" })),
      every: "1s",
      verdict,
    });
    const running = startRollout(rolloutOf(scene), "a study");
    const isMade = (): boolean =>
      readJournal(placesIn(scene.folder).rollout).some(({ what }) => what === "made");
    await until(() => Promise.resolve(isMade()));
    await pause(200 + Math.random() * 1_000);
    lying = true;
    await until(async () => (await sayOf(verdict)) === "fail");
    const failedAt = performance.now();
    const { old, candidate } = scene.servers;
    const place = { socket: scene.haproxy.socket, backend: "nodes", old, candidate };
    await until(async () => (await lookAt(place)).weight === 0);
    const zeroAt = performance.now();
    await running;
    return {
      verdictMs: failedAt - firstAt,
      weightMs: zeroAt - failedAt,
      wrongAnswers: proxy.altered(),
    };
  } finally {
    ending.abort();
    await traffic;
    await shadow.stop();
    await proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sayOf(url: string): Promise<string> {
  const document = (await (await fetch(url)).json()) as { verdict: { verdict: string } };
  return document.verdict.verdict;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + MOST_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error("It did not come to pass in time.");
    await pause(20);
  }
}

function row(what: string, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toLocaleString("en");
  return `| ${what} | ${values.length} | ${at(0)} | ${at(0.5)} | ${at(1)} |`;
}

export const study = {
  name: "rollback-seen",
  summary:
    "from a candidate's first wrong answer, seen by a real shadow, to weight 0: rollback-seen",
  async run(): Promise<void> {
    const steady = { seed: 21, blockMs: 1_000, reorgEvery: 0, reorgDepth: 0, mostBehind: 1 };
    const pair = await startMovingPair(steady);
    const ending = new AbortController();
    const moving = pair.run(ending.signal);
    const all: Seen[] = [];
    try {
      for (let time = 0; time < TIMES; time++) {
        all.push(await once(pair, time));
        console.log(all.at(-1));
      }
    } finally {
      ending.abort();
      await moving;
      await pair.stop();
    }
    writeEvidence("rollback-seen", [
      "# From a wrong answer to weight 0",
      "",
      provenance("npm run study -- rollback-seen"),
      "",
      `Two anvils with one-second blocks, ${PER_SECOND} calls a second through a real \`shadow\`, a real HAProxy at 50 % whose roll-out asks the shadow's verdict`,
      "each second; the candidate begins to answer each `eth_getBalance` wrong. Each time a new shadow, roll-out and HAProxy.",
      "",
      "| | runs | least | median | most |",
      "| --- | --: | --: | --: | --: |",
      row(
        "ms from the first wrong answer to a verdict of fail (a confirmed finding)",
        all.map(({ verdictMs }) => verdictMs),
      ),
      row(
        "ms from that verdict to weight 0, by HAProxy's own word",
        all.map(({ weightMs }) => weightMs),
      ),
      row(
        "ms from the first wrong answer to weight 0",
        all.map(({ verdictMs, weightMs }) => verdictMs + weightMs),
      ),
      row(
        "wrong answers until then, at the shadow's own asks",
        all.map(({ wrongAnswers }) => wrongAnswers),
      ),
    ]);
  },
};
