import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { initUpgrade } from "../../stages/upgrade.ts";
import { defineCommand } from "../define.ts";
import { print } from "../print.ts";

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
  }),
  examples: [
    [
      "shadowdiff upgrade init upgrades/geth-1.17.0 --from 1.16.7 --to 1.17.0",
      "then edit upgrade.yaml",
    ],
  ],
  async run(options, { cwd, stdout }) {
    const file = initUpgrade(path.resolve(cwd, options.folder), {
      client: options.client,
      from: options.from,
      to: options.to,
      releaseNotes: options.releaseNotes ?? null,
      urgency: options.urgency,
      forkAt: null,
      rollback: true,
    });
    await print(
      stdout,
      `Made ${path.relative(cwd, file)}: fill in the lines marked CHANGE.\nNext: shadowdiff upgrade status ${options.folder}\n`,
    );
    return EXIT.ok;
  },
});
