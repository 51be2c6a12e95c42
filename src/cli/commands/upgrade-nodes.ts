import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { writeNodes } from "../../stages/upgrade-files.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";

export const command = defineCommand({
  name: "upgrade nodes",
  positionals: "<folder>",
  summary: "files that start old and candidate with one set of flags",
  options: z.object({
    folder: z.string().describe("the upgrade's folder"),
    image: z.string().optional().describe("image of your own, with {version} in it"),
    flag: z.array(z.string()).default([]).describe("flag for both versions; may repeat"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff upgrade nodes upgrades/geth-1.17.0 --flag=--holesky",
      "compose, Kubernetes, and a script for binaries",
    ],
  ],
  async run(options, context) {
    const { folder, image = null, flag } = options;
    const files = writeNodes(path.resolve(context.cwd, folder), { image, flags: flag });
    const shown = files.map((file) => path.relative(context.cwd, file));
    await printResult(context, options.json, { files: shown }, `Made ${shown.join(", ")}\n`);
    suggest(context, [
      [
        "wait until both are level with the head",
        ["check", "--old", "http://127.0.0.1:18545", "--candidate", "http://127.0.0.1:28545"],
      ],
    ]);
    return EXIT.ok;
  },
});
