import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second of /proc on Linux. */
const TICKS = 100;

interface ProcessTimes {
  readonly parent: number;
  /** CPU seconds of it and of those of its children that it has waited for. */
  readonly seconds: number;
}

/** Null for a process that is gone. */
function timesOf(pid: number): ProcessTimes | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before the last bracket may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return { parent: Number(fields[1]), seconds: ticks / TICKS };
  } catch {
    return null;
  }
}

/** CPU seconds that a process and its children have taken until now. Linux only. */
export function cpuSecondsOf(pid: number): number {
  let seconds = timesOf(pid)?.seconds ?? 0;
  for (const name of readdirSync("/proc")) {
    const times = /^\d+$/.test(name) ? timesOf(Number(name)) : null;
    if (times?.parent === pid) seconds += times.seconds;
  }
  return seconds;
}

export interface Spent {
  readonly code: number | null;
  readonly seconds: number;
  /** Of the program and all that it started. */
  readonly cpuSeconds: number;
}

/** Runs a program to its end, without a word. */
export async function spend(program: string, words: readonly string[]): Promise<Spent> {
  const timed = [`TIMEFORMAT='%R %U %S'; time "$0" "$@" >/dev/null 2>&1`, program, ...words];
  const child = spawn("bash", ["-c", ...timed], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  const [seconds = 0, user = 0, system = 0] = said.trim().split(" ").map(Number);
  return { code, seconds, cpuSeconds: user + system };
}
