import { setTimeout as sleep } from "node:timers/promises";
import { readYaml } from "../config/files/yaml-file.ts";
import { parseRollout, type EngineSettings, type RolloutPlan } from "../config/rollout.ts";
import { runFailure, usageError } from "../errors.ts";
import { drive, isBack, rollBack, type Drive, type Outcome } from "../rollout/drive.ts";
import { commandEngine } from "../rollout/engines/command.ts";
import type { Engine, EngineView } from "../rollout/engines/engine.ts";
import { haproxyAgent } from "../rollout/engines/haproxy-agent.ts";
import { haproxySocket } from "../rollout/engines/haproxy-socket.ts";
import { addEntry, readJournal, rolloutFacts } from "../rollout/journal.ts";
import { askVerdict } from "../rollout/verdict.ts";
import { addEvidence, checkFolder, placesIn } from "../upgrade/folder.ts";
import type { RolloutFacts } from "../upgrade/steps/facts.ts";
import type { Step } from "../upgrade/steps/steps.ts";
import { upgradeStatus } from "./upgrade.ts";
import { againstGoingBack, isAnsweredFor } from "./way-back.ts";

export interface RolloutRequest {
  readonly folder: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly cwd: string;
  readonly token: string | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Steps that are settled before traffic moves: notices, verdict, roll-back. */
const BEFORE = [5, 6, 10];

/**
 * Begins a roll-out, and drives it to its end, a pause, or back.
 * @throws usage error where a step before it is open, or the new fleet is smaller than the old one
 */
export async function startRollout(request: RolloutRequest, by: string): Promise<Outcome> {
  const { folder, settings, cwd, now } = request;
  const { facts, steps } = upgradeStatus({ folder, settings, cwd, now: now() });
  const current = facts.rollout;
  if (current !== null && current.state !== "rolled-back" && current.state !== "retired")
    throw usageError(`A roll-out of ${folder} was begun already (${current.state}).`, {
      details: ["Go on with it: shadowdiff rollout resume; or back: shadowdiff rollout rollback"],
    });
  const open = steps.filter(({ number, state }) => BEFORE.includes(number) && !isSettled(state));
  if (open.length > 0) {
    throw usageError("These steps come before traffic is shifted:", {
      details: open.map(({ number, title, why }) => `${number}. ${title}: ${why}`),
    });
  }
  askForSnapshot(folder);
  await using run = await openDrive(request);
  const view = await run.parts.engine.look();
  checkCapacity(request, view, facts.upgrade.to);
  const { weight } = view;
  addEntry(placesIn(folder).rollout, {
    at: now().toISOString(),
    what: "begin",
    weight: Math.round(weight),
    step: -1,
    by,
    why: `${view.candidate.up} new servers, ${view.old.up} old ones`,
  });
  return await drive(run.parts, by);
}

/** Goes on where the journal ends, after a pause or a stop. */
export async function resumeRollout(request: RolloutRequest, by: string): Promise<Outcome> {
  const { folder, now } = request;
  const journal = placesIn(folder).rollout;
  const last = readJournal(journal).findLast(
    ({ what }) => what === "pause" || what === "begin" || what === "resume",
  );
  if (last === undefined) throw usageError(`No roll-out of ${folder} was begun.`);
  await using run = await openDrive(request);
  if (last.what === "pause")
    addEntry(journal, {
      at: now().toISOString(),
      what: "resume",
      weight: last.weight,
      step: last.step,
      by,
      why: "goes on",
    });
  return await drive(run.parts, by);
}

/** Pauses a roll-out that runs elsewhere: it stops at its next look. */
export function pauseRollout(folder: string, by: string, why: string, now: Date): void {
  const facts = statusOf(folder);
  addEntry(placesIn(folder).rollout, {
    at: now.toISOString(),
    what: "pause",
    weight: facts.weight,
    step: -1,
    by,
    why,
  });
}

/** How long a roll-out that runs elsewhere has to carry out what was written down for it. */
const ELSEWHERE_MS = 10_000;

/**
 * Back to old at once. Needs the plan and the engine, and nothing else that may be broken. Where another process holds the
 * engine's ports, it is that one which does it: the journal tells it.
 * @returns the time it took, in ms
 */
export async function rollBackNow(
  request: RolloutRequest,
  by: string,
  why: string,
): Promise<number> {
  const { folder, now } = request;
  const journal = placesIn(folder).rollout;
  const began = performance.now();
  try {
    await using run = await openDrive(request);
    const tookMs = await rollBack(run.parts, by, why);
    sayOfData(request);
    return tookMs;
  } catch (error) {
    if ((error as { code?: string }).code !== "EADDRINUSE") throw error;
  }
  addEntry(journal, { at: now().toISOString(), what: "rollback", weight: 0, step: -1, by, why });
  while (performance.now() - began < ELSEWHERE_MS) {
    if (isBack(journal)) return performance.now() - began;
    await sleep(20);
  }
  throw runFailure(
    "Nobody carried out the roll-back: the engine's ports are held by another program.",
  );
}

/** A roll-back with one percent of traffic, to know that it works and how long it takes: the evidence of step 10. */
export async function rehearseRollBack(request: RolloutRequest, by: string): Promise<number> {
  const { folder, now } = request;
  await using run = await openDrive(request);
  const { engine } = run.parts;
  const before = await engine.look();
  if (before.weight > 1.5)
    throw usageError(
      `${before.weight.toFixed(0)} % of traffic is on the new version: that is no time to rehearse.`,
    );
  await engine.set(1);
  const began = performance.now();
  await engine.drop(0);
  const tookMs = performance.now() - began;
  const after = await engine.look();
  const ok = after.weight === 0 && tookMs < 1_000;
  addEvidence(folder, {
    step: 10,
    at: now().toISOString(),
    ok,
    what: `rolled back from 1 % in ${Math.round(tookMs)} ms, by ${by}`,
    version: null,
    file: null,
  });
  return tookMs;
}

/** Old is no longer kept: the last entry. */
export function retireOld(folder: string, by: string, why: string, now: Date): void {
  const facts = statusOf(folder);
  if (facts.state !== "complete")
    throw usageError(`Old can't be retired while the roll-out is ${facts.state}.`, {
      details: ["It is complete when the hold has passed: shadowdiff rollout status"],
    });
  addEntry(placesIn(folder).rollout, {
    at: now.toISOString(),
    what: "retire",
    weight: 100,
    step: -1,
    by,
    why,
  });
}

/** @throws usage error where none was begun */
export function statusOf(folder: string): RolloutFacts {
  checkFolder(folder);
  const facts = rolloutFacts(placesIn(folder).rollout);
  if (facts === null) throw usageError(`No roll-out of ${folder} was begun.`);
  return facts;
}

/** @throws usage error where the notes bar the way back and nobody has answered for a snapshot */
function askForSnapshot(folder: string): void {
  const against = againstGoingBack(folder);
  if (against.length === 0 || isAnsweredFor(folder)) return;
  throw usageError("There may be no way back on data that the new version has written:", {
    details: [
      ...against,
      "Take a snapshot of old's data first, or keep old on data of its own; then say so by name:",
      `shadowdiff upgrade sign ${folder} 10 --waive --by NAME --reason "snapshot WHERE, of WHEN"`,
    ],
  });
}

/** After traffic is back, never before: what not to do with the data. Nothing here may stop a roll-back. */
function sayOfData({ folder, say }: RolloutRequest): void {
  try {
    const against = againstGoingBack(folder);
    if (against.length === 0) return;
    say("Traffic is on old. Do not start the old version on data that the new one has written:");
    for (const line of against) say(`  ${line}`);
    say("Restore the snapshot for it.");
  } catch {
    // The folder may be what is broken.
  }
}

function checkCapacity({ folder, now }: RolloutRequest, view: EngineView, version: string): void {
  const { old, candidate } = view;
  const ok = candidate.up >= old.total && candidate.up > 0;
  addEvidence(folder, {
    step: 8,
    at: now().toISOString(),
    ok,
    what: `${candidate.up} of ${candidate.total} new servers are up, ${old.up} of ${old.total} old ones`,
    version,
    file: null,
  });
  if (!ok) {
    throw usageError(
      `The new fleet can't carry the traffic: ${candidate.up} new servers are up, the old fleet has ${old.total}.`,
    );
  }
}

function isSettled(state: Step["state"]): boolean {
  return state === "done" || state === "waived";
}

async function openDrive(
  request: RolloutRequest,
): Promise<{ readonly parts: Drive } & AsyncDisposable> {
  const { folder, token, now, signal, say } = request;
  checkFolder(folder);
  const places = placesIn(folder);
  const plan = readPlan(places.rolloutPlan);
  const engine = await engineOf(plan.engine);
  return {
    parts: {
      plan,
      engine,
      journal: places.rollout,
      verdict: () => askVerdict(plan.verdict, token),
      now,
      pause: (ms) => sleep(ms, undefined, { signal }).catch(() => undefined),
      signal,
      say,
    },
    [Symbol.asyncDispose]: () => engine.close(),
  };
}

function readPlan(file: string): RolloutPlan {
  const hint = "Write the plan of the roll-out (docs/guides/playbook.md has one).";
  return parseRollout(readYaml(file, hint), file);
}

async function engineOf(settings: EngineSettings): Promise<Engine> {
  if (settings.kind === "haproxy") return haproxySocket(settings);
  if (settings.kind === "command")
    return commandEngine({ set: settings.set, look: settings.look, timeoutMs: settings.timeout });
  const { old, candidate, socket, backend, servers } = settings;
  const known = socket !== undefined && backend !== undefined && servers !== undefined;
  return await haproxyAgent({
    old,
    candidate,
    servers: known ? { socket, backend, old: servers.old, candidate: servers.candidate } : null,
  });
}
