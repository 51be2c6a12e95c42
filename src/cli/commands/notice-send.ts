import path from "node:path";
import { z } from "zod";
import { duration, inputPath } from "../../config/fields.ts";
import { EXIT } from "../../errors.ts";
import { sendApproved } from "../../stages/notice-send.ts";
import { noticesPath } from "../../notice/store/open.ts";
import { openStore } from "../../notice/store/store.ts";
import { defineCommand } from "../define.ts";
import { dryRunReport, sendReport } from "../notice-outputs.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "notice send",
  positionals: "<run>",
  summary: "send approved notices, each once; without --send only say what would be sent",
  options: z.object({
    run: z.string().describe("run folder beside which the notices are kept"),
    send: z.boolean().default(false).describe("really send; without it nothing leaves"),
    dryRun: z.boolean().default(false).describe("only say what would be sent, even with --send"),
    wait: duration()
      .prefault("60s")
      .describe("how long to wait for retries; later ones are for the next run"),
    timeout: duration().prefault("20s").describe("of one attempt"),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe("let webhooks go to private addresses and over http"),
    delivered: z
      .array(z.string())
      .default([])
      .describe("message id in doubt that did arrive; may repeat"),
    resend: z
      .array(z.string())
      .default([])
      .describe("message id in doubt or failed to send again; may repeat"),
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
    ["shadowdiff notice send reports/geth-1.17", "who would get what; nothing is sent"],
    [
      "SHADOWDIFF_SMTP_URL=smtps://… SHADOWDIFF_MAIL_FROM=ops@example.com shadowdiff notice send reports/geth-1.17 --send",
      "send; run it again to retry what was refused",
    ],
  ],
  async run(options, context) {
    const { cwd, env, now, signal } = context;
    const file = path.resolve(cwd, options.store ?? noticesPath(options.run));
    if (!options.send || options.dryRun) {
      using store = openStore(file, { create: false });
      const approved = store.all().filter(({ state }) => state === "approved");
      const result = {
        sent: 0,
        approved: approved.map(({ account, title }) => ({ account, title })),
      };
      await printResult(context, options.json, result, dryRunReport(store));
      suggest(
        context,
        approved.length === 0
          ? [["approve drafts", ["notice", "approve", options.run, "--by", "NAME", "--all"]]]
          : [["really send them", ["notice", "send", options.run, "--send"]]],
      );
      return EXIT.ok;
    }
    const result = await sendApproved({
      file,
      env,
      templates: options.templates === undefined ? null : path.resolve(cwd, options.templates),
      allowPrivate: options.allowPrivate,
      timeoutMs: options.timeout,
      waitMs: options.wait,
      settle: { delivered: options.delivered, resend: options.resend },
      now,
      signal,
      progress: (line) => context.stderr.write(`${line}\n`),
    });
    await printResult(context, options.json, result, sendReport(result));
    suggest(context, [["see who still has to act", ["notice", "status", options.run]]]);
    const open = result.failed + result.inDoubt + result.waiting + result.changed.length;
    return open === 0 ? EXIT.ok : EXIT.failed;
  },
});
