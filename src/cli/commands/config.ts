import { z } from "zod";
import { readConfigurationFile } from "../../config/files/config-file.ts";
import { judgingInForce, optionsInForce, type Setting } from "../../config/in-force.ts";
import { sectionName, sectionOf } from "../../config/section.ts";
import { EXIT, usageError } from "../../errors.ts";
import { defineCommand } from "../define.ts";
import { print } from "../print.ts";

export const command = defineCommand({
  name: "config",
  positionals: "[only]",
  summary: "what is in force, and where each value came from",
  options: z.object({
    only: z
      .string()
      .optional()
      .describe("one command's options only, such as replay or noticeDraft"),
    json: z.boolean().default(false).describe("for programs"),
  }),
  examples: [
    ["shadowdiff config", "every setting: its value, and flag, environment, file or default"],
    ["SHADOWDIFF_CONCURRENCY=4 shadowdiff config replay", "the options of replay"],
  ],
  async run({ only, json }, context) {
    const rows = context.commands.filter(
      ({ name }) => only === undefined || sectionName(name) === only,
    );
    if (rows.length === 0) {
      throw usageError(`"${only}" is no command's section.`, {
        details: [`known: ${context.commands.map(({ name }) => sectionName(name)).join(", ")}`],
      });
    }
    const { content } = readConfigurationFile(context.filePath ?? undefined, context.cwd);
    const settings: Setting[] =
      only === undefined ? judgingInForce(context.file, context.filePath) : [];
    for (const row of rows) {
      const { command } = await row.load();
      const section = sectionName(row.name);
      settings.push(
        ...optionsInForce(command.options, {
          env: context.env,
          section: sectionOf(content, row.name),
          sectionName: section,
          filePath: context.filePath,
        }),
      );
    }
    const file = context.filePath;
    await print(
      context.stdout,
      json ? `${JSON.stringify({ file, settings }, null, 2)}\n` : textOf(file, settings),
    );
    return EXIT.ok;
  },
});

function textOf(file: string | null, settings: readonly Setting[]): string {
  const width = Math.max(...settings.map(({ name }) => name.length));
  const lines = settings.map(({ name, value, origin }) => {
    return value === null
      ? `${name.padEnd(width)}  (not set)`
      : `${name.padEnd(width)}  ${value}  (${origin})`;
  });
  return [file === null ? "no configuration file" : `file: ${file}`, ...lines, ""].join("\n");
}
