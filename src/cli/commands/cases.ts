import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { inputPath } from "../../config/fields.ts";
import { readTeamCases, writeCases } from "../../stages/cases.ts";
import { EXIT, usageError } from "../../errors.ts";
import { defineCommand } from "../define.ts";
import { replayWords, suggest } from "../next-steps.ts";
import { jsonField, printResult } from "../result.ts";
import { plural } from "../../words.ts";

export const command = defineCommand({
  name: "cases",
  positionals: "",
  summary: "requests that probe what a changelog names, as a recording to replay",
  options: z.object({
    client: z.string().min(1).default("geth").describe("as web3_clientVersion begins: geth, besu"),
    from: z
      .string()
      .regex(/^\d+(?:\.\d+)+$/, "expected a version such as 1.16.7")
      .describe("version in service"),
    to: z
      .string()
      .regex(/^\d+(?:\.\d+)+$/, "expected a version such as 1.17.0")
      .describe("version to come"),
    out: z.string().describe("the recording to write"),
    cases: inputPath("folder")
      .optional()
      .describe("folder of your own cases (*.yaml); default cases/ if it is there"),
    releaseNotes: inputPath("file")
      .optional()
      .describe("file whose bullets are listed as tested, waived or open"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff cases --client geth --from 1.16.7 --to 1.17.0 --out recordings/cases.sqlite",
      "every change known between two versions of Geth",
    ],
    [
      "shadowdiff cases --from 1.16.7 --to 1.17.0 --out recordings/cases.sqlite --release-notes v1.17.0.md",
      "with the bullets of the release notes that nothing covers yet",
    ],
  ],
  async run(options, context) {
    const { cwd, stderr, now } = context;
    const { client, from, to, releaseNotes } = options;
    const folder = path.resolve(cwd, options.cases ?? "cases");
    const team = options.cases !== undefined || existsSync(folder) ? readTeamCases(folder) : [];
    const notes = releaseNotes === undefined ? null : readNotes(path.resolve(cwd, releaseNotes));
    const request = { client: client.toLowerCase(), from, to, team, releaseNotes: notes };
    const { plans, requests, bullets } = writeCases(path.resolve(cwd, options.out), request, now());
    const lines = [
      ...plans
        .filter(({ open }) => !open)
        .map(({ name, title, untestable, waiver }) => {
          const tested = untestable === null ? "probed" : "not testable";
          return `${(waiver === null ? tested : "waived").padEnd(13)}${name}  ${title}\n`;
        }),
      ...bullets.map(
        ({ line, state, text, by }) =>
          `${state.padEnd(13)}line ${line}: ${text}${by === null ? "" : ` (${by})`}\n`,
      ),
    ];
    const result = { recording: options.out, requests: requests.length, cases: plans, bullets };
    await printResult(context, options.json, result, lines.join(""));
    stderr.write(
      `${options.out}: ${plural(requests.length, "request")} for ${plural(plans.length, "case")}\n`,
    );
    suggest(context, [["send them to two nodes", replayWords(options.out)]]);
    return EXIT.ok;
  },
});

function readNotes(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw usageError(`Can't read the release notes ${file}`, { cause });
  }
}
