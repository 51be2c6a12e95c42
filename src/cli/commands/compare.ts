import { compareFile, compareRequest } from "../../stages/compare-file.ts";
import { EXIT, usageError } from "../../errors.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { specificationField } from "../specification.ts";
import { plural } from "../../words.ts";

export const command = defineCommand({
  name: "compare",
  positionals: "<pairs>",
  summary: "judge responses that were collected elsewhere; no node is needed",
  options: compareRequest.extend({ ...specificationField, ...jsonField }),
  examples: [
    ["shadowdiff compare pairs.jsonl --out reports/captured", "compare and store the run"],
    ["shadowdiff gate reports/captured", "then decide"],
  ],
  async run(options, context) {
    const { cwd, env, file: settings, signal, now } = context;
    const { report, incomplete } = await compareFile(options, {
      cwd,
      env,
      settings,
      signal,
      now,
      onProgress: ({ calls, different }) =>
        context.stderr.write(`${plural(calls, "pair")}, ${different} differ\n`),
    });
    for (const problem of report.problems) context.stderr.write(`skipped: ${problem}\n`);
    if (report.bad > report.problems.length) {
      context.stderr.write(`skipped: ${report.bad - report.problems.length} more lines\n`);
    }
    const { pairs, bad } = report;
    const skipped = bad > 0 ? `, skipped ${plural(bad, "bad line")}` : "";
    await printResult(
      context,
      options.json,
      { run: options.out, pairs, badLines: bad, incomplete },
      `Compared ${plural(pairs, "pair")}${skipped}.\nRun: ${options.out}\n`,
    );
    if (report.pairs === 0) {
      throw usageError(`${options.pairs} holds no pair: there was nothing to compare.`);
    }
    suggest(context, [
      ["see what differs", ["report", options.out]],
      ["decide", ["gate", options.out]],
    ]);
    if (incomplete === null) return EXIT.ok;
    context.stderr.write(`The run is incomplete: ${incomplete}.\n`);
    return EXIT.failed;
  },
});
