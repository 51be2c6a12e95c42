import path from "node:path";
import { z } from "zod";
import { examine } from "../../classify/examine.ts";
import { inputPath } from "../../config/fields.ts";
import { readRoutes } from "../../import/open-api.ts";
import { comparePairs } from "../../stages/compare.ts";
import { parseJudging } from "../../config/judging.ts";
import { EXIT, usageError } from "../../errors.ts";
import { lazyTokeniser } from "../../config/files/key.ts";
import { CUSTOMER_TOKEN } from "../../redact/tokens.ts";
import { defineCommand } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { keepFor } from "../../stages/specification.ts";
import { proveRun } from "../../stages/prove.ts";
import { givenSpecification, specificationField } from "../specification.ts";
import { plural } from "../../words.ts";

export const command = defineCommand({
  name: "compare",
  positionals: "<pairs>",
  summary: "judge responses that were collected elsewhere; no node is needed",
  options: z.object({
    pairs: z
      .string()
      .describe(
        "a .jsonl or .jsonl.gz file: a line is {request, old, candidate, control?, customer?}",
      ),
    out: z.string().describe("folder for the run, such as reports/NAME"),
    strict: z
      .boolean()
      .default(false)
      .describe("stop at the first bad line instead of counting it"),
    openApi: inputPath("file")
      .optional()
      .describe("OpenAPI file of a REST interface, for the names of its routes"),
    oldVersion: z
      .string()
      .optional()
      .describe("what web3_clientVersion of old said, for known changes"),
    candidateVersion: z.string().optional().describe("the same of the candidate"),
    ...specificationField,
    ...jsonField,
  }),
  examples: [
    ["shadowdiff compare pairs.jsonl --out reports/captured", "compare and store the run"],
    ["shadowdiff gate reports/captured", "then decide"],
  ],
  async run(options, context) {
    const { classify } = parseJudging(context.file);
    const specification = await givenSpecification(options, context);
    const out = path.resolve(context.cwd, options.out);
    const { report, incomplete } = await comparePairs({
      file: path.resolve(context.cwd, options.pairs),
      out,
      strict: options.strict,
      routes:
        options.openApi === undefined
          ? []
          : await readRoutes(path.resolve(context.cwd, options.openApi)),
      token: customerToken(context.env),
      examine: (pair) => examine(pair, classify),
      oldVersion: options.oldVersion ?? null,
      candidateVersion: options.candidateVersion ?? null,
      signal: context.signal,
      now: context.now,
      onProgress: ({ calls, different }) =>
        context.stderr.write(`${plural(calls, "pair")}, ${different} differ\n`),
    });
    keepFor([out], specification);
    await proveRun(out);
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

/** The same pseudonym as a recorder with the same key gives. */
function customerToken(
  env: Readonly<Record<string, string | undefined>>,
): (name: string) => string {
  const tokens = lazyTokeniser(env);
  return (name) => (CUSTOMER_TOKEN.test(name) ? name : tokens.token("cus", name));
}
