import { availableParallelism } from "node:os";
import path from "node:path";
import { z } from "zod";
import { examine } from "../classify/examine.ts";
import { parseJudging } from "../config/judging.ts";
import { usageError } from "../errors.ts";
import { readRoutes } from "../import/open-api.ts";
import { countUnsent } from "../judge/unsent.ts";
import type { Progress } from "../model/progress.ts";
import type { RecordingFile, RecordingReader } from "../model/recording.ts";
import type { RunFacts } from "../model/run.ts";
import { jsonRpc } from "../protocol/json-rpc/adapter.ts";
import { rest } from "../protocol/rest/adapter.ts";
import { openWitness } from "../replay/afterwards/witness.ts";
import { optionsOf, replayFields } from "../replay/given/fields.ts";
import { unknownNetworks } from "../replay/given/network.ts";
import type { ReplayOptions } from "../replay/given/options.ts";
import { openRecordings } from "../replay/given/recordings.ts";
import { requireMatches } from "../replay/given/selection.ts";
import type { Standing } from "../replay/heads/lag.ts";
import { readRun } from "../runs/reader.ts";
import { assign, assigned, parseShard } from "../scale/assign.ts";
import { makePlan } from "../scale/plan/make.ts";
import type { Plan } from "../scale/plan/plan.ts";
import { localFiles } from "../scale/stores/s3.ts";
import { proveRun } from "./prove.ts";
import { putResult } from "./results.ts";
import { exchangesOf, refuseRun, replayToRun, type ReplayRun } from "./replay.ts";
import { keepFor, loadSpecification } from "./specification.ts";
import { replayWithWorkers } from "./workers.ts";

const MOST_WORKERS = 64;

/** What a replay is told, as it is typed: options of the command line, and of the package. */
export const replayRequest = z.object({
  recordings: z
    .array(z.string())
    .min(1)
    .describe("recordings, made by record or import: files, or s3://BUCKET/KEY"),
  out: z.string().describe("folder for the run, such as reports/NAME"),
  resume: z.boolean().default(false).describe("go on with the run that is in --out"),
  workers: z
    .union([
      z.number().int().min(1).max(MOST_WORKERS),
      z.string().regex(/^(?:auto|[1-9]|[1-5]\d|6[0-4])$/, "expected auto or a number up to 64"),
    ])
    .default(1)
    .describe(
      "processes to share the work; auto is one a core. Same findings, more calls a second",
    ),
  shard: z
    .string()
    .regex(/^\d{1,6}\/\d{1,6}$/, "expected INDEX/COUNT, numbered from 0, such as 3/16")
    .optional()
    .describe("only this part of the work: INDEX/COUNT, numbered from 0; merge joins the parts"),
  results: z
    .string()
    .optional()
    .describe(
      "with --shard: folder or s3://BUCKET/FOLDER that all shards put their runs into, each once",
    ),
  ...replayFields,
});

export type ReplayRequest = z.infer<typeof replayRequest> & { readonly spec?: string | undefined };

/** Where and when a replay happens, and who is told. */
export interface ReplaySurroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** A line for a person. */
  readonly note: (text: string) => void;
  /** Told of recordings that do not say their network, before anything is sent; throws where that is not to be. */
  readonly onUnknownNetwork: (names: readonly string[]) => void | Promise<void>;
  /** Told how many exchanges there are to send. */
  readonly onStart?: (exchanges: number) => void;
  readonly onProgress?: (progress: Progress) => void;
  readonly onStanding?: (standing: Standing) => void;
  /** Does the work elsewhere, such as by a queue's workers; gives why the run is incomplete, or null. */
  readonly elsewhere?: (work: Work) => Promise<string | null>;
}

type Work = Pick<ReplayRun, "options" | "allowBalanced" | "resume" | "out" | "signal" | "now"> & {
  readonly note: (text: string) => void;
  readonly recordings: readonly RecordingFile[];
};

export interface Replayed {
  readonly facts: RunFacts;
  /** Why the run is incomplete, or null. */
  readonly incomplete: string | null;
}

/**
 * Sends recordings to both sides and keeps the run in `out`.
 * @throws usage errors before anything is sent; run failures where a side is lost
 */
