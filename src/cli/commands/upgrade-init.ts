import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { initUpgrade } from "../../stages/upgrade.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "upgrade init",
  positionals: "<folder>",
  summary: "make an upgrade's folder: its facts, to be filled in by a person",
  options: z.object({
    folder: z.string().describe("the folder to make: upgrades/geth-1.17.0"),
    client: z.string().min(1).default("geth").describe("the node software"),
    from: z.string().min(1).describe("version that serves customers now"),
    to: z.string().min(1).describe("version to come"),
    releaseNotes: z.string().optional().describe("URL of the release"),
    urgency: z
      .enum(["optional", "recommended", "mandatory", "security"])
      .default("optional")
      .describe("what upstream says of it"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff upgrade init upgrades/geth-1.17.0 --from 1.16.7 --to 1.17.0",
      "then edit upgrade.yaml",
    ],
  ],
  async run(options, context) {
    const { cwd } = context;
    const file = initUpgrade(path.resolve(cwd, options.folder), {
      client: options.client,
      from: options.from,
      to: options.to,
      releaseNotes: options.releaseNotes ?? null,
      urgency: options.urgency,
      forkAt: null,
      rollback: true,
    });
    const made = path.relative(cwd, file);
    await printResult(
      context,
      options.json,
      { upgrade: made },
      `Made ${made}: fill in the lines marked CHANGE.\n`,
    );
    suggest(context, [["see what is left to do", ["upgrade", "status", options.folder]]]);
    return EXIT.ok;
  },
});
