import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { inputPath } from "../../config/fields.ts";
import { readTeamCases, writeCases } from "../../stages/cases.ts";
import { EXIT, usageError } from "../../errors.ts";
import { defineCommand } from "../define.ts";
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
  run(options, { cwd, stdout, stderr, now }) {
    const { client, from, to, releaseNotes } = options;
    const folder = path.resolve(cwd, options.cases ?? "cases");
    const team = options.cases !== undefined || existsSync(folder) ? readTeamCases(folder) : [];
    const notes = releaseNotes === undefined ? null : readNotes(path.resolve(cwd, releaseNotes));
    const request = { client: client.toLowerCase(), from, to, team, releaseNotes: notes };
    const { plans, requests, bullets } = writeCases(path.resolve(cwd, options.out), request, now());
    for (const { name, title, untestable, waiver } of plans.filter(({ open }) => !open)) {
      const state = waiver === null ? (untestable === null ? "probed" : "not testable") : "waived";
      stdout.write(`${state.padEnd(13)}${name}  ${title}\n`);
    }
    for (const { line, state, text, by } of bullets)
      stdout.write(`${state.padEnd(13)}line ${line}: ${text}${by === null ? "" : ` (${by})`}\n`);
    stderr.write(
      `${options.out}: ${plural(requests.length, "request")} for ${plural(plans.length, "case")}\n`,
    );
    return Promise.resolve(EXIT.ok);
  },
});

function readNotes(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw usageError(`Can't read the release notes ${file}`, { cause });
  }
}
