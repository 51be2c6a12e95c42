import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { messageOf, usageError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { hasRun, runFileOf } from "../runs/open.ts";
import { readRunHead } from "../runs/reader.ts";
import { keepSpecification, keptSpecification } from "../runs/specification.ts";
import { isResultName, pack, resultName, unpack } from "../scale/results/packed.ts";
import { openPlace } from "../scale/results/place.ts";
import { isS3, type Environment } from "../scale/stores/client.ts";

/** Puts a shard's run, which must be complete and closed, where all shards put theirs. False where it is there already. */
export async function putResult(
  place: string,
  folder: string,
  shard: { readonly plan: string; readonly index: number; readonly of: number },
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Promise<boolean> {
  const opened = await openPlace(place, cwd, env);
  try {
    const run = readFileSync(runFileOf(folder));
    const specification = keptSpecification(folder)?.text ?? null;
    const name = resultName(shard.plan, shard.index, shard.of);
    return await opened.put(name, pack({ run, specification }));
  } finally {
    opened.close();
  }
}

export interface FoundRuns {
  /** Folders of runs. */
  readonly folders: readonly string[];
  /** Results that can't be read, and why: they do not count. */
  readonly unreadable: readonly { readonly name: string; readonly why: string }[];
  /** Removes what was fetched. */
  close(): void;
}

/** Runs as they were given: folders of runs as they are, and all results of places that shards were put into, fetched. */
export async function findRuns(
  given: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): Promise<FoundRuns> {
  const folders: string[] = [];
  const unreadable: { name: string; why: string }[] = [];
  const fetched: string[] = [];
  const close = (): void => {
    for (const folder of fetched) rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const one of given) {
      const folder = path.resolve(cwd, one);
      if (!isS3(one) && hasRun(folder)) {
        folders.push(folder);
        continue;
      }
      const place = await openPlace(one, cwd, env);
      try {
        const names = (await place.list()).filter(isResultName);
        if (names.length === 0 && isS3(one)) throw usageError(`There are no results in ${one}.`);
        // Said as of any other folder without a run.
        if (names.length === 0) folders.push(folder);
        if (names.length === 0) continue;
        const base = mkdtempSync(path.join(tmpdir(), "shadowdiff-results-"));
        fetched.push(base);
        for (const name of names) {
          const own = path.join(base, name);
          const why = unpackInto(own, await place.read(name));
          if (why === null) folders.push(own);
          else unreadable.push({ name, why });
        }
      } finally {
        place.close();
      }
    }
    if (folders.length === 0)
      throw usageError("No result can be read.", {
        details: unreadable.map(({ name, why }) => `${name}: ${why}`),
      });
    return { folders, unreadable, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Gives why it is no run, or null. */
function unpackInto(folder: string, bytes: Buffer): string | null {
  const packed = unpack(bytes);
  if (packed === null) return "it is cut short or damaged";
  makeFolder(folder);
  writeFileSync(runFileOf(folder), packed.run, { mode: 0o600 });
  if (packed.specification !== null) keepSpecification(folder, packed.specification);
  try {
    readRunHead(folder);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
