import path from "node:path";
import { z } from "zod";
import { examine } from "../../classify/examine.ts";
import { parseJudging } from "../../config/judging.ts";
import { EXIT } from "../../errors.ts";
import { openRecordings } from "../../replay/given/recordings.ts";
import { optionsOf, replayFields } from "../../replay/given/fields.ts";
import { createProgress } from "../progress.ts";
import { exchangesOf, refuseRun, replayToRun } from "../../stages/replay.ts";
import { summaryOf } from "../../replay/summary.ts";
import { readRun } from "../../runs/reader.ts";
import { defineCommand } from "../define.ts";

export const command = defineCommand({
  name: "replay",
  positionals: "<recordings..>",
  summary: "send recorded calls to the old and the candidate version and compare the answers",
  options: z.object({
    recordings: z.array(z.string()).min(1).describe("recordings, made by record or import"),
    out: z.string().describe("folder for the run, such as reports/NAME"),
    resume: z.boolean().default(false).describe("go on with the run that is in --out"),
    ...replayFields,
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
  rehearse({ recordings, out, resume }, { cwd }) {
    for (const recording of openRecordings(recordings.map((file) => path.resolve(cwd, file))))
      recording.close();
    if (!resume) refuseRun(path.resolve(cwd, out));
  },
  async run(given, context) {
    const { cwd, stderr, stdout, signal, now, terminal } = context;
    const options = optionsOf(given);
    const { classify } = parseJudging(context.file);
    const recordings = openRecordings(given.recordings.map((file) => path.resolve(cwd, file)));
    const total = exchangesOf(recordings);
    const progress = createProgress({ out: stderr, terminal, total, now });
    const note = (text: string): void => void stderr.write(`${text}\n`);
    for (const method of options.allowMethods) {
      note(`Warning: ${method} is sent because of --allow-method; it may not be harmless.`);
    }
    const out = path.resolve(cwd, given.out);
    const { allowBalanced, resume } = given;
    const run = { recordings, options, allowBalanced, resume, out, signal, now, note };
    const { incomplete } = await replayToRun({
      ...run,
      examine: (pair) => examine(pair, classify),
      onHeader: ({ configurationDifferences }) =>
        configurationDifferences.forEach(({ capability, effect }) =>
          note(`Configuration differs: ${capability}: ${effect}.`),
        ),
      onProgress: (seen) => progress.show(seen),
      onStanding: (standing) => progress.stand(standing),
    }).finally(() => {
      progress.end();
      for (const recording of recordings) recording.close();
    });
    stdout.write(`${summaryOf(readRun(out))}Run: ${given.out}\n`);
    if (incomplete === null) return EXIT.ok;
    note(`The run is incomplete: ${incomplete}. Go on with --resume.`);
    return EXIT.failed;
  },
});
