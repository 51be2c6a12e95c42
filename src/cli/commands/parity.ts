import path from "node:path";
import { z } from "zod";
import { inputPath, share } from "../../config/fields.ts";
import { EXIT } from "../../errors.ts";
import { parityPage } from "../../parity/html.ts";
import { parityOf, type Parity } from "../../parity/parity.ts";
import { parityText } from "../../parity/text.ts";
import { answerOf } from "../../parity/words.ts";
import { hasRun } from "../../runs/open.ts";
import { judgeRuns } from "../../stages/judge-runs.ts";
import { keepParity } from "../../stages/parity.ts";
import { proveRuns } from "../../stages/prove.ts";
import { keepFor } from "../../stages/specification.ts";
import { percentText } from "../../words.ts";
import { customerNames } from "../customer-names.ts";
import { defineCommand } from "../define.ts";
import { print, printTo } from "../print.ts";
import { jsonField } from "../result.ts";
import { givenSpecification, specificationField } from "../specification.ts";

export const command = defineCommand({
  name: "parity",
  positionals: "<runs..>",
  summary: "can traffic fail over to this other client: by method, share and customer",
  options: z.object({
    runs: z
      .array(z.string())
      .min(1)
      .describe("run folders: a replay with your client as old and the other one as candidate"),
    format: z.enum(["text", "json", "html"]).default("text").describe("how it is told"),
    out: z.string().optional().describe("file to write it to (default: it is printed)"),
    atLeast: share()
      .optional()
      .describe("exit 1 when less of the traffic can fail over, such as 95%"),
    customers: inputPath("file")
      .optional()
      .describe("CSV or YAML file of customers: names, and keys of one customer taken together"),
    accepted: inputPath("file")
      .optional()
      .describe("accepted findings (default: accepted.yaml if there is one)"),
    upgrade: inputPath("folder")
      .optional()
      .describe("the upgrade's folder: keeps the answer there for step 14"),
    ...specificationField,
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff parity reports/geth-to-erigon",
      "how much of the traffic can fail over, and what can't",
    ],
    [
      "shadowdiff parity reports/geth-to-erigon --at-least 95% --upgrade upgrades/geth-1.17.0",
      "as a standing job: exit 1 when it is less, kept for the checklist",
    ],
    [
      "shadowdiff parity reports/geth-to-erigon --format html --out parity.html --customers customers.csv",
      "a page with your customers' names",
    ],
  ],
  async run(options, context) {
    const { cwd, stderr, now, file, filePath, env } = context;
    const folders = options.runs.map((run) => path.resolve(cwd, run));
    keepFor(folders.filter(hasRun), await givenSpecification(options, context));
    await proveRuns(folders);
    const { judged } = judgeRuns({
      runs: options.runs,
      since: null,
      accepted: options.accepted,
      settings: file,
      settingsPath: filePath,
      cwd,
      now: now(),
    });
    const names =
      options.customers === undefined
        ? new Map<string, string>()
        : customerNames(path.resolve(cwd, options.customers), env);
    const parity = parityOf(judged, names);
    const text = rendered(parity, options.json ? "json" : options.format, now());
    if (options.out === undefined) await print(context.stdout, text);
    else {
      printTo(path.resolve(cwd, options.out), text);
      await print(context.stdout, `${answerOf(parity)}\n${options.out}\n`);
    }
    if (options.upgrade !== undefined) {
      keepParity(path.resolve(cwd, options.upgrade), parity, options.atLeast ?? null);
      stderr.write(`Kept for step 14 of ${options.upgrade}.\n`);
    }
    if (parity.compared === 0) return EXIT.inconclusive;
    if (options.atLeast === undefined || parity.canFailOver >= options.atLeast) return EXIT.ok;
    stderr.write(
      `${percentText(parity.canFailOver)} can fail over, ${percentText(options.atLeast)} were asked for.\n`,
    );
    return EXIT.gateFailed;
  },
});

function rendered(parity: Parity, format: "text" | "json" | "html", now: Date): string {
  if (format === "json") return `${JSON.stringify(parity, null, 2)}\n`;
  return format === "html" ? parityPage(parity, now) : parityText(parity);
}
