import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { statusCsv } from "../../notice/formats/csv.ts";
import { noticeStatus } from "../../notice/status.ts";
import { noticesPath } from "../../notice/store/open.ts";
import { openStore } from "../../notice/store/store.ts";
import { defineCommand } from "../define.ts";
import { statusReport } from "../notice-outputs.ts";
import { print } from "../print.ts";
import { jsonField } from "../result.ts";

export const command = defineCommand({
  name: "notice status",
  positionals: "<run>",
  summary: "who was told what and when, and who still has to act",
  options: z.object({
    run: z.string().describe("run folder beside which the notices are kept"),
    format: z.enum(["text", "json", "csv"]).default("text").describe("text, json or csv"),
    ...jsonField,
    store: z
      .string()
      .optional()
      .describe("file of notices (default: notices.sqlite beside the run)"),
  }),
  examples: [
    ["shadowdiff notice status reports/geth-1.17", "one line a customer"],
    ["shadowdiff notice status reports/geth-1.17 --format csv > status.csv", "for a spreadsheet"],
  ],
  async run(options, context) {
    using store = openStore(path.resolve(context.cwd, options.store ?? noticesPath(options.run)), {
      create: false,
    });
    const lines = noticeStatus(store);
    const forms = {
      text: () => statusReport(lines),
      json: () => `${JSON.stringify(lines, null, 2)}\n`,
      csv: () => statusCsv(lines),
    };
    await print(context.stdout, forms[options.json ? "json" : options.format]());
    return EXIT.ok;
  },
});
