import path from "node:path";
import { z } from "zod";
import { EXIT, usageError } from "../../errors.ts";
import { readAnswerLink } from "../../notice/answer-link.ts";
import { recordAnswer } from "../../notice/answer.ts";
import { noticeSecret } from "../../notice/keys.ts";
import { noticesPath } from "../../notice/store/open.ts";
import { openStore } from "../../notice/store/store.ts";
import { defineCommand } from "../define.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "notice answer",
  positionals: "[account] [answer]",
  summary: "record a customer's answer: ready, or objects with a reason",
  options: z.object({
    account: z.string().optional().describe("account in the customers file"),
    answer: z
      .enum(["ready", "objects"])
      .optional()
      .describe("ready or objects; the last answer counts"),
    run: z.string().optional().describe("run folder beside which the notices are kept"),
    reason: z.string().trim().optional().describe("why they object; needed with objects"),
    by: z.string().trim().min(1).default("support").describe("who writes the answer down"),
    link: z
      .string()
      .optional()
      .describe("a signed answer link that was followed, instead of account and answer"),
    ...jsonField,
    upgradeId: z.string().optional().describe("id of the upgrade, where there are several"),
    store: z
      .string()
      .optional()
      .describe("file of notices (default: notices.sqlite beside the run)"),
  }),
  examples: [
    ["shadowdiff notice answer acme ready --run reports/geth-1.17", "acme is ready"],
    [
      'shadowdiff notice answer acme objects --reason "release freeze until January" --run reports/geth-1.17',
      "an objection; the gate's limits.objections counts it",
    ],
  ],
  async run(options, context) {
    const { run, link, reason = null, by } = options;
    const file = options.store ?? (run === undefined ? undefined : noticesPath(run));
    if (file === undefined)
      throw usageError("Name the run with --run, or the file of notices with --store.");
    const claim = link === undefined ? null : fromLink(link, noticeSecret(context.env));
    const account = claim?.account ?? options.account;
    const answer = claim?.answer ?? options.answer;
    if (account === undefined || answer === undefined)
      throw usageError("Give the account and its answer (ready or objects), or --link.");
    using store = openStore(path.resolve(context.cwd, file), { create: false });
    const { upgrade } = recordAnswer({
      store,
      upgrade: claim?.upgrade ?? options.upgradeId ?? null,
      account,
      answer,
      reason: reason ?? (claim?.answer === "objects" ? "no reason given" : null),
      by: claim === null ? by : "signed link",
      now: context.now(),
    });
    const result = { account, answer, upgrade };
    await printResult(context, options.json, result, `${account}: ${answer} (${upgrade}).\n`);
    return EXIT.ok;
  },
});

function fromLink(link: string, secret: string | null): ReturnType<typeof readAnswerLink> {
  if (secret === null)
    throw usageError(
      "Answer links are checked with the secret in SHADOWDIFF_NOTICE_SECRET, which is not set.",
    );
  return readAnswerLink(link, secret);
}
