import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { upgradeSupport } from "../../stages/upgrade-support.ts";
import { plural } from "../../words.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "upgrade support",
  positionals: "<folder>",
  summary: "what support needs to know of each customer, in one page",
  options: z.object({
    folder: z.string().describe("the upgrade's folder"),
    ...jsonField,
  }),
  examples: [
    ["shadowdiff upgrade support upgrades/geth-1.17.0", "write support.md from the notices"],
  ],
  async run({ folder, json }, context) {
    const { cwd, now } = context;
    const at = path.resolve(cwd, folder);
    const { file, entries } = upgradeSupport({ folder: at, shown: folder, now: now() });
    const acting = entries.filter(({ hasToAct }) => hasToAct).length;
    await printResult(
      context,
      json,
      { file: path.relative(cwd, file), customers: entries },
      entries.length === 0
        ? `No notice was drafted yet: ${path.relative(cwd, file)} has the dates alone.\n`
        : `${path.relative(cwd, file)}: ${plural(entries.length, "customer")}, ${acting} of them have to act.\n`,
    );
    suggest(context, [
      entries.length === 0
        ? [
            "say what each customer has to know",
            [
              "notice",
              "draft",
              `${folder}/runs/traffic`,
              "--upgrade",
              `${folder}/upgrade.yaml`,
              "--customers",
              "customers.csv",
            ],
          ]
        : [
            "when support has read it",
            ["upgrade", "sign", folder, "11", "--by", "NAME", "--reason", "TEXT"],
          ],
    ]);
    return EXIT.ok;
  },
});
