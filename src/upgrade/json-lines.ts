import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import type { z } from "zod";
import { usageError } from "../errors.ts";

/** Adds a line and waits until it is on the disk: what is done next rests on it. */
export function appendLine(file: string, value: unknown): void {
  // A line that a crash cut short is ended first, so that the new one stands alone.
  const cut = existsSync(file) && !/(?:^|\n)$/.test(readFileSync(file, "utf8"));
  if (cut) appendFileSync(file, "\n");
  const handle = openSync(file, "a", 0o600);
  try {
    writeSync(handle, `${JSON.stringify(value)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The lines of a file that only grows; none where there is no file. A last line that a crash cut short is left out. */
export function readLines<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): z.output<Schema>[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [schema.parse(JSON.parse(line))];
    } catch (cause) {
      if (index >= lines.length - 2) return [];
      throw usageError(`${file}, line ${index + 1} can't be read.`, { cause });
    }
  });
}
