import path from "node:path";
import { z } from "zod";
import { acceptedPath, writeAccepted } from "../../config/files/accepted-file.ts";
import { EXIT, usageError } from "../../errors.ts";
import { acceptance, expiryDay } from "../../judge/acceptance.ts";
import { judgeRuns } from "../../stages/judge-runs.ts";
import { isCi } from "../ci.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "accept",
  positionals: "<run> <fingerprint>",
  summary:
    "accept a finding for a time: it stays in the report and the notices, but no longer fails the gate",
  options: z.object({
    run: z.string().describe("run folder in which the finding was seen"),
    fingerprint: z.string().describe("the finding, as gate and report print it"),
    reason: z.string().trim().min(1).describe("why it may be accepted"),
    owner: z.string().trim().min(1).describe("who answers for it"),
    expires: z
      .string()
      .optional()
      .describe("last day, YYYY-MM-DD in UTC, at most 180 days ahead (default: in 30 days)"),
    withEffects: z
      .boolean()
      .default(false)
      .describe("accept the findings that it explains as well"),
    accepted: z.string().optional().describe("the file to write (default: accepted.yaml)"),
    ...jsonField,
  }),
  examples: [
    [
      'shadowdiff accept reports/geth-1.17 0123456789abcdef --reason "announced to all" --owner rpc-team',
      "accept it for 30 days",
    ],
    [
      'shadowdiff accept reports/a 0123456789abcdef --reason "…" --owner ops --expires 2027-01-31',
      "until the end of that day",
    ],
  ],
  async run(options, context) {
    if (isCi(context.env)) {
      throw usageError(
        `accept is refused where CI is set (CI=${context.env["CI"]}): a person accepts a finding, and commits the file.`,
      );
    }
    const now = context.now();
    const file = acceptedPath(options.accepted, context.cwd);
    const { judged } = judgeRuns({
      runs: [options.run],
      since: null,
      accepted: null,
      settings: context.file,
      settingsPath: context.filePath,
      cwd: context.cwd,
      now,
    });
    const { fingerprint, reason, owner } = options;
    const expires = expiryDay(options.expires, now);
    const decision = { fingerprint, reason, owner, expires };
    const all = acceptance(judged, decision, options.withEffects);
    for (const { entry } of all) writeAccepted(file, entry);
    const titles = all.map(({ finding }) => `  ${finding.fingerprint} ${finding.title}\n`);
    const shown = path.relative(context.cwd, file) || file;
    await printResult(
      context,
      options.json,
      { file: shown, accepted: all.map(({ entry }) => entry) },
      `Accepted until the end of ${expires} (UTC):\n${titles.join("")}Written to ${shown}.\n`,
    );
    suggest(context, [["decide again", ["gate", options.run]]]);
    return EXIT.ok;
  },
});
