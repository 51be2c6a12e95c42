import { setTimeout as pause } from "node:timers/promises";
import { fetch } from "undici";
import { lookAt } from "../src/rollout/engines/haproxy-socket.ts";
import { readJournal } from "../src/rollout/journal.ts";
import { rollBackNow, startRollout, type RolloutRequest } from "../src/stages/rollout.ts";
import { placesIn } from "../src/upgrade/folder.ts";
import { provenance } from "./support/replaying.ts";
import { openScene, rolloutOf, type Scene } from "./support/rollout.ts";

const TIMES = 20;
const CLIENTS = 8;

interface Traffic {
  readonly counts: { asked: number; failed: number };
  stop(): Promise<void>;
}

/** Clients that ask without a pause, and count what they did not get. */
function startTraffic(url: string): Traffic {
  const counts = { asked: 0, failed: 0 };
  const ending = new AbortController();
  const client = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      counts.asked += 1;
      try {
        const response = await fetch(url, { method: "POST", body: "{}" });
        await response.text();
        if (response.status !== 200) counts.failed += 1;
      } catch {
        counts.failed += 1;
      }
      await pause(2);
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  return {
    counts,
    async stop() {
      ending.abort();
      await Promise.all(clients);
    },
  };
}

interface Measured {
  readonly ms: number;
  readonly asked: number;
  readonly failed: number;
}

/** From a moment to weight 0, by HAProxy's own word, under load. */
async function measure(
  act: (scene: Scene, request: RolloutRequest) => Promise<unknown>,
): Promise<Measured> {
  await using scene = await openScene({
    steps: [50, 100].map((weight) => ({ weight, for: "1h" })),
    every: "1s",
  });
  const request = rolloutOf(scene);
  const traffic = startTraffic(scene.haproxy.url);
  const running = startRollout(request, "a study");
  while (!readJournal(placesIn(scene.folder).rollout).some(({ what }) => what === "made"))
    await pause(10);
  // Anywhere between two looks.
  await pause(200 + Math.random() * 1_000);
  const place = {
    socket: scene.haproxy.socket,
    backend: "nodes",
    old: [...scene.servers.old],
    candidate: [...scene.servers.candidate],
  };
  const from = performance.now();
  const acting = act(scene, request);
  while ((await lookAt(place)).weight > 0) await pause(5);
  const ms = performance.now() - from;
  await Promise.all([acting, running]);
  await traffic.stop();
  return { ms, ...traffic.counts };
}

function row(what: string, all: readonly Measured[]): string {
  const sorted = all.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): string =>
    `${Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0)} ms`;
  const sum = (of: (one: Measured) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  return `| ${what} | ${all.length} | ${at(0)} | ${at(0.5)} | ${at(1)} | ${sum(({ asked }) => asked)} | ${sum(({ failed }) => failed)} |`;
}

export const study = {
  name: "rollback",
  summary:
    "how long a roll-back takes at a real HAProxy under load, and what it costs, 20 times each",
  async run(): Promise<void> {
    const byCommand: Measured[] = [];
    const byVerdict: Measured[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      byCommand.push(await measure((_, request) => rollBackNow(request, "a study", "asked for")));
      byVerdict.push(
        await measure((scene) => {
          scene.verdict = "fail";
          return Promise.resolve();
        }),
      );
    }
    console.log(provenance("npm run study -- rollback"));
    console.log(
      "\n| from … to weight 0 | runs | least | median | most | requests meanwhile | failed |",
    );
    console.log("| --- | --: | --: | --: | --: | --: | --: |");
    console.log(row("the command `rollout rollback`", byCommand));
    console.log(row("a verdict that turns (looked at each second)", byVerdict));
  },
};
