import { EXIT, usageError } from "../errors.ts";
import { nearest } from "../config/nearest.ts";
import type { JudgedOutcome } from "../judged-run.ts";
import type { VerdictKind } from "../model/judged.ts";
import { verdictJson, verdictText } from "../judge/text.ts";

/** A verdict as an exit code, the same whatever the format. */
export const VERDICT_EXIT: Readonly<Record<VerdictKind, number>> = {
  pass: EXIT.ok,
  fail: EXIT.gateFailed,
  inconclusive: EXIT.inconclusive,
};

/** One rendering that was asked for, and where it goes: a file, or stdout (null). */
export interface Output {
  readonly format: string;
  readonly file: string | null;
}

type Render = (outcome: JudgedOutcome) => string;

const RENDERS: Readonly<Record<string, Render>> = {
  text: ({ judged }) => verdictText(judged),
  json: ({ judged }) => verdictJson(judged),
};

/**
 * Reads `FORMAT` and `FORMAT=FILE`. One rendering may go to stdout, where it can be parsed; when all go to files, the text
 * goes there.
 */
export function parseOutputs(words: readonly string[]): readonly Output[] {
  const outputs = words.map((word): Output => {
    const [format = "", ...rest] = word.split("=");
    if (!Object.hasOwn(RENDERS, format)) {
      const known = Object.keys(RENDERS);
      const near = nearest(format, known);
      throw usageError(
        `--format: "${format}" is not known; ${near === null ? `use ${known.join(", ")}` : `did you mean "${near}"?`}`,
      );
    }
    const file = rest.join("=");
    if (word.includes("=") && file === "") throw usageError(`--format: "${word}" names no file.`);
    return { format, file: file === "" ? null : file };
  });
  const onStdout = outputs.filter(({ file }) => file === null);
  if (onStdout.length > 1) {
    throw usageError(
      "--format: only one rendering can go to stdout; give the others a file, such as junit=gate.xml.",
    );
  }
  return onStdout.length === 0 ? [{ format: "text", file: null }, ...outputs] : outputs;
}

/** Renders everything before anything is written, so that a rendering that fails leaves no half of an answer. */
export function renderAll(
  outputs: readonly Output[],
  outcome: JudgedOutcome,
): readonly { file: string | null; text: string }[] {
  return outputs.map(({ format, file }) => ({ file, text: RENDERS[format]?.(outcome) ?? "" }));
}
