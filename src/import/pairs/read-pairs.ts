import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { usageError } from "../../errors.ts";
import type { Route } from "../../protocol/rest/routes.ts";
import { parsePairLine, type PairLine, type TokenOf } from "./parse-line.ts";

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

export interface ReadOptions {
  readonly strict: boolean;
  readonly token: TokenOf;
  /** REST routes by whose templates paths are named. */
  readonly routes: readonly Route[];
}

const PROBLEMS_SHOWN = 20;

/** Streams a pairs file (or .gz). Bad lines are counted in `report` and skipped; with `strict` the first one ends it. */
export async function* readPairs(
  file: string,
  report: PairsReport,
  { strict, token, routes }: ReadOptions,
): AsyncGenerator<PairLine> {
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
      let asked: PairLine;
      try {
        asked = parsePairLine(text, report.lines, token, routes);
      } catch (cause) {
        const problem = `${file}:${report.lines}: ${(cause as Error).message}`;
        if (strict) throw usageError(`A line is not a pair: ${problem}`, { cause });
        report.bad += 1;
        if (report.problems.length < PROBLEMS_SHOWN) report.problems.push(problem);
        continue;
      }
      report.pairs += 1;
      yield asked;
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
