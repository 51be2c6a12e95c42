import type { RolloutPlan } from "../config/rollout.ts";
import { messageOf } from "../errors.ts";
import { decide, type Decision, type SideCounts } from "./decide/decide.ts";
import type { Engine, EngineView, SideView } from "./engines/engine.ts";
import { addEntry, readJournal, type JournalEntry } from "./journal.ts";
import type { LiveVerdict } from "./verdict.ts";

export interface Drive {
  readonly plan: RolloutPlan;
  readonly engine: Engine;
  readonly journal: string;
  readonly verdict: () => Promise<LiveVerdict>;
  readonly now: () => Date;
  /** Waits, or ends early where it is stopped. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export type Outcome = "complete" | "paused" | "rolled-back" | "stopped";

/** A weight as far from the wanted one as whole numbers of 256 make it. */
const TOLERANCE = 1.5;

/** Goes on from where the journal ends: through the steps, then the hold. Each change is in the journal before it is made. */
export async function drive(parts: Drive, by: string): Promise<Outcome> {
  const { plan, journal } = parts;
  const resumed = await settleLast(parts, by);
  if (resumed !== null) return resumed;
  for (const [step, { weight, for: soakMs }] of plan.steps.entries()) {
    const entries = sinceBeginning(readJournal(journal));
    if (entries.some((entry) => entry.what === "soak" && entry.step === step)) continue;
    if (entries.some(({ what }) => what === "hold")) break;
    const made = entries.find((entry) => entry.what === "made" && entry.step === step);
    if (made === undefined) {
      const stopped = await shift(parts, {
        step,
        weight,
        by,
        why: `step ${step + 1} of ${plan.steps.length}`,
      });
      if (stopped !== null) return stopped;
    }
    const since = made === undefined ? parts.now().getTime() : Date.parse(made.at);
    const ended = await soak(parts, { step, weight, since, soakMs });
    if (ended !== null) return ended;
    note(parts, {
      what: "soak",
      step,
      weight,
      by: "gate",
      why: "the time of the step passed with a pass",
    });
  }
  return await hold(parts);
}

/** The hold after the last step: the live verdict goes on, and old can be put back. */
async function hold(parts: Drive): Promise<Outcome> {
  const { plan, journal } = parts;
  const step = plan.steps.length;
  const held = sinceBeginning(readJournal(journal)).find(({ what }) => what === "hold");
  if (held === undefined)
    note(parts, {
      what: "hold",
      step,
      weight: 100,
      by: "gate",
      why: "all traffic is on the new version",
    });
  const since = held === undefined ? parts.now().getTime() : Date.parse(held.at);
  const ended = await soak(parts, { step, weight: 100, since, soakMs: plan.hold });
  if (ended !== null) return ended;
  note(parts, { what: "complete", step, weight: 100, by: "gate", why: "the hold passed" });
  return "complete";
}

/** Back to old, whoever says so: written down first, then done, then seen. */
export async function rollBack(parts: Drive, by: string, why: string): Promise<number> {
  const began = performance.now();
  note(parts, { what: "rollback", step: -1, weight: 0, by, why });
  await parts.engine.drop(parts.plan.drain);
  const tookMs = performance.now() - began;
  note(parts, {
    what: "made",
    step: -1,
    weight: 0,
    by,
    why: `back on old after ${Math.round(tookMs)} ms`,
  });
  parts.say(`Rolled back: ${why}`);
  return tookMs;
}

/** What a crash left half done: a roll-back is finished; a shift is made again, which changes nothing where it was made. */
async function settleLast(parts: Drive, by: string): Promise<Outcome | null> {
  const { journal, plan, now } = parts;
  const entries = readJournal(journal);
  const last = entries.findLast(({ what }) => what !== "note");
  if (last === undefined || last.what === "begin") return null;
  const back = entries.findLastIndex(({ what }) => what === "rollback");
  if (back > entries.findLastIndex(({ what }) => what === "begin")) {
    const done = entries.slice(back).some(({ what, weight }) => what === "made" && weight === 0);
    if (!done) await rollBack(parts, by, "a roll-back that was begun is finished");
    return "rolled-back";
  }
  if (last.what === "complete" || last.what === "retire") return "complete";
  const goneMs = now().getTime() - Date.parse(last.at);
  if (last.what === "intent" && goneMs > plan.blindAfter && plan.onBlind === "back") {
    await rollBack(
      parts,
      by,
      `nobody watched for ${Math.round(goneMs / 1_000)} s in the middle of a change`,
    );
    return "rolled-back";
  }
  if (last.what === "pause")
    note(parts, { what: "resume", step: last.step, weight: last.weight, by, why: "goes on" });
  return null;
}

interface Shift {
  readonly step: number;
  readonly weight: number;
  readonly by: string;
  readonly why: string;
}

/** One change of weight. A roll-back that somebody asks for meanwhile wins, whichever was first. */
async function shift(parts: Drive, { step, weight, by, why }: Shift): Promise<Outcome | null> {
  const { engine, journal } = parts;
  const sight = await parts.verdict();
  if (sight.verdict === "fail")
    return await stop(
      parts,
      { act: parts.plan.onFail, why: `verdict fail: ${sight.reason}` },
      step,
      weight,
    );
  if (isRolledBack(journal)) return await finishRollBack(parts);
  note(parts, { what: "intent", step, weight, by, why });
  try {
    await engine.set(weight);
    const { weight: seen } = await engine.look();
    if (Math.abs(seen - weight) > TOLERANCE)
      throw new Error(`the engine has ${seen.toFixed(1)} % where ${weight} % was set`);
  } catch (error) {
    return await stop(parts, { act: parts.plan.onFail, why: messageOf(error) }, step, weight);
  }
  if (isRolledBack(journal)) {
    // Somebody went back while this was being made: what was set just now is taken back, too.
    await engine.drop(parts.plan.drain);
    return await finishRollBack(parts);
  }
  note(parts, { what: "made", step, weight, by, why });
  parts.say(`${weight} % on the new version`);
  return null;
}

interface Soak {
  readonly step: number;
  readonly weight: number;
  /** Unix ms. */
  readonly since: number;
  readonly soakMs: number;
}

/** Watches until the step's time is over and the verdict passes. Null where it may go on. */
async function soak(parts: Drive, { step, weight, since, soakMs }: Soak): Promise<Outcome | null> {
  const { plan, journal, now, signal } = parts;
  let first: EngineView | null = null;
  let seenAt = now().getTime();
  let said = "";
  for (;;) {
    if (isRolledBack(journal)) return await finishRollBack(parts);
    if (isPaused(journal)) return "paused";
    if (signal.aborted) return "stopped";
    const [sight, engine] = await Promise.all([parts.verdict(), lookOrNull(parts.engine)]);
    first ??= engine;
    if (sight.verdict !== "blind" && engine !== null) seenAt = now().getTime();
    const decision = decide(
      {
        verdict: sight.verdict,
        reason:
          sight.reason === "" && engine === null ? "the engine does not answer" : sight.reason,
        blindMs: now().getTime() - seenAt,
        engine: engine === null ? null : sinceThen(first ?? engine, engine),
        leftMs: since + soakMs - now().getTime(),
      },
      { ...plan, blindAfterMs: plan.blindAfter },
    );
    if (decision.act === "next") return null;
    if (decision.act === "pause" || decision.act === "back")
      return await stop(parts, decision, step, weight);
    if (decision.act === "hold" && decision.why !== said) {
      note(parts, { what: "note", step, weight, by: "gate", why: decision.why });
      parts.say(`Holds at ${weight} %: ${decision.why}`);
      said = decision.why;
    }
    await pauseAttentively(parts);
  }
}

/** How soon a roll-back that another process wrote down is noticed. */
const ATTENTION_MS = 100;

/** The time between two looks, cut short when somebody rolls back or pauses. */
async function pauseAttentively({ plan, pause, journal, signal }: Drive): Promise<void> {
  for (let waited = 0; waited < plan.every; waited += ATTENTION_MS) {
    await pause(Math.min(ATTENTION_MS, plan.every - waited));
    if (signal.aborted || isRolledBack(journal) || isPaused(journal)) return;
  }
}

/** A roll-back that another process wrote down: done here as well where it was not seen to be done. Twice is the same as once. */
async function finishRollBack(parts: Drive): Promise<Outcome> {
  if (!isBack(parts.journal)) {
    await parts.engine.drop(parts.plan.drain);
    note(parts, { what: "made", step: -1, weight: 0, by: "rollout", why: "back on old" });
  }
  return "rolled-back";
}

async function stop(
  parts: Drive,
  { act, why }: { readonly act: Decision["act"]; readonly why: string },
  step: number,
  weight: number,
): Promise<Outcome> {
  if (act === "back") {
    await rollBack(parts, "gate", why);
    return "rolled-back";
  }
  note(parts, { what: "pause", step, weight, by: "gate", why });
  parts.say(`Paused at ${weight} %: ${why}`);
  return "paused";
}

function sinceThen(
  first: EngineView,
  view: EngineView,
): { weight: number; old: SideCounts; candidate: SideCounts; candidatesUp: number } {
  return {
    weight: view.weight,
    old: less(view.old, first.old),
    candidate: less(view.candidate, first.candidate),
    candidatesUp: view.candidate.up,
  };
}

function less(now: SideView, then: SideView): SideCounts {
  return { requests: now.requests - then.requests, errors: now.errors - then.errors };
}

async function lookOrNull(engine: Engine): Promise<EngineView | null> {
  try {
    return await engine.look();
  } catch {
    return null;
  }
}

function note(parts: Drive, entry: Omit<JournalEntry, "at">): void {
  addEntry(parts.journal, { at: parts.now().toISOString(), ...entry });
}

/** Entries of the roll-out that runs: what an earlier, rolled-back one did does not count. */
function sinceBeginning(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  return entries.slice(
    Math.max(
      0,
      entries.findLastIndex(({ what }) => what === "begin"),
    ),
  );
}

function isRolledBack(journal: string): boolean {
  return sinceBeginning(readJournal(journal)).some(({ what }) => what === "rollback");
}

/** Whether the newest roll-back was seen to be done. */
export function isBack(journal: string): boolean {
  const entries = sinceBeginning(readJournal(journal));
  const back = entries.findLastIndex(({ what }) => what === "rollback");
  return entries.slice(back + 1).some(({ what, weight }) => what === "made" && weight === 0);
}

function isPaused(journal: string): boolean {
  const last = sinceBeginning(readJournal(journal)).findLast(
    ({ what }) => what === "pause" || what === "resume",
  );
  return last?.what === "pause";
}
