import { writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { EXIT } from "../../errors.ts";
import { upgradeStatus } from "../../stages/upgrade.ts";
import { placesIn } from "../../upgrade/folder.ts";
import { statusPage } from "../../upgrade/formats/html.ts";
import { statusText } from "../../upgrade/formats/text.ts";
import { commandLines } from "../command-lines.ts";
import { defineCommand } from "../define.ts";
import { print } from "../print.ts";
import { jsonField } from "../result.ts";

export const command = defineCommand({
  name: "upgrade status",
  positionals: "<folder>",
  summary: "the playbook as a checklist: which steps are shown to be done, by what",
  options: z.object({
    folder: z.string().describe("the upgrade's folder"),
    format: z
      .enum(["text", "json", "html"])
      .default("text")
      .describe("html writes status.html there"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff upgrade status upgrades/geth-1.17.0",
      "each step with its evidence and the next command",
    ],
    ["shadowdiff upgrade status upgrades/geth-1.17.0 --format html", "one page for the wall"],
  ],
  async run({ folder, format, json }, { cwd, file, now, stdout }) {
    const at = path.resolve(cwd, folder);
    const { facts, steps } = upgradeStatus({
      folder: at,
      shown: folder,
      settings: file,
      cwd,
      now: now(),
    });
    const { upgrade } = facts;
    if (json || format === "json")
      await print(
        stdout,
        `${JSON.stringify({ upgrade: upgrade.id, generatedAt: now().toISOString(), steps }, null, 2)}\n`,
      );
    else if (format === "html") {
      const page = placesIn(at).page;
      writeFileSync(page, statusPage(upgrade, steps, now()));
      await print(stdout, `${path.relative(cwd, page)}\n`);
    } else
      await print(
        stdout,
        statusText(
          `${upgrade.client} ${upgrade.from} to ${upgrade.to} (${upgrade.network})`,
          steps,
          (command) => commandLines(command, "  "),
        ),
      );
    return EXIT.ok;
  },
});
