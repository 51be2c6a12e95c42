import { rmdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import { stringify } from "yaml";
import { z } from "zod";
import { inputPath, nodeUrl } from "../../config/fields.ts";
import { readConfigurationFile } from "../../config/files/config-file.ts";
import { DEFAULT_JUDGING } from "../../config/judging.ts";
import { freeFolder } from "../../demo/steps.ts";
import { EXIT } from "../../errors.ts";
import { wantedFields, wantedWords, type WantedOptions } from "../../import/options.ts";
import { judgeRuns } from "../../stages/judge-runs.ts";
import { chainIdOf, isRecording, lowered, type Lowered } from "../../stages/try.ts";
import { wrapped } from "../command-lines.ts";
import { defineCommand, type CommandContext } from "../define.ts";
import { suggest } from "../next-steps.ts";
import { openFile } from "../open-file.ts";
import { print } from "../print.ts";
import { jsonField } from "../result.ts";
import { makeFolder } from "../../make-folder.ts";

export const command = defineCommand({
  name: "try",
  positionals: "<file>",
  summary: "two nodes and a file of calls: import, check, replay, report and decide in one go",
  options: z.object({
    file: inputPath("file").describe(
      "a recording, HAR, .gor, .jsonl, a JSON array of calls, or lines of curl",
    ),
    old: z.array(nodeUrl()).min(1).describe("a node of the version in service; may repeat"),
    candidate: z.array(nodeUrl()).min(1).describe("a node of the new version; may repeat"),
    out: z.string().optional().describe("folder for all of it (default: reports/try, or try-2…)"),
    ...wantedFields,
    open: z.boolean().default(false).describe("open the report when it is there"),
    ...jsonField,
  }),
  examples: [
    [
      "shadowdiff try calls.har --old http://127.0.0.1:8545 --candidate http://127.0.0.1:8645 --open",
      "what a browser saved",
    ],
    [
      "shadowdiff try page.har --host node.example --old http://127.0.0.1:8545 --candidate http://127.0.0.1:8645",
      "of a page that calls several nodes, one",
    ],
    [
      "shadowdiff try calls.sh --old http://127.0.0.1:8545 --candidate http://127.0.0.1:8645",
      "lines of curl, as API documentation and browsers copy them",
    ],
  ],
  async run(given, context) {
    const { cwd, stderr } = context;
    const file = path.resolve(cwd, given.file);
    const folder = given.out ?? path.relative(cwd, freeFolder(path.join(cwd, "reports"), "try"));
    const step = stepper(context);
    const steps = { file, folder, step, given, context };
    const recording = await recordingOf(steps);
    if (recording === null) return EXIT.usage;
    const network = await networkOf(steps, recording);
    if (typeof network === "number") {
      if (!isRecording(file)) rmSync(path.resolve(cwd, recording), { force: true });
      removeEmpty(path.resolve(cwd, folder));
      return network;
    }
    const sides = sidesOf(given);
    const words = ["replay", recording, ...sides, "--network", network, "--out", folder];
    const replayed = await step(words);
    if (replayed !== EXIT.ok && replayed !== EXIT.failed) return replayed;
    const settings = lowerSettings(steps);
    const config = settings.file === null ? [] : ["--config", settings.file];
    const reported = await step([
      "report",
      folder,
      "--format",
      "html",
      "--format",
      "json",
      ...config,
    ]);
    if (settings.said.length > 0) {
      stderr.write("Judged by what there is, not by what a gate wants:\n");
      for (const line of settings.said) stderr.write(`${wrapped(line, "  - ", "    ")}\n`);
    }
    const judged = await context.invoke(
      ["gate", folder, ...(given.json ? ["--json"] : []), ...config],
      given.json ? {} : { stdout: context.stdout },
    );
    const report = path.join(folder, "report.html");
    if (!given.json) await print(context.stdout, `Report: ${report}\n`);
    if (given.open) await openReport(path.resolve(cwd, report), context);
    suggest(context, [
      ["judge it as a gate would", ["gate", folder]],
      [
        "record real traffic, which says whom it hits",
        ["record", "--target", given.old[0] ?? "OLD_URL", "--out", "recordings/main.sqlite"],
      ],
    ]);
    if (replayed !== EXIT.ok) return replayed;
    return reported === EXIT.ok ? judged : reported;
  },
});

type Step = (words: readonly string[], stdout?: Writable) => Promise<number>;

interface Steps {
  readonly file: string;
  readonly folder: string;
  readonly step: Step;
  readonly given: WantedOptions & {
    readonly old: readonly string[];
    readonly candidate: readonly string[];
  };
  readonly context: CommandContext;
}

/** Runs a command as if it had been typed; what it says goes to stderr, so that the decision stands alone on stdout. */
function stepper({ invoke, stderr, env }: CommandContext): Step {
  // This command's own variable is not theirs: to report, `out` is a file.
  const { SHADOWDIFF_OUT: _, SHADOWDIFF_JSON: __, ...rest } = env;
  return (words, stdout = stderr) => invoke(words, { stdout, env: rest });
}

function sidesOf({ old, candidate }: Steps["given"]): string[] {
  return [
    ...old.flatMap((url) => ["--old", url]),
    ...candidate.flatMap((url) => ["--candidate", url]),
  ];
}

/** The file itself where it is a recording, else what was imported from it; null where nothing could be. */
async function recordingOf({ file, folder, step, given, context }: Steps): Promise<string | null> {
  const { cwd } = context;
  if (isRecording(file)) return path.relative(cwd, file);
  makeFolder(path.resolve(cwd, folder));
  const recording = path.join(folder, "calls.sqlite");
  if ((await step(["import", file, "--out", recording, ...wantedWords(given)])) === EXIT.ok)
    return recording;
  removeEmpty(path.resolve(cwd, folder));
  return null;
}

/** Checks the nodes; gives the network to replay under, or the exit code of a check that failed. */
async function networkOf(
  { step, given, context, file }: Steps,
  recording: string,
): Promise<string | number> {
  const chainId = chainIdOf(path.resolve(context.cwd, recording));
  const out = new Collected();
  const checked = await step(["check", ...sidesOf(given), "--json"], out);
  if (checked !== EXIT.ok) return checked;
  const { network } = JSON.parse(out.text) as { network: { chainId: string } };
  if (chainId !== "unknown") return chainId;
  const name = path.relative(context.cwd, file);
  context.stderr.write(
    network.chainId === "unknown"
      ? `Neither ${name} nor the nodes say their network: it is taken to be the same.\n`
      : `${name} does not say its network: taken to be chain ${network.chainId}, the nodes'.\n`,
  );
  return network.chainId;
}

class Collected extends Writable {
  text = "";
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Writes the settings by which so few calls can be judged beside the run, so that the verdict can be had again. */
function lowerSettings({ folder, context }: Steps): {
  readonly file: string | null;
  readonly said: Lowered["said"];
} {
  const { cwd, file: settings, filePath, now } = context;
  const { judged, configuration } = judgeRuns({
    runs: [folder],
    since: null,
    accepted: undefined,
    settings,
    settingsPath: filePath,
    cwd,
    now: now(),
  });
  const low = lowered(judged, configuration);
  if (low.said.length === 0) return { file: filePath, said: [] };
  const { content } = readConfigurationFile(filePath ?? undefined, cwd);
  const file = path.join(folder, "shadowdiff.yaml");
  const wanted = { ...Object(content["require"]), ...low.require };
  // As typed, not as parsed: a duration would come back in another unit.
  const limits = { ...Object(content["limits"] ?? DEFAULT_JUDGING.limits) };
  for (const name of low.withoutLimits) Reflect.deleteProperty(limits, name);
  const heading = `# ${low.said.join("\n# ")}\n`;
  writeFileSync(
    path.resolve(cwd, file),
    heading + stringify({ ...content, require: wanted, limits }),
  );
  return { file, said: [...low.said, `these settings stand in ${file}`] };
}

async function openReport(report: string, { env, stderr }: CommandContext): Promise<void> {
  const problem = await openFile(report, env);
  if (problem !== null) stderr.write(`The report can't be opened by itself (${problem}).\n`);
}

/** A folder that was made for nothing goes away; one that holds something stays. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It holds something, or is not there.
  }
}
