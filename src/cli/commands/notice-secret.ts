import { z } from "zod";
import { EXIT, usageError } from "../../errors.ts";
import { webhookSecret } from "../../notice/deliver/webhook.ts";
import { noticeSecret } from "../../notice/keys.ts";
import { defineCommand } from "../define.ts";
import { print } from "../print.ts";

export const command = defineCommand({
  name: "notice secret",
  positionals: "<account>",
  summary: "the key with which a customer verifies its webhooks",
  options: z.object({
    account: z.string().describe("account in the customers file"),
  }),
  examples: [
    [
      "shadowdiff notice secret acme",
      "hand it to acme by a safe way; other accounts have other keys",
    ],
  ],
  async run(options, context) {
    const secret = noticeSecret(context.env);
    if (secret === null)
      throw usageError(
        "Webhook keys are made from the secret in SHADOWDIFF_NOTICE_SECRET, which is not set.",
      );
    await print(context.stdout, `${webhookSecret(secret, options.account)}\n`);
    return EXIT.ok;
  },
});
