import path from "node:path";
import { z } from "zod";
import { duration } from "../../config/fields.ts";
import { usageError } from "../../errors.ts";
import { defineCommand } from "../define.ts";
import { jsonField } from "../result.ts";
import { runSuite } from "../suite.ts";

export const command = defineCommand({
  name: "run",
  positionals: "[file]",
  configPositional: "file",
  summary: "check, replay, report and gate in one, from one file",
  options: z.object({
    file: z.string().optional().describe("configuration file (default: shadowdiff.yaml)"),
    recordings: z
      .array(z.string())
      .optional()
      .describe("recordings to replay (default: those of the replay section)"),
    old: z
      .array(z.string())
      .optional()
      .describe("URLs of the old side (default: those of the replay section)"),
    candidate: z.array(z.string()).optional().describe("URLs of the candidate side (the same)"),
    out: z.string().optional().describe("folder for the run (default: reports/ and the time)"),
    ...jsonField,
    wait: duration().default(0).describe("keep asking for so long until both sides answer"),
  }),
  examples: [
    ["shadowdiff run shadowdiff.yaml", "everything from one file; the exit code is the gate's"],
    [
      "shadowdiff run --candidate http://127.0.0.1:8645 --wait 2m",
      "shadowdiff.yaml, against another candidate that is still starting",
    ],
  ],
  run(options, context) {
    if (context.filePath === null) {
      throw usageError("There is no shadowdiff.yaml here; name the file: shadowdiff run FILE.", {
        details: ["shadowdiff init writes one to fill in."],
      });
    }
    const { recordings, old, candidate, wait, json } = options;
    const time = context.now().toISOString().slice(0, 19).replaceAll(":", "-");
    const out = options.out ?? path.join("reports", time);
    return runSuite(
      { file: context.filePath, recordings, old, candidate, out, waitMs: wait, json },
      context,
    );
  },
});
