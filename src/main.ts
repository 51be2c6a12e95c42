import { createInterface } from "node:readline/promises";
import { coloursFor } from "./cli/colour.ts";
import { run } from "./cli/run.ts";

const interruption = new AbortController();
let signals = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    signals += 1;
    // The first one ends the work cleanly and keeps what was done; whoever asks again wants out now.
    if (signals > 1) process.exit(4);
    interruption.abort();
  });
}
// Started by a program that is gone: nobody is left to be served.
process.on("disconnect", () => interruption.abort());
process.channel?.unref();
// A reader that went away (| head) is no bug, but an answer that nobody saw is no success either.
process.stdout.on("error", () => process.exit(4));
process.stderr.on("error", () => {});

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: interruption.signal,
  now: () => new Date(),
  terminal: process.stderr.isTTY,
  columns: process.stderr.columns ?? 80,
  colours: coloursFor(process.env, process),
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
  guide: true,
});

/** A question that only "y" or "yes" agrees to; Ctrl-C is a no. */
async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: interruption.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
