import { rmSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { EXIT, usageError } from "../../errors.ts";
import { importFiles } from "../../stages/import.ts";
import { conservationLine } from "../../recording/conservation.ts";
import { redactionFields, redactionRules } from "../../redact/options.ts";
import { defineCommand } from "../define.ts";
import { replayWords, suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { plural } from "../../words.ts";

/** Bad entries named one by one; the rest are counted. */
const NAMED = 20;

export const command = defineCommand({
  name: "import",
  positionals: "<files..>",
  summary: "turn HAR, .gor, .jsonl, .io, JSON or curl files into a recording",
  options: z.object({
    files: z
      .array(z.string())
      .min(1)
      .describe(
        ".har, .gor, .jsonl, .io, a JSON array of calls or curl commands (each also .gz), and folders",
      ),
    out: z.string().describe("the recording to make, such as recordings/NAME.sqlite"),
    strict: z
      .boolean()
      .default(false)
      .describe("stop at the first bad entry instead of counting it"),
    chainId: z.string().default("unknown").describe("chain id of the traffic, where you know it"),
    genesisHash: z.string().optional().describe("hash of its block 0"),
    ...redactionFields,
    ...jsonField,
  }),
  examples: [
    ["shadowdiff import calls.jsonl --out recordings/calls.sqlite", "one file"],
    [
      "shadowdiff import tests/ traffic.gor.gz --out recordings/all.sqlite",
      "folders and formats mixed",
    ],
  ],
  async run(options, context) {
    let bad = 0;
    const facts = await importFiles(
      options.files.map((file) => path.resolve(context.cwd, file)),
      {
        out: path.resolve(context.cwd, options.out),
        network: { chainId: options.chainId, genesisHash: options.genesisHash ?? null },
        rules: redactionRules(options),
        strict: options.strict,
        env: context.env,
        now: context.now(),
        signal: context.signal,
        onBad: ({ place, reason }) => {
          bad += 1;
          if (bad <= NAMED) context.stderr.write(`skipped: ${place}: ${reason}\n`);
        },
        onProgress: (count) => context.stderr.write(`${plural(count, "exchange")}\n`),
      },
    );
    if (bad > NAMED) context.stderr.write(`skipped: ${bad - NAMED} more entries\n`);
    if (facts.stored === 0) {
      rmSync(path.resolve(context.cwd, options.out), { force: true });
      throw usageError(`Nothing could be imported: ${conservationLine(facts)}.`, {
        details: ["Each entry is named above with what is wrong with it; no recording was made."],
      });
    }
    await printResult(
      context,
      options.json,
      { recording: options.out, ...facts },
      `${conservationLine(facts)}\nRecording: ${options.out}\n`,
    );
    suggest(context, [
      ["see what is in it", ["inspect", options.out]],
      ["send it to two nodes", replayWords(options.out)],
    ]);
    return EXIT.ok;
  },
});
