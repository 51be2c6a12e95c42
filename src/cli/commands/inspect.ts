import path from "node:path";
import { z } from "zod";
import { EXIT, usageError } from "../../errors.ts";
import { exportJsonl } from "../../recording/export.ts";
import { forgetCustomer } from "../../recording/forget.ts";
import { isS3 } from "../../scale/stores/client.ts";
import { localFiles } from "../../scale/stores/s3.ts";
import { openRecording } from "../../recording/reader.ts";
import { summariseShapes } from "../../recording/shape-summary.ts";
import type { ShapeSummary } from "../../recording/shape-summary.ts";
import { summarise } from "../../recording/summary.ts";
import { shapesText, summaryText } from "../../recording/summary-text.ts";
import { defineCommand } from "../define.ts";
import { replayWords, suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { plural } from "../../words.ts";

export const command = defineCommand({
  name: "inspect",
  positionals: "<recording>",
  summary: "what is in a recording: methods, customers, rates, what was dropped and why",
  options: z.object({
    recording: z.string().describe("a .sqlite file made by record or import"),
    export: z.string().optional().describe("write every exchange to this .jsonl file"),
    forget: z.string().optional().describe("delete this customer's exchanges for good (cus_…)"),
    shapes: z.boolean().default(false).describe("also the forms of parameters; reads every body"),
    ...jsonField,
  }),
  examples: [
    ["shadowdiff inspect recordings/main.sqlite", "a summary"],
    [
      "shadowdiff inspect recordings/main.sqlite --export main.jsonl",
      "every exchange as JSON Lines",
    ],
    [
      "shadowdiff inspect recordings/main.sqlite --forget cus_0123456789abcdef",
      "a customer asked to be deleted",
    ],
  ],
  async run(options, context) {
    if (options.forget !== undefined && isS3(options.recording))
      throw usageError(
        "--forget would change this machine's copy alone: fetch the file, and put it back.",
      );
    const [file = ""] = await localFiles([options.recording], context.cwd, context.env);
    if (options.forget !== undefined) {
      const forgotten = forgetCustomer(file, options.forget);
      context.stdout.write(`Deleted ${plural(forgotten, "exchange")} of ${options.forget}\n`);
    }
    if (options.export !== undefined) {
      const reader = openRecording(file);
      try {
        const count = await exportJsonl(reader, path.resolve(context.cwd, options.export));
        context.stderr.write(`Exported ${plural(count, "exchange")} to ${options.export}\n`);
      } finally {
        reader.close();
      }
    }
    const summary = summarise(file);
    const shapes = options.shapes ? shapesOf(file) : null;
    const json = shapes === null ? summary : { ...summary, shapes };
    const text = summaryText(summary) + (shapes === null ? "" : shapesText(shapes));
    await printResult(context, options.json, json, text);
    suggest(context, [["send it to two nodes", replayWords(options.recording)]]);
    return EXIT.ok;
  },
});

function shapesOf(file: string): ShapeSummary[] {
  const reader = openRecording(file);
  try {
    return summariseShapes(reader);
  } finally {
    reader.close();
  }
}
