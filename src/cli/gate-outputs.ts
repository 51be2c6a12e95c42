import { appendFileSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import { nearest } from "../config/nearest.ts";
import { messageOf, EXIT, runFailure, usageError } from "../errors.ts";
import type { JudgedOutcome } from "../stages/judge-runs.ts";
import { verdictText } from "../judge/text.ts";
import type { VerdictKind } from "../model/judged.ts";
import { FORMATS } from "../report/formats/index.ts";
import { renderRuns, type Rendering } from "../stages/report.ts";
import type { Io } from "./io.ts";
import { print, printTo } from "./print.ts";

/** A verdict as an exit code, the same whatever the format. */
export const VERDICT_EXIT: Readonly<Record<VerdictKind, number>> = {
  pass: EXIT.ok,
  fail: EXIT.gateFailed,
  inconclusive: EXIT.inconclusive,
};

type Name = "text" | Rendering["format"];
const NAMES: readonly Name[] = ["text", ...FORMATS.map(({ name }) => name)];

/** One rendering that was asked for, and where it goes: a file, or stdout (null). */
export interface Output {
  readonly format: Name;
  readonly file: string | null;
}

/**
 * Reads `FORMAT` and `FORMAT=FILE`. One document may go to stdout, where it can be parsed; GitHub's annotations are lines of
 * a log and may stand beside the text. When all go to files, the text goes to stdout.
 */
export function parseOutputs(words: readonly string[]): readonly Output[] {
  const outputs = words.map(parseOutput);
  const onStdout = outputs.filter(({ file }) => file === null).map(({ format }) => format);
  const documents = onStdout.filter((format) => format !== "github");
  if (documents.length > 1 || (onStdout.length > 1 && documents[0] !== "text")) {
    throw usageError(
      `--format: only one of ${onStdout.join(", ")} can go to stdout; give the others a file, such as junit=gate.xml.`,
    );
  }
  return documents.length === 0 && !onStdout.includes("github")
    ? [{ format: "text", file: null }, ...outputs]
    : outputs;
}

/** A schema's check of one word, so that a typo in a file is found with the file. */
export function outputWord({ value, issues }: z.core.ParsePayload<string>): void {
  try {
    parseOutput(value);
  } catch (error) {
    const message = messageOf(error).replace(/^--format: /, "");
    issues.push({ code: "custom", input: value, message });
  }
}

function parseOutput(word: string): Output {
  const [name = "", ...rest] = word.split("=");
  const format = NAMES.find((known) => known === name);
  if (format === undefined) {
    const near = nearest(name, NAMES);
    const hint = near === null ? `use ${NAMES.join(", ")}` : `did you mean "${near}"?`;
    throw usageError(`--format: "${name}" is not known; ${hint}`);
  }
  const file = rest.join("=");
  if (word.includes("=") && file === "") throw usageError(`--format: "${word}" names no file.`);
  return { format, file: file === "" ? null : file };
}

/** Renders a verdict to everything that was asked for. A rendering that can't be written is a failed run. */
export async function writeOutputs(
  outputs: readonly Output[],
  outcome: JudgedOutcome,
  io: Pick<Io, "stdout" | "env" | "cwd" | "now">,
): Promise<void> {
  for (const { format, file } of outputs) {
    const parts = format === "text" ? [verdictText(outcome.judged)] : rendered(format, outcome, io);
    const [first = "", ...rest] = parts;
    if (file === null) await print(io.stdout, first);
    else printTo(path.resolve(io.cwd, file), first);
    if (format === "github") appendSummary(rest.join(""), io.env);
  }
}

function rendered(
  format: Rendering["format"],
  outcome: JudgedOutcome,
  { now }: Pick<Io, "now">,
): string[] {
  const renderings = renderRuns(outcome, [format], {
    now: now(),
    templates: null,
    splitAssets: false,
  });
  return [...renderings].flatMap(({ parts }) => parts.map(({ text }) => text));
}

/** GitHub's summary file is shared by all commands of a step. */
function appendSummary(text: string, env: Io["env"]): void {
  const file = env["GITHUB_STEP_SUMMARY"] ?? "";
  if (file === "") return;
  try {
    appendFileSync(file, text);
  } catch (cause) {
    throw runFailure(`Can't write the step summary: ${messageOf(cause)}`, { cause });
  }
}
