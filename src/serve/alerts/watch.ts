import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../../errors.ts";
import type { Course } from "../../runs/windows/series.ts";
import { deciding, oneLine, type VerdictSource } from "../judgement.ts";
import { alertsOf, NOTHING_TOLD, type Alert, type AlertState, type Watched } from "./alerts.ts";
import type { AlertSender } from "./send.ts";

export interface AlertWatch {
  readonly source: VerdictSource;
  readonly window: string | null;
  /** Folder of the run that is watched: what was told is kept there. */
  readonly folder: string;
  readonly course: () => Course;
  readonly sender: AlertSender;
  readonly quietMs: number;
  readonly everyMs: number;
  readonly now: () => Date;
  readonly note: (text: string) => void;
}

const FILE = "alerts-told.json";
/** Alerts that could not be sent and are tried again; older ones give way. */
const WAITING = 50;

/** Looks again and again, and tells what is new. Gives what ends it. */
export function watchAlerts(watch: AlertWatch): () => Promise<void> {
  let waiting: Alert[] = [];
  let lastProblem = "";
  let turn: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const found = watchedOf(watch);
    if (found !== null) {
      const before = readState(watch.folder);
      const now = watch.now().getTime();
      const { alerts, state } = alertsOf(before, found, watch.quietMs, now);
      // Kept before it is sent: a crash in between loses an alert rather than telling it again and again.
      writeState(watch.folder, state);
      waiting = [...waiting, ...alerts].slice(-WAITING);
    }
    const left: Alert[] = [];
    for (const alert of waiting) {
      const problem = await watch.sender.send(alert, watch.now());
      if (problem === null) continue;
      left.push(alert);
      if (problem !== lastProblem) watch.note(`An alert could not be sent: ${problem}`);
      lastProblem = problem;
    }
    waiting = left;
  };
  const timer = setInterval(() => {
    turn = turn.then(look).catch((error: unknown) => watch.note(`Alerts: ${messageOf(error)}`));
  }, watch.everyMs);
  return async () => {
    clearInterval(timer);
    await turn;
    await watch.sender.close();
  };
}

/** Null where there is no run yet: nothing can be said of it. */
function watchedOf({ source, window, course }: AlertWatch): Watched | null {
  const judgement = source.judge(window);
  const { judged } = judgement;
  if (judged === null) return null;
  const { status } = course();
  const { old, candidate } = (status?.["heads"] ?? {}) as { old?: number; candidate?: number };
  return {
    verdict: judgement.verdict.verdict,
    reason: deciding(judgement),
    breaking: judged.findings
      .filter(
        (finding) =>
          finding.severity === "breaking" &&
          finding.status !== "accepted" &&
          finding.confidence !== "flaky",
      )
      .map(({ fingerprint, kind, method, path: place, calls }) => ({
        fingerprint,
        text: oneLine(`${kind} ${method} ${place} (${calls} calls) ${fingerprint}`, 400),
      })),
    isGone: status === null ? null : status["candidate"] === "gone",
    blocksBehind: typeof old === "number" && typeof candidate === "number" ? old - candidate : null,
  };
}

function readState(folder: string): AlertState {
  try {
    return {
      ...NOTHING_TOLD,
      ...(JSON.parse(readFileSync(path.join(folder, FILE), "utf8")) as object),
    };
  } catch {
    return NOTHING_TOLD;
  }
}

function writeState(folder: string, state: AlertState): void {
  const file = path.join(folder, FILE);
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}
