import path from "node:path";
import { z } from "zod";
import { describeError, EXIT } from "../../errors.ts";
import { displayUrl } from "../../model/display-url.ts";
import { toRecorderOptions } from "../../record/options-given.ts";
import { recordFields } from "../../record/record-fields.ts";
import { startRecorder } from "../../stages/record.ts";
import { uploadEnvironment } from "../../stages/upload.ts";
import type { Recorder } from "../../stages/record.ts";
import { conservationLine } from "../../recording/conservation.ts";
import { defineCommand } from "../define.ts";
import { ended } from "../ended.ts";
import { replayWords, suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

const PROGRESS_MS = 10_000;

export const command = defineCommand({
  name: "record",
  positionals: "",
  summary: "record a sample of production traffic: a proxy in front of a node, or a mirror's sink",
  options: z.object({ ...recordFields.shape, ...jsonField }),
  examples: [
    [
      "shadowdiff record --target http://127.0.0.1:8545 --listen 127.0.0.1:9545 --out recordings/main.sqlite --customer header:x-api-key",
      "clients call port 9545 instead",
    ],
    [
      "shadowdiff record --sink --listen 127.0.0.1:9545 --out recordings/copies.sqlite",
      "nginx, Envoy or HAProxy mirrors to port 9545",
    ],
    [
      "shadowdiff record --target http://127.0.0.1:8545 --out recordings/main.sqlite --per-method 500 --duration 1h",
      "a small sample that holds the rare methods too",
    ],
  ],
  async run(options, context) {
    const out = path.resolve(context.cwd, options.out);
    const recorder = await startRecorder({
      ...toRecorderOptions({ ...options, out }, context.env),
      ...(options.upload === undefined
        ? {}
        : {
            upload: {
              to: options.upload.replace(/\/+$/, ""),
              env: uploadEnvironment(context.env),
            },
          }),
      signal: context.signal,
      notice: oncePerPeriod((text) => context.stderr.write(`${text}\n`)),
    });
    const forgetNet = keepTrafficGoing(recorder, (text) => context.stderr.write(text));
    const before = options.target === undefined ? "a mirror's copies" : displayUrl(options.target);
    const { chainId } = recorder.network;
    context.stderr.write(`Recording ${before} (chain ${chainId}) at ${recorder.url}\n`);
    if (recorder.adminUrl !== null)
      context.stderr.write(`Health and metrics at ${recorder.adminUrl}\n`);
    const progress = setInterval(
      () => context.stderr.write(`${progressLine(recorder)}\n`),
      PROGRESS_MS,
    );
    await ended(context.signal, options.duration);
    clearInterval(progress);
    context.stderr.write("Stopping: open requests may end first\n");
    const lastFile = recorder.path();
    const isCut = recorder.counts().notStoring === "capture-error";
    const facts = await recorder.stop();
    forgetNet();
    const recording = path.relative(context.cwd, lastFile) || lastFile;
    await printResult(
      context,
      options.json,
      { recording, ...facts },
      `${conservationLine(facts)}\nRecording: ${recording}\n`,
    );
    suggest(context, [
      ["see what is in it", ["inspect", recording]],
      ["send it to two nodes", replayWords(recording)],
    ]);
    // What came after a bug is not in it.
    return isCut ? EXIT.failed : EXIT.ok;
  },
});

/** The same trouble comes again and again while it lasts: one line a period, of each kind, is enough. */
function oncePerPeriod(write: (text: string) => void): (text: string) => void {
  const last = new Map<string, number>();
  return (text) => {
    const kind = (text.split(":")[0] ?? "").replaceAll(/\d+/g, "");
    if (performance.now() - (last.get(kind) ?? -Infinity) < PROGRESS_MS) return;
    last.set(kind, performance.now());
    write(text);
  };
}

/**
 * A bug that nobody foresaw must cost captures, never requests: it is shown, capturing ends and is counted as such, the pipes
 * stand. Gives what takes the net away.
 */
function keepTrafficGoing(recorder: Recorder, write: (text: string) => void): () => void {
  const caught = (error: unknown): void => {
    recorder.turnCaptureOff();
    write(`${describeError(error).text}\nNothing is recorded any more; traffic goes on.\n`);
  };
  process.on("uncaughtException", caught);
  process.on("unhandledRejection", caught);
  return () => {
    process.off("uncaughtException", caught);
    process.off("unhandledRejection", caught);
  };
}

function progressLine(recorder: Recorder): string {
  const { arrived, stored, dropped, pending } = recorder.counts();
  return `${conservationLine({ name: "", seen: arrived - pending, stored, dropped, firstAt: null, lastAt: null })}, ${pending} under way`;
}
