import path from "node:path";
import { z } from "zod";
import { inputPath } from "../../config/fields.ts";
import { EXIT, usageError } from "../../errors.ts";
import { approveNotices } from "../../notice/approve.ts";
import { noticesPath } from "../../notice/store/open.ts";
import { openStore } from "../../notice/store/store.ts";
import { isCi } from "../ci.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "notice approve",
  positionals: "<run> [accounts..]",
  summary: "approve drafts by their text: who, when, and which text is recorded",
  options: z.object({
    run: z.string().describe("run folder beside which the notices are kept"),
    accounts: z.array(z.string()).default([]).describe("accounts whose drafts to approve"),
    all: z.boolean().default(false).describe("approve every draft"),
    by: z.string().trim().min(1).describe("who approves"),
    hash: z
      .string()
      .min(8)
      .optional()
      .describe("start of the hash that you read; refused when the draft is another"),
    templates: inputPath("folder")
      .optional()
      .describe("folder of your own templates, as given to draft"),
    ...jsonField,
    store: z
      .string()
      .optional()
      .describe("file of notices (default: notices.sqlite beside the run)"),
  }),
  examples: [
    ["shadowdiff notice approve reports/geth-1.17 acme --by ann", "approve one draft"],
    [
      "shadowdiff notice approve reports/geth-1.17 --all --by ann",
      "approve them all after reading the preview",
    ],
  ],
  async run(options, context) {
    const { cwd, env } = context;
    if (isCi(env))
      throw usageError(
        `notice approve is refused where CI is set (CI=${env["CI"]}): a person reads and approves.`,
      );
    const { run, accounts, all, by, hash, templates } = options;
    using store = openStore(path.resolve(cwd, options.store ?? noticesPath(run)), {
      create: false,
    });
    const approved = approveNotices({
      store,
      accounts,
      all,
      by,
      hash: hash ?? null,
      templates: templates === undefined ? null : path.resolve(cwd, templates),
      now: context.now(),
    });
    const lines = approved.map(
      ({ account, kind, revision, hash: text }) =>
        `  ${account}: ${kind}, revision ${revision}, text ${text.slice(0, 12)}`,
    );
    const head = `${approved.length} approved by ${by}.`;
    await printResult(context, options.json, approved, `${[head, ...lines].join("\n")}\n`);
    suggest(context, [["see who would get what", ["notice", "send", run]]]);
    return EXIT.ok;
  },
});
