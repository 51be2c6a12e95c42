import path from "node:path";
import { z } from "zod";
import { readConfigurationFile } from "../../config/file.ts";
import { EXIT, usageError } from "../../errors.ts";
import { defineCommand, type CommandContext } from "../define.ts";

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
  }),
  examples: [
    ["shadowdiff run shadowdiff.yaml", "everything from one file; the exit code is the gate's"],
    [
      "shadowdiff run --candidate http://127.0.0.1:8645",
      "shadowdiff.yaml, against another candidate",
    ],
  ],
  async run(options, context) {
    if (context.filePath === null) {
      throw usageError("There is no shadowdiff.yaml here; name the file: shadowdiff run FILE.");
    }
    // Named once, in the replay section or here, the sides are checked and replayed alike.
    const { content } = readConfigurationFile(context.filePath, context.cwd);
    const sides = [
      ...flags("--old", options.old ?? replaySide(content, "old")),
      ...flags("--candidate", options.candidate ?? replaySide(content, "candidate")),
    ];
    const time = context.now().toISOString().slice(0, 19).replaceAll(":", "-");
    const out = options.out ?? path.join("reports", time);
    const checked = await step(context, ["check", ...sides]);
    if (checked !== EXIT.ok) return checked;
    const replayed = await step(context, [
      "replay",
      ...(options.recordings ?? []),
      ...sides,
      "--out",
      out,
    ]);
    // A run that was cut short is still reported and judged; it can't pass, and the exit code says that it failed.
    if (replayed !== EXIT.ok && replayed !== EXIT.failed) return replayed;
    const reported = await step(context, ["report", out]);
    const judged = await step(context, ["gate", out]);
    if (replayed !== EXIT.ok) return replayed;
    return reported === EXIT.ok ? judged : reported;
  },
});

function replaySide(content: Readonly<Record<string, unknown>>, side: string): string[] {
  const section: unknown = content["replay"];
  const urls: unknown =
    typeof section === "object" && section !== null ? Reflect.get(section, side) : undefined;
  return [urls].flat().filter((url) => typeof url === "string");
}

function flags(name: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [name, value]);
}

function step(context: CommandContext, words: readonly string[]): Promise<number> {
  context.stderr.write(`shadowdiff ${words[0]}\n`);
  return context.invoke([...words, "--config", context.filePath ?? ""]);
}
