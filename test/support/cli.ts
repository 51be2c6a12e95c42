import { Writable } from "node:stream";
import { NO_COLOURS } from "../../src/cli/colour.ts";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";

class Text extends Writable {
  text = "";
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** A moment, or a clock that goes on. */
  readonly now?: Date | (() => Date);
  /** What a terminal would be; without it there is none. */
  readonly io?: Partial<Pick<Io, "terminal" | "columns" | "colours" | "ask" | "guide">>;
}

/** Runs the program in this process with an environment of its own; nothing of the caller's leaks in. */
export async function runCli(
  argv: readonly string[],
  options: CliOptions = {},
): Promise<CliResult> {
  const fixed = typeof options.now === "function" ? undefined : options.now;
  const stdout = new Text();
  const stderr = new Text();
  const code = await run(argv, {
    stdout,
    stderr,
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    signal: options.signal ?? new AbortController().signal,
    now: typeof options.now === "function" ? options.now : () => fixed ?? new Date(),
    terminal: false,
    columns: 80,
    colours: NO_COLOURS,
    ask: null,
    // Next steps have tests of their own; elsewhere they would stand in every snapshot.
    guide: false,
    ...options.io,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
