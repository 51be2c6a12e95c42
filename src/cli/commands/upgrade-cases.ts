import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { makeCases } from "../../stages/upgrade.ts";
import { plural } from "../../words.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "upgrade cases",
  positionals: "<folder>",
  summary: "turn the release notes into cases: each line tested, waived or open",
  options: z.object({
    folder: z.string().describe("the upgrade's folder, with release-notes.md"),
    cases: z
      .string()
      .optional()
      .describe("folder of your own cases (default: cases/ if it is there)"),
    ...jsonField,
  }),
  examples: [
    ["shadowdiff upgrade cases upgrades/geth-1.17.0", "then replay cases.sqlite to both versions"],
  ],
  async run({ folder, cases, json }, context) {
    const { cwd, now } = context;
    const team = path.resolve(cwd, cases ?? "cases");
    const made = makeCases(
      path.resolve(cwd, folder),
      cases !== undefined || existsSync(team) ? team : null,
      now(),
    );
    await printResult(
      context,
      json,
      made,
      `${plural(made.tested, "line")} tested, ${made.waived} waived, ${made.open} open.\n`,
    );
    suggest(context, [
      [
        "ask both versions",
        [
          "replay",
          `${folder}/cases.sqlite`,
          "--old",
          "URL",
          "--candidate",
          "URL",
          "--out",
          `${folder}/runs/cases`,
        ],
      ],
    ]);
    return EXIT.ok;
  },
});
