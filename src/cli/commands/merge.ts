import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { shardsText } from "../../judge/merge/parts.ts";
import { summaryOf } from "../../replay/summary.ts";
import { readRun } from "../../runs/reader.ts";
import { carryEvidence } from "../../stages/specification.ts";
import { mergeRuns } from "../../stages/merge.ts";
import { findRuns, type FoundRuns } from "../../stages/results.ts";
import { defineCommand, type CommandContext } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "merge",
  positionals: "<runs..>",
  summary: "join the shards of a run, or runs of several recordings, into one",
  options: z.object({
    runs: z
      .array(z.string())
      .min(1)
      .describe("run folders, in any order; or where shards were put with --results"),
    out: z.string().describe("folder for the whole, such as reports/NAME"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff merge reports/shard-* --out reports/geth-1.17",
      "the shards that `replay --shard` made, as one run",
    ],
    [
      "shadowdiff merge s3://replays/geth-1.17 --out reports/geth-1.17",
      "the shards that `replay --shard --results` put there",
    ],
    ["shadowdiff merge reports/host-a reports/host-b --out reports/fleet", "two recordings as one"],
  ],
  async run({ runs, out, json }, context) {
    const found = await findRuns(runs, context);
    try {
      return await merged(found, { out, json }, context);
    } finally {
      found.close();
    }
  },
});

async function merged(
  { folders, unreadable }: FoundRuns,
  { out, json }: { readonly out: string; readonly json: boolean },
  context: CommandContext,
): Promise<number> {
  const { cwd, stderr } = context;
  for (const { name, why } of unreadable) stderr.write(`${name} does not count: ${why}.\n`);
  const { missing, repeated, incompleteReason } = mergeRuns({
    runs: folders,
    out: path.resolve(cwd, out),
  });
  for (const { id, what, countedBy } of repeated)
    stderr.write(`${id} is ${what} once more and does not count; ${countedBy} does.\n`);
  for (const { name, shards, of } of missing)
    stderr.write(`Missing: ${shardsText(shards)} of ${of} of ${name}.\n`);
  if (incompleteReason !== null) stderr.write(`Incomplete: ${incompleteReason}.\n`);
  await carryEvidence(folders, path.resolve(cwd, out));
  const facts = readRun(path.resolve(cwd, out));
  const { counts, notCompared } = facts;
  await printResult(
    context,
    json,
    { run: out, incomplete: incompleteReason, missing, repeated, unreadable, counts, notCompared },
    `${summaryOf(facts)}Run: ${out}\n`,
  );
  suggest(context, [
    ["see what differs", ["report", out]],
    ["decide", ["gate", out]],
  ]);
  return missing.length === 0 && incompleteReason === null ? EXIT.ok : EXIT.inconclusive;
}
