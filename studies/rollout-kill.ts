import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { lookAt } from "../src/rollout/engines/haproxy-socket.ts";
import { readJournal, type JournalEntry } from "../src/rollout/journal.ts";
import { placesIn } from "../src/upgrade/folder.ts";
import { provenance } from "./support/replaying.ts";
import { journalLines, openScene, type Scene } from "./support/rollout.ts";

const MAIN = path.join(import.meta.dirname, "../src/main.ts");
/** Each entry of a roll-out that arrives, and of one that goes back: begin, (intent, made, soak) three times, hold. */
const PASSING = 11;
const FAILING = 5;
const AGAIN = 4;

interface Run {
  readonly fails: boolean;
  readonly entry: number;
  readonly killedAt: string;
  readonly journal: readonly JournalEntry[];
  readonly weight: number;
  readonly problem: string | null;
}

/** Starts or resumes; killed when the journal has so many entries, else to its end. */
async function drive(scene: Scene, action: "start" | "resume", entries: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [MAIN, "rollout", action, scene.folder, "--by", "a study"],
    {
      stdio: "ignore",
    },
  );
  const exit = once(child, "exit");
  while (child.exitCode === null && child.signalCode === null) {
    const lines = journalLines(scene.folder);
    if (lines.length >= 3 && scene.verdict === "pass" && FAILS.has(scene)) scene.verdict = "fail";
    if (lines.length >= entries) child.kill("SIGKILL");
    await pause(1);
  }
  await exit;
}

/** Scenes whose verdict turns once traffic has moved. */
const FAILS = new WeakSet<Scene>();

async function runOnce(fails: boolean, entry: number): Promise<Run> {
  await using scene = await openScene();
  if (fails) FAILS.add(scene);
  await drive(scene, "start", entry);
  const killedAt = readJournal(placesIn(scene.folder).rollout).at(-1);
  await drive(scene, "resume", Infinity);
  const journal = readJournal(placesIn(scene.folder).rollout);
  const place = {
    socket: scene.haproxy.socket,
    backend: "nodes",
    old: [...scene.servers.old],
    candidate: [...scene.servers.candidate],
  };
  const { weight } = await lookAt(place);
  return {
    fails,
    entry,
    killedAt: `${killedAt?.what} ${killedAt?.weight}`,
    journal,
    weight,
    problem: problemOf(fails, journal, weight),
  };
}

/** What is wrong with how it ended: it goes on or back as the journal says, never both. */
function problemOf(
  fails: boolean,
  journal: readonly JournalEntry[],
  weight: number,
): string | null {
  const back = journal.findIndex(({ what }) => what === "rollback");
  if (back >= 0 && journal.slice(back).some(({ what }) => what === "intent" || what === "complete"))
    return "it went on after it went back";
  const complete = journal.some(({ what }) => what === "complete");
  if (complete === back >= 0)
    return complete ? "both complete and back" : "neither complete nor back";
  if (fails && complete) return "complete although the verdict failed";
  if (!fails && !complete) return "back although nothing failed";
  return Math.round(weight) === (complete ? 100 : 0) ? null : `HAProxy has ${weight} %`;
}

export const study = {
  name: "rollout-kill",
  summary: "SIGKILL at every entry of a roll-out's journal, then resume: on or back, never both",
  async run(): Promise<void> {
    const plan = [
      ...Array.from({ length: PASSING }, (_, index) => [false, index + 1] as const),
      ...Array.from({ length: FAILING }, (_, index) => [true, index + 1] as const),
      ...Array.from({ length: AGAIN }, (_, index) => [index % 2 === 1, 2 + index] as const),
    ];
    console.log(
      "| run | verdict | killed after entry | last entry | entries in the end | HAProxy | what is wrong |",
    );
    console.log("| --: | --- | --: | --- | --- | --: | --- |");
    let wrong = 0;
    for (const [index, [fails, entry]] of plan.entries()) {
      const { killedAt, journal, weight, problem } = await runOnce(fails, entry);
      if (problem !== null) wrong += 1;
      const end = journal.slice(-2).map(({ what, weight: own }) => `${what} ${own}`);
      console.log(
        `| ${index + 1} | ${fails ? "turns to fail" : "pass"} | ${entry} | ${killedAt} | ${journal.length}, … ${end.join(", ")} | ${Math.round(weight)} % | ${problem ?? "nothing"} |`,
      );
    }
    console.log(
      `\n${plan.length} runs, ${wrong} wrong.\n${provenance("npm run study -- rollout-kill")}`,
    );
  },
};
