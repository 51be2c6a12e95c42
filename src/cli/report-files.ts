import { appendFileSync } from "node:fs";
import path from "node:path";
import { messageOf, runFailure } from "../errors.ts";
import type { Rendering } from "../stages/report.ts";
import type { Io } from "./io.ts";
import { print, printTo } from "./print.ts";

/** A file that was written, as seen from the working folder. */
export interface Written {
  readonly format: string;
  readonly file: string;
}

/**
 * Writes a rendering: into the run's folder under its usual name, or to `out` with its other files beside it. GitHub's
 * annotations are commands for the log, so they are printed; its summary goes where GitHub asks for it.
 */
export async function writeRendering(
  { format, parts }: Rendering,
  io: Pick<Io, "stdout" | "env" | "cwd">,
  directory: string,
  out: string | undefined,
): Promise<Written[]> {
  const folder = out === undefined ? directory : path.dirname(path.resolve(io.cwd, out));
  const written: Written[] = [];
  for (const [index, { name, text }] of parts.entries()) {
    const own = format === "github" ? githubFile(name, io.env) : undefined;
    if (own === PRINTED) {
      await print(io.stdout, text);
      continue;
    }
    const file =
      index === 0 && out !== undefined
        ? path.resolve(io.cwd, out)
        : (own ?? path.join(folder, name));
    if (own === undefined) printTo(file, text);
    else append(file, text);
    written.push({ format, file: path.relative(io.cwd, file) || file });
  }
  return written;
}

const PRINTED = Symbol("printed");

function githubFile(name: string, env: Io["env"]): string | typeof PRINTED | undefined {
  if (name === "github.txt") return PRINTED;
  const summary = env["GITHUB_STEP_SUMMARY"];
  return summary === undefined || summary === "" ? undefined : summary;
}

/** GitHub's summary file is shared by all commands of a step. */
function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (cause) {
    throw runFailure(`Can't write ${file}: ${messageOf(cause)}`, { cause });
  }
}
