import { closeSync, openSync, readSync } from "node:fs";
import type { JudgeConfiguration } from "../config/judging.ts";
import type { JudgedRun } from "../model/judged.ts";
import { openRecording } from "../recording/reader.ts";
import { rate, whole } from "../words.ts";

/** The first bytes of every SQLite file (https://www.sqlite.org/fileformat.html). */
const SQLITE = "SQLite format 3\0";

/** Whether a file is a recording already, and needs no import. */
export function isRecording(file: string): boolean {
  const handle = openSync(file, "r");
  try {
    const start = Buffer.alloc(SQLITE.length);
    return readSync(handle, start) === SQLITE.length && start.toString("latin1") === SQLITE;
  } finally {
    closeSync(handle);
  }
}

/** Chain id of a recording, or `unknown`. */
export function chainIdOf(file: string): string {
  const recording = openRecording(file);
  try {
    return recording.header.network.chainId;
  } finally {
    recording.close();
  }
}

export interface Lowered {
  /** Keys of `require` with what they became. */
  readonly require: Readonly<Record<string, number>>;
  /** Keys of `limits` that went. */
  readonly withoutLimits: readonly string[];
  /** One line for each requirement that gave, with what it was and is. */
  readonly said: readonly string[];
}

/**
 * Requirements lowered to what a first try has: those that its few calls can't meet, and no others. That nothing was compared,
 * that most of it proves nothing or that old does not repeat itself is no matter of few calls, and stays.
 */
export function lowered({ facts, verdict }: JudgedRun, configuration: JudgeConfiguration): Lowered {
  // Where nothing was compared, nothing that is asked for is too much.
  const open = verdict.reasons.filter(
    (reason) => reason.verdict === "inconclusive" && facts.counts.compared > 0,
  );
  const isOpen = (code: string): boolean => open.some((reason) => reason.code === code);
  const { require } = configuration;
  const said: string[] = [];
  const requirements: Record<string, number> = {};
  const lower = (name: "comparedCalls" | "callsPerMethod" | "methodCoverage", to: number): void => {
    requirements[name] = to;
    const shown = (value: number): string =>
      name === "methodCoverage" ? rate(value, value) : whole(value);
    said.push(`require.${name} ${shown(to)} instead of ${shown(require[name])}`);
  };
  if (isOpen("require.comparedCalls")) lower("comparedCalls", facts.counts.compared);
  if (isOpen("require.methodCoverage")) {
    if (require.callsPerMethod > 1) lower("callsPerMethod", 1);
    lower("methodCoverage", 0);
  }
  const withoutLimits = isOpen("limit.mismatchRate") ? ["mismatchRate"] : [];
  for (const name of withoutLimits) said.push(`no limits.${name}: so few calls can't bound it`);
  return { require: requirements, withoutLimits, said };
}