export async function replayRecordings(
  given: ReplayRequest,
  surroundings: ReplaySurroundings,
): Promise<Replayed> {
  const { cwd, env, settings, signal, now, note } = surroundings;
  const options = optionsOf(given);
  const { classify } = parseJudging(settings);
  const specification =
    given.spec === undefined ? null : await loadSpecification(given.spec, { cwd, now, signal });
  const shard = given.shard === undefined ? null : parseShard(given.shard);
  const workers = workersOf(given.workers, options.concurrency);
  if (shard !== null && workers > 1)
    throw usageError("--shard is one worker: leave --workers out.");
  if (given.results !== undefined && shard === null)
    throw usageError("--results is where shards are put: give --shard INDEX/COUNT too.");
  if (surroundings.elsewhere !== undefined && (shard !== null || workers > 1))
    throw usageError("--queue has workers of its own: leave --shard and --workers out.");
  const out = path.resolve(cwd, given.out);
  const recordings = openRecordings(await localFiles(given.recordings, cwd, env));
  let incomplete: string | null;
  let plan: Plan | null = null;
  try {
    await checkSelection(recordings, options);
    const unknown = options.network === null ? unknownNetworks(recordings) : [];
    if (unknown.length > 0) await surroundings.onUnknownNetwork(unknown);
    for (const method of options.allowMethods)
      note(`Warning: ${method} is sent because of --allow-method; it may not be harmless.`);
    plan = shard === null ? null : makePlan(recordings, options, shard.of);
    surroundings.onStart?.(plan?.shards[shard?.index ?? 0]?.exchanges ?? exchangesOf(recordings));
    const { allowBalanced, resume } = given;
    const work = { options, allowBalanced, resume, out, signal, now, note };
    const onProgress = (seen: Progress): void => surroundings.onProgress?.(seen);
    if (surroundings.elsewhere !== undefined)
      incomplete = await surroundings.elsewhere({ ...work, recordings });
    else if (workers > 1)
      incomplete = await replayWithWorkers({ ...work, recordings, workers, settings, onProgress });
    else {
      const part =
        plan === null || shard === null
          ? { recordings }
          : assigned(assign(plan, shard.index, recordings, options));
      const result = await replayToRun({
        ...work,
        ...part,
        examine: (pair) => examine(pair, classify),
        onHeader: ({ configurationDifferences }) =>
          configurationDifferences.forEach(({ capability, effect }) =>
            note(`Configuration differs: ${capability}: ${effect}.`),
          ),
        onProgress,
        onStanding: (standing) => surroundings.onStanding?.(standing),
      });
      incomplete = result.incomplete;
    }
  } finally {
    for (const recording of recordings) recording.close();
  }
  keepFor([out], specification);
  await using witness = openWitness([...options.old, ...options.candidate], options.timeoutMs);
  await proveRun(out, (hash) => witness.header(hash));
  if (given.results !== undefined && shard !== null && plan !== null && incomplete === null) {
    const counts = await putResult(given.results, out, { plan: plan.id, ...shard }, { cwd, env });
    if (!counts)
      note(
        `${given.results} has a result of shard ${given.shard} already: this one does not count.`,
      );
  }
  return { facts: countUnsent(readRun(out)), incomplete };
}

/**
 * What can be said before anything is sent, without asking a node: recordings, selection, network, folder.
 * @throws usage errors
 */
export async function rehearseReplay(
  given: ReplayRequest,
  { cwd, env, onUnknownNetwork }: Pick<ReplaySurroundings, "cwd" | "env" | "onUnknownNetwork">,
): Promise<void> {
  const recordings = openRecordings(await localFiles(given.recordings, cwd, env));
  try {
    await checkSelection(recordings, optionsOf(given));
    const unknown = given.network === undefined ? unknownNetworks(recordings) : [];
    if (unknown.length > 0) await onUnknownNetwork(unknown);
  } finally {
    for (const recording of recordings) recording.close();
  }
  if (!given.resume) refuseRun(path.resolve(cwd, given.out));
}

/** No more processes than exchanges under way at once. */
function workersOf(given: number | string, concurrency: number): number {
  const wanted = given === "auto" ? availableParallelism() : Number(given);
  return Math.min(wanted, concurrency, MOST_WORKERS);
}

/** Every glob of --include matches something. */
async function checkSelection(
  recordings: readonly RecordingReader[],
  { include, openApi }: ReplayOptions,
): Promise<void> {
  if (include.length === 0) return;
  const routes = rest(openApi === null ? [] : await readRoutes(openApi));
  requireMatches(recordings, include, (protocol) => (protocol === "rest" ? routes : jsonRpc));
}
