import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface RotationOptions {
  /** A new file past this size, or null. */
  readonly sizeBytes: number | null;
  /** A new file after this time, or null. */
  readonly everyMs: number | null;
  /** Newest files to keep, or null for all. */
  readonly keepFiles: number | null;
  /** Files older than this go, or null. */
  readonly keepMs: number | null;
}

export const NO_ROTATION: RotationOptions = {
  sizeBytes: null,
  everyMs: null,
  keepFiles: null,
  keepMs: null,
};

export function rotates(options: RotationOptions): boolean {
  return options.sizeBytes !== null || options.everyMs !== null;
}

/** `recordings/main.sqlite` → `recordings/main-20261121T105400Z.sqlite`, with `-2` where that is taken. */
export function rotatedPath(out: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  const stem = `${withoutExtension(out)}-${stamp}`;
  for (let count = 1; ; count += 1) {
    const path = count === 1 ? `${stem}.sqlite` : `${stem}-${count}.sqlite`;
    if (!existsSync(path)) return path;
  }
}

/** Names of this recorder's files that it does not write to any more, the oldest first. `current` is the one that it does, if any. */
export function finishedFiles(out: string, current: string | null): string[] {
  const folder = dirname(out);
  const name = basename(withoutExtension(out)).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const form = new RegExp(String.raw`^${name}-\d{8}T\d{6}Z(?:-\d+)?\.sqlite$`);
  return readdirSync(folder)
    .filter((file) => form.test(file) && join(folder, file) !== current)
    .sort();
}

/** Deletes finished files of this recorder past what is to be kept; gives their paths. `current` always stays. */
export function deleteExpired(
  out: string,
  current: string,
  options: RotationOptions,
  nowMs: number,
): string[] {
  const folder = dirname(out);
  const files = finishedFiles(out, current).reverse();
  const expired = files.filter((file, index) => {
    if (options.keepFiles !== null && index + 1 >= options.keepFiles) return true;
    return options.keepMs !== null && nowMs - statSync(join(folder, file)).mtimeMs > options.keepMs;
  });
  for (const file of expired) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(folder, file + suffix), { force: true });
  }
  return expired.map((file) => join(folder, file));
}

function withoutExtension(path: string): string {
  return path.replace(/\.sqlite$/, "");
}
