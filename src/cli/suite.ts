import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { readConfigurationFile } from "../config/files/config-file.ts";
import { EXIT } from "../errors.ts";
import type { CommandContext } from "./define.ts";
import type { Io } from "./io.ts";

export interface Suite {
  /** The configuration file that all steps read. */
  readonly file: string;
  /** Undefined leaves them to the file's replay section. */
  readonly recordings: readonly string[] | undefined;
  readonly old: readonly string[] | undefined;
  readonly candidate: readonly string[] | undefined;
  readonly out: string;
  /** How long the nodes may take to answer for the first time. */
  readonly waitMs: number;
  /** The verdict alone on stdout, as JSON. */
  readonly json: boolean;
}

/** Between two checks while the nodes start. */
const POLL_MS = 1_000;

/** Check, replay, report and gate, each as if it had been typed. Gives back the exit code of the step that decides. */
export async function runSuite(suite: Suite, context: CommandContext): Promise<number> {
  const step = stepper(suite.file, context);
  // Named once, in the replay section or on the command line, the sides are checked and replayed alike.
  const { content } = readConfigurationFile(suite.file, context.cwd);
  const sides = [
    ...flags("--old", suite.old ?? replaySide(content, "old")),
    ...flags("--candidate", suite.candidate ?? replaySide(content, "candidate")),
  ];
  // The whole file before the first request: a typo under report or gate must not cost a replay.
  const { recordings = [], out, json } = suite;
  const aside: Partial<Io> = json ? { stdout: context.stderr } : {};
  const gate = ["gate", out, ...(json ? ["--json"] : [])];
  const replay = ["replay", ...recordings, ...sides, "--out", out];
  await step.rehearse(["check", ...sides]);
  await step.rehearse(replay);
  await step.rehearse(["report", out]);
  await step.rehearse(gate);
  await waitForAnswers(() => step.run(["check", ...sides], SILENT), suite.waitMs, context);
  const checked = await step.run(["check", ...sides], aside);
  if (checked !== EXIT.ok) return checked;
  const replayed = await step.run(replay, aside);
  // A run that was cut short is still reported and judged; it can't pass, and the exit code says that it failed.
  if (replayed !== EXIT.ok && replayed !== EXIT.failed) return replayed;
  const reported = await step.run(["report", out], aside);
  const judged = await step.run(gate);
  if (replayed !== EXIT.ok) return replayed;
  return reported === EXIT.ok ? judged : reported;
}

interface Step {
  run(words: readonly string[], io?: Partial<Io>): Promise<number>;
  rehearse(words: readonly string[]): Promise<void>;
}

function stepper(file: string, context: CommandContext): Step {
  // This command's own variables are not theirs: to report, `out` is a file.
  const { SHADOWDIFF_OUT: _, ...env } = context.env;
  return {
    run(words, io = {}) {
      (io.stderr ?? context.stderr).write(`shadowdiff ${words[0]}\n`);
      return context.invoke([...words, "--config", file], { ...io, env });
    },
    rehearse: (words) => context.rehearse([...words, "--config", file], { env }),
  };
}

const SILENT: Partial<Io> = { stdout: nowhere(), stderr: nowhere() };

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** Checks, once a second, until both sides answer or the check says more than that nobody does. */
async function waitForAnswers(
  check: () => Promise<number>,
  waitMs: number,
  { now, signal }: Pick<Io, "now" | "signal">,
): Promise<void> {
  const deadline = now().getTime() + waitMs;
  while (now().getTime() < deadline && !signal.aborted) {
    if ((await check()) !== EXIT.failed) return;
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function replaySide(content: Readonly<Record<string, unknown>>, side: string): string[] {
  const section = content["replay"];
  const urls: unknown =
    typeof section === "object" && section !== null ? Reflect.get(section, side) : undefined;
  return [urls].flat().filter((url) => typeof url === "string");
}

function flags(name: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [name, value]);
}
