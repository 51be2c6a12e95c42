import { availableParallelism } from "node:os";
import path from "node:path";
import { z } from "zod";
import { examine } from "../../classify/examine.ts";
import { parseJudging } from "../../config/judging.ts";
import { EXIT, usageError } from "../../errors.ts";
import type { Progress } from "../../model/progress.ts";
import { openRecordings } from "../../replay/given/recordings.ts";
import { optionsOf, replayFields } from "../../replay/given/fields.ts";
import {
  unknownNetworkError,
  unknownNetworks,
  unknownNetworkText,
} from "../../replay/given/network.ts";
import type { ReplayOptions } from "../../replay/given/options.ts";
import { requireMatches } from "../../replay/given/selection.ts";
import { readRoutes } from "../../import/open-api.ts";
import type { RecordingReader } from "../../model/recording.ts";
import { jsonRpc } from "../../protocol/json-rpc/adapter.ts";
import { rest } from "../../protocol/rest/adapter.ts";
import { createProgress } from "../progress.ts";
import { assign, assigned, parseShard } from "../../scale/assign.ts";
import { isS3, localFiles } from "../../scale/stores/s3.ts";
import { makePlan } from "../../scale/plan/make.ts";
import { replayWithWorkers } from "../../stages/workers.ts";
import { exchangesOf, refuseRun, replayToRun } from "../../stages/replay.ts";
import { summaryOf } from "../../replay/summary.ts";
import { readRun } from "../../runs/reader.ts";
import { countUnsent } from "../../judge/unsent.ts";
import { isCi } from "../ci.ts";
import { keepFor } from "../../stages/specification.ts";
import { proveRun } from "../../stages/prove.ts";
import { givenSpecification, specificationField } from "../specification.ts";
import { openWitness } from "../../replay/afterwards/witness.ts";
import { paint } from "../colour.ts";
import { defineCommand, type CommandContext } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { queued, queueFields } from "../queue.ts";

const MOST_WORKERS = 64;

export const command = defineCommand({
  name: "replay",
  positionals: "<recordings..>",
  summary: "send recorded calls to the old and the candidate version and compare the answers",
  options: z.object({
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
    ...queueFields,
    ...replayFields,
    ...specificationField,
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff replay recordings/mainnet.sqlite --old http://10.0.0.1:8545 --candidate http://10.0.0.2:8545 --out reports/geth-1.17",
      "replay to a drained node of each version",
    ],
    [
      "shadowdiff replay recordings/mainnet.sqlite --old http://10.0.0.1:8545 --candidate http://10.0.0.2:8545 --out reports/geth-1.17 --resume",
      "finish a run that was interrupted",
    ],
  ],
  async rehearse(given, { cwd, env }) {
    const recordings = openRecordings(await localFiles(given.recordings, cwd, env));
    try {
      await checkSelection(recordings, optionsOf(given));
      const unknown = given.network === undefined ? unknownNetworks(recordings) : [];
      if (unknown.length > 0 && isCi(env)) throw unknownNetworkError(unknown);
    } finally {
      for (const recording of recordings) recording.close();
    }
    if (!given.resume) refuseRun(path.resolve(cwd, given.out));
  },
  async run(given, context) {
    const { cwd, env, stderr, signal, now, terminal, columns } = context;
    const options = optionsOf(given);
    const { classify } = parseJudging(context.file);
    const specification = await givenSpecification(given, context);
    const shard = given.shard === undefined ? null : parseShard(given.shard);
    const workers = workersOf(given.workers, options.concurrency);
    if (shard !== null && workers > 1)
      throw usageError("--shard is one worker: leave --workers out.");
    if (given.queue !== undefined && (shard !== null || workers > 1))
      throw usageError("--queue has workers of its own: leave --shard and --workers out.");
    const recordings = openRecordings(await localFiles(given.recordings, cwd, env));
    try {
      await checkSelection(recordings, options);
      await settleNetwork(recordings, options, context);
    } catch (error) {
      for (const recording of recordings) recording.close();
      throw error;
    }
    const plan = shard === null ? null : makePlan(recordings, options, shard.of);
    const total = plan?.shards[shard?.index ?? 0]?.exchanges ?? exchangesOf(recordings);
    const progress = createProgress({ out: stderr, terminal, columns, total, now });
    const note = (text: string): void => void stderr.write(`${text}\n`);
    for (const method of options.allowMethods) {
      note(`Warning: ${method} is sent because of --allow-method; it may not be harmless.`);
    }
    const out = path.resolve(cwd, given.out);
    const { allowBalanced, resume } = given;
    const closed = (): void => {
      progress.end();
      for (const recording of recordings) recording.close();
    };
    const run = { options, allowBalanced, resume, out, signal, now, note };
    const onProgress = (seen: Progress): void => progress.show(seen);
    const replayed =
      given.queue !== undefined
        ? queued({
            ...run,
            recordings,
            uris: given.recordings.map((uri) => (isS3(uri) ? uri : path.resolve(cwd, uri))),
            given,
            url: given.queue,
            context,
          })
        : workers > 1
          ? replayWithWorkers({ ...run, recordings, workers, settings: context.file, onProgress })
          : replayToRun({
              ...run,
              ...(plan === null || shard === null
                ? { recordings }
                : assigned(assign(plan, shard.index, recordings, options))),
              examine: (pair) => examine(pair, classify),
              onHeader: ({ configurationDifferences }) =>
                configurationDifferences.forEach(({ capability, effect }) =>
                  note(`Configuration differs: ${capability}: ${effect}.`),
                ),
              onProgress,
              onStanding: (standing) => progress.stand(standing),
            }).then((result) => result.incomplete);
    const incomplete = await replayed.finally(closed);
    keepFor([out], specification);
    await using witness = openWitness([...options.old, ...options.candidate], options.timeoutMs);
    await proveRun(out, (hash) => witness.header(hash));
    const facts = countUnsent(readRun(out));
    const { counts, notCompared, sends } = facts;
    await printResult(
      context,
      given.json,
      { run: given.out, incomplete, counts, notCompared, sends },
      `${summaryOf(facts)}Run: ${given.out}\n`,
    );
    suggest(context, [
      ["see what differs", ["report", given.out]],
      ["decide", ["gate", given.out]],
    ]);
    if (incomplete === null) return EXIT.ok;
    note(`The run is incomplete: ${incomplete}. Go on with --resume.`);
    return EXIT.failed;
  },
});

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

/** A recording of an unknown network: a person is asked, a pipeline has to say it, anything else is warned. */
async function settleNetwork(
  recordings: readonly RecordingReader[],
  { network }: ReplayOptions,
  { env, ask, stderr, colours }: CommandContext,
): Promise<void> {
  const unknown = network === null ? unknownNetworks(recordings) : [];
  if (unknown.length === 0) return;
  if (isCi(env)) throw unknownNetworkError(unknown);
  stderr.write(
    `${paint(colours.stderr, "yellow", `Warning: ${unknownNetworkText(unknown)}`)}\n  --network CHAIN_ID says it.\n`,
  );
  if (ask !== null && !(await ask("Is it the nodes' network?")))
    throw usageError("Nothing was sent.", {
      details: ["Say the network with --network CHAIN_ID."],
    });
}
