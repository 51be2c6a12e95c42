import path from "node:path";
import { z } from "zod";
import { inputPath } from "../../config/fields.ts";
import { readAccepted } from "../../config/files/accepted-file.ts";
import { windowField } from "../../config/window.ts";
import { judgeProven } from "../../stages/judge-runs.ts";
import { upgradeStatus } from "../../stages/upgrade.ts";
import { defineCommand } from "../define.ts";
import { adviseWayOn } from "../way-on.ts";
import { jsonField } from "../result.ts";
import { outputWord, parseOutputs, VERDICT_EXIT, writeOutputs } from "../gate-outputs.ts";

export const command = defineCommand({
  name: "gate",
  positionals: "<runs..>",
  summary: "decide whether an upgrade may go on: pass (0), fail (1) or inconclusive (3)",
  options: z.object({
    runs: z.array(z.string()).min(1).describe("run folders; several are judged as one"),
    accepted: inputPath("file")
      .optional()
      .describe("accepted findings (default: accepted.yaml if there is one)"),
    failOn: z
      .enum(["breaking", "risky", "info", "never"])
      .optional()
      .describe("an unaccepted finding of this severity or worse fails"),
    since: inputPath("folder")
      .optional()
      .describe("an earlier run: only what is new since then counts"),
    upgrade: inputPath("folder").optional().describe("the upgrade's folder, for require.playbook"),
    window: windowField()
      .optional()
      .describe("only what was compared in it counts: 1h, 48h, or since 2026-11-25T10:00:00Z"),
    strictAccepted: z
      .boolean()
      .default(false)
      .describe("accepted findings that do not occur any more fail"),
    format: z
      .array(z.string().check(outputWord))
      .default(["text"])
      .describe("text, json, junit, markdown or github; NAME=FILE writes to a file; may repeat"),
    ...jsonField,
  }),
  examples: [
    ["shadowdiff gate reports/geth-1.17", "print the reasons and set the exit code"],
    [
      "shadowdiff gate reports/a reports/b --since reports/last-week",
      "two shards as one; only what is new fails",
    ],
    [
      "shadowdiff gate reports/a --format junit=gate.xml --format markdown=gate.md",
      "text here, two more files",
    ],
  ],
  rehearse: ({ accepted, format, json }, { cwd }) => {
    parseOutputs(wordsOf(format, json));
    readAccepted(accepted, cwd);
  },
  async run(options, context) {
    const outputs = parseOutputs(wordsOf(options.format, options.json));
    const { failOn, strictAccepted } = options;
    const steps =
      options.upgrade === undefined
        ? null
        : upgradeStatus({
            folder: path.resolve(context.cwd, options.upgrade),
            settings: context.file,
            cwd: context.cwd,
            now: context.now(),
          }).steps;
    const outcome = await judgeProven({
      runs: options.runs,
      since: options.since ?? null,
      accepted: options.accepted,
      settings: failOn === undefined ? context.file : { ...context.file, failOn },
      settingsPath: context.filePath,
      strictAccepted,
      playbook: steps,
      window: options.window ?? null,
      cwd: context.cwd,
      now: context.now(),
    });
    if (context.filePath !== null) {
      const settings = path.relative(context.cwd, context.filePath);
      context.stderr.write(`Settings: ${settings}\n`);
    }
    await writeOutputs(outputs, outcome, context);
    adviseWayOn(context, outcome, options.runs);
    return VERDICT_EXIT[outcome.judged.verdict.verdict];
  },
});

/** --json is --format json in place of the text. */
function wordsOf(format: readonly string[], json: boolean): string[] {
  return json
    ? ["json", ...format.filter((word) => word !== "text" && word !== "json")]
    : [...format];
}
