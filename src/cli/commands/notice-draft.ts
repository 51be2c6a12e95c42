import path from "node:path";
import { z } from "zod";
import { inputPath } from "../../config/fields.ts";
import { EXIT } from "../../errors.ts";
import { proveRuns } from "../../stages/prove.ts";
import { draftUpgrade } from "../../stages/notice-draft.ts";
import { customerTokens, noticeSecret } from "../../notice/keys.ts";
import { defineCommand } from "../define.ts";
import { draftReport } from "../notice-outputs.ts";
import { print } from "../print.ts";
import { readCustomers } from "../../config/files/customers-file.ts";
import { readUpgrade } from "../../config/files/upgrade-file.ts";

export const command = defineCommand({
  name: "notice draft",
  positionals: "<runs..>",
  summary: "draft what each customer should be told of an upgrade",
  options: z.object({
    runs: z
      .array(z.string())
      .min(1)
      .describe("run folders of this upgrade; notices are kept beside the first"),
    upgrade: z.string().default("upgrade.yaml").describe("facts of the upgrade"),
    customers: inputPath("file")
      .optional()
      .describe("CSV or YAML file: who has which key, and where to reach them"),
    accepted: inputPath("file")
      .optional()
      .describe("accepted findings (default: accepted.yaml if there is one)"),
    templates: inputPath("folder")
      .optional()
      .describe("folder of your own templates; what it lacks is taken from ours"),
    out: z.string().optional().describe("folder for the drafts (default: notices beside the run)"),
    store: z
      .string()
      .optional()
      .describe("file of notices (default: notices.sqlite beside the first run)"),
    everyone: z
      .boolean()
      .default(false)
      .describe("draft for customers whom the traffic did not show, too"),
    allowUnsettled: z
      .boolean()
      .default(false)
      .describe("tell of findings, too, of which nobody has said yet which version is right"),
    json: z.boolean().default(false).describe("print the result as JSON"),
  }),
  examples: [
    [
      "shadowdiff notice draft reports/geth-1.17 --upgrade upgrade.yaml --customers customers.csv",
      "write a draft for every customer, and a page that lists them",
    ],
    [
      "shadowdiff notice draft reports/monday reports/tuesday --customers customers.yaml",
      "one notice for each customer from two runs",
    ],
  ],
  async run(options, context) {
    const { cwd, env } = context;
    const at = (name: string) => path.resolve(cwd, name);
    const [first] = options.runs as [string];
    await proveRuns(options.runs.map(at));
    const result = draftUpgrade({
      runs: options.runs.map(at),
      upgrade: readUpgrade(at(options.upgrade)),
      accounts:
        options.customers === undefined
          ? []
          : readCustomers(at(options.customers), customerTokens(env)),
      accepted: options.accepted,
      settings: context.file,
      settingsPath: context.filePath,
      templates: options.templates === undefined ? null : at(options.templates),
      out: at(options.out ?? path.join(first, "notices")),
      store: at(options.store ?? path.join(first, "notices.sqlite")),
      secret: noticeSecret(env),
      everyone: options.everyone,
      allowUnsettled: options.allowUnsettled,
      cwd,
      now: context.now(),
    });
    await print(
      context.stdout,
      options.json ? `${JSON.stringify(result, null, 2)}\n` : draftReport(result, cwd),
    );
    return EXIT.ok;
  },
});
