import path from "node:path";
import { z } from "zod";
import { inputPath } from "../../config/fields.ts";
import { EXIT } from "../../errors.ts";
import { remindUpgrade } from "../../stages/notice-draft.ts";
import { noticeSecret } from "../../notice/keys.ts";
import { noticesPath } from "../../notice/store/open.ts";
import { defineCommand } from "../define.ts";
import { remindReport } from "../notice-outputs.ts";
import { print } from "../print.ts";
import { readUpgrade } from "../../config/files/upgrade-file.ts";

export const command = defineCommand({
  name: "notice remind",
  positionals: "<run>",
  summary:
    "by newer traffic: draft the reminders that are due, and resolve who no longer calls what breaks",
  options: z.object({
    run: z.string().describe("run folder beside which the notices are kept"),
    later: z
      .array(z.string())
      .min(1)
      .describe("run of traffic recorded after the notices went out; may repeat"),
    upgrade: z.string().default("upgrade.yaml").describe("facts of the upgrade"),
    accepted: z
      .string()
      .optional()
      .describe("accepted findings (default: accepted.yaml if there is one)"),
    templates: inputPath("folder").optional().describe("folder of your own templates"),
    store: z
      .string()
      .optional()
      .describe("file of notices (default: notices.sqlite beside the run)"),
    json: z.boolean().default(false).describe("print the result as JSON"),
  }),
  examples: [
    [
      "shadowdiff notice remind reports/geth-1.17 --later reports/geth-1.17-week-2",
      "drafts for those who still call what breaks; approve and send them as usual",
    ],
  ],
  async run(options, context) {
    const { cwd, env } = context;
    const at = (name: string) => path.resolve(cwd, name);
    const result = remindUpgrade({
      runs: options.later.map(at),
      upgrade: readUpgrade(at(options.upgrade)),
      accepted: options.accepted,
      settings: context.file,
      settingsPath: context.filePath,
      templates: options.templates === undefined ? null : at(options.templates),
      store: at(options.store ?? noticesPath(options.run)),
      secret: noticeSecret(env),
      cwd,
      now: context.now(),
    });
    await print(
      context.stdout,
      options.json ? `${JSON.stringify(result, null, 2)}\n` : remindReport(result),
    );
    return EXIT.ok;
  },
});
