import { existsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { inputPath } from "../../config/fields.ts";
import { readCustomers } from "../../config/files/customers-file.ts";
import { EXIT, usageError } from "../../errors.ts";
import { customerTokens } from "../../notice/keys.ts";
import { judgeProven } from "../../stages/judge-runs.ts";
import { keepNurserySmall } from "../../stages/memory.ts";
import { renderRuns } from "../../stages/report.ts";
import { keepFor } from "../../stages/specification.ts";
import { hasRun } from "../../runs/open.ts";
import { givenSpecification, specificationField } from "../specification.ts";
import { FORMAT_NAMES } from "../../report/formats/format.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { print } from "../print.ts";
import { jsonField } from "../result.ts";
import { writeRendering, type Written } from "../report-files.ts";

/** Who is who, and where the drafts of their notices stand beside the run. */
function namesFrom(
  file: string,
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
): { names: Map<string, string>; notices: Map<string, string> } {
  const accounts = readCustomers(file, customerTokens(env));
  const tokens = accounts.flatMap(({ account, name, pseudonyms }) =>
    pseudonyms.map(({ token }) => ({ account, name, token })),
  );
  const drafted = tokens.filter(({ account }) =>
    existsSync(path.join(directory, "notices", account, "notice.html")),
  );
  return {
    names: new Map(tokens.map(({ token, name }) => [token, name])),
    notices: new Map(
      drafted.map(({ token, account }) => [token, `notices/${account}/notice.html`]),
    ),
  };
}

export const command = defineCommand({
  name: "report",
  positionals: "<runs..>",
  summary: "render a run for people (html, markdown) and programs (json, junit, github)",
  options: z.object({
    runs: z
      .array(z.string())
      .min(1)
      .describe("run folders, such as reports/NAME; several are shown as one, beside the first"),
    format: z
      .array(z.enum(FORMAT_NAMES))
      .min(1)
      .default(["html"])
      .describe("may repeat; each goes to its own file in the (first) run folder"),
    out: z.string().optional().describe("file for the report; only with one --format"),
    accepted: inputPath("file")
      .optional()
      .describe("accepted findings (default: accepted.yaml if there is one)"),
    since: inputPath("folder")
      .optional()
      .describe("an earlier run: says what is new, gone and still there"),
    customers: inputPath("file")
      .optional()
      .describe("CSV or YAML file of customers: shows names instead of pseudonyms"),
    splitAssets: z
      .boolean()
      .default(false)
      .describe("html: style and script as files of their own, for a stricter policy"),
    templates: inputPath("folder")
      .optional()
      .describe("folder with your own report.hbs, report.css, report.js or partials/"),
    ...specificationField,
    ...jsonField,
  }),
  examples: [
    ["shadowdiff report reports/geth-1.17", "write reports/geth-1.17/report.html"],
    [
      "shadowdiff report reports/a --format json --format junit",
      "findings.json and junit.xml for programs",
    ],
    [
      "shadowdiff report reports/a --since reports/last-week --out /var/www/upgrade.html",
      "what is new since then",
    ],
  ],
  rehearse: (options) => void formatsOf(options),
  async run(options, context) {
    keepNurserySmall();
    const { cwd } = context;
    const formats = formatsOf(options);
    const [first] = options.runs as [string];
    const directory = path.resolve(cwd, first);
    const folders = options.runs.map((run) => path.resolve(cwd, run));
    keepFor(
      folders.filter((folder) => hasRun(folder)),
      await givenSpecification(options, context),
    );
    const outcome = await judgeProven({
      runs: options.runs,
      since: options.since ?? null,
      accepted: options.accepted,
      settings: context.file,
      settingsPath: context.filePath,
      cwd,
      now: context.now(),
    });
    const renderings = renderRuns(outcome, formats, {
      now: context.now(),
      templates: options.templates === undefined ? null : path.resolve(cwd, options.templates),
      splitAssets: options.splitAssets,
      ...(options.customers === undefined
        ? {}
        : namesFrom(path.resolve(cwd, options.customers), directory, context.env)),
    });
    const written: Written[] = [];
    for (const rendering of renderings) {
      const files = await writeRendering(rendering, context, directory, options.out);
      if (!options.json)
        for (const { format, file } of files) await print(context.stdout, `${format}: ${file}\n`);
      written.push(...files);
    }
    if (options.json) await print(context.stdout, `${JSON.stringify({ written }, null, 2)}\n`);
    suggest(context, [["decide", ["gate", ...options.runs]]]);
    return EXIT.ok;
  },
});

function formatsOf<Format>(options: {
  readonly format: readonly Format[];
  readonly out?: string | undefined;
}): Format[] {
  const formats = [...new Set(options.format)];
  if (options.out !== undefined && formats.length > 1)
    throw usageError("--out takes the report of one --format; give one, or leave --out away.");
  return formats;
}
