import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { Pair } from "../../model/pair.ts";
import { usageError } from "../../errors.ts";
import { parsePairLine, type TokenOf } from "./parse-line.ts";

export interface PairsReport {
  lines: number;
  pairs: number;
  /** Bad lines by number, with what is wrong: skipped and counted. Bounded; `bad` has all. */
  readonly problems: string[];
  bad: number;
  /** Takes each line as it is read: the same pairs give the same hash, compressed or not. */
  readonly content: Hash;
}

export function newPairsReport(): PairsReport {
  return { lines: 0, pairs: 0, problems: [], bad: 0, content: createHash("sha256") };
}

const PROBLEMS_SHOWN = 20;

/** Streams a pairs file (or .gz). Bad lines are counted in `report` and skipped; with `strict` the first one ends it. */
export async function* readPairs(
  file: string,
  report: PairsReport,
  { strict, token }: { readonly strict: boolean; readonly token: TokenOf },
): AsyncGenerator<readonly Pair[]> {
  const stream = createReadStream(file);
  const opened = new Promise<void>((resolve, reject) =>
    stream.once("open", () => resolve()).once("error", reject),
  );
  try {
    await opened;
    const input = file.endsWith(".gz") ? stream.pipe(createGunzip()) : stream;
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      report.lines += 1;
      const text = report.lines === 1 ? line.replace(/^\uFEFF/, "") : line;
      if (text.trim() === "") continue;
      report.content.update(text).update("\n");
      let pairs: readonly Pair[];
      try {
        pairs = parsePairLine(text, report.lines, token);
      } catch (cause) {
        const problem = `${file}:${report.lines}: ${(cause as Error).message}`;
        if (strict) throw usageError(`A line is not a pair: ${problem}`, { cause });
        report.bad += 1;
        if (report.problems.length < PROBLEMS_SHOWN) report.problems.push(problem);
        continue;
      }
      report.pairs += 1;
      yield pairs;
    }
  } catch (cause) {
    if (
      (cause as NodeJS.ErrnoException).code !== undefined &&
      (cause as NodeJS.ErrnoException).syscall !== undefined
    ) {
      throw usageError(`Can't read ${file}: ${(cause as Error).message}`, { cause });
    }
    throw cause;
  } finally {
    stream.destroy();
  }
}
