import { readFileSync, readdirSync } from "node:fs";

const CLOCK_TICKS = 100;

/** User and system time of these processes, s. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + secondsIn(`/proc/${pid}/stat`), 0);
}

/** The same by name of thread, s; threads of one name together. */
export function threadSeconds(pid: number): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  const folder = `/proc/${pid}/task`;
  for (const thread of readdirSync(folder)) {
    const name = readFileSync(`${folder}/${thread}/comm`, "utf8").trim();
    byName.set(name, (byName.get(name) ?? 0) + secondsIn(`${folder}/${thread}/stat`));
  }
  return byName;
}

/** Fields 14 and 15 of a stat file. */
function secondsIn(file: string): number {
  const fields = readFileSync(file, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}
