import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { EXIT, messageOf, runFailure, usageError } from "../../errors.ts";
import { defineCommand } from "../define.ts";
import { CUSTOMERS_FILE, settingsFile, upgradeFile } from "../init-files.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { makeFolder } from "../../make-folder.ts";

export const command = defineCommand({
  name: "init",
  positionals: "[folder]",
  summary: "write a commented shadowdiff.yaml, upgrade.yaml and customers.csv to fill in",
  options: z.object({
    folder: z.string().default(".").describe("where to; made if it is not there"),
    ...jsonField,
  }),
  examples: [
    ["shadowdiff init", "in this folder"],
    ["shadowdiff init upgrades/geth-1.17", "a folder for one upgrade"],
  ],
  async run({ folder, json }, context) {
    const { cwd, now } = context;
    const files: readonly (readonly [string, string])[] = [
      ["shadowdiff.yaml", settingsFile()],
      ["upgrade.yaml", upgradeFile(now())],
      ["customers.csv", CUSTOMERS_FILE],
    ];
    const at = (name: string): string => path.resolve(cwd, folder, name);
    const there = files.map(([name]) => name).filter((name) => existsSync(at(name)));
    if (there.length > 0) {
      throw usageError(`${there.join(", ")} exists already in ${folder}; nothing was written.`, {
        details: ["Name another folder, or move them away."],
      });
    }
    const written = files.map(([name, text]) => {
      write(at(name), text);
      return path.relative(cwd, at(name)) || name;
    });
    await printResult(context, json, { written }, `${written.join("\n")}\n`);
    const config = folder === "." ? [] : [path.join(folder, "shadowdiff.yaml")];
    suggest(context, [
      ["fill in the nodes, then check, replay, report and decide", ["run", ...config]],
    ]);
    return EXIT.ok;
  },
});

function write(file: string, text: string): void {
  try {
    makeFolder(path.dirname(file));
    writeFileSync(file, text, { flag: "wx" });
  } catch (cause) {
    throw runFailure(`Can't write ${file}: ${messageOf(cause)}`, { cause });
  }
}
