import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const MAIN = path.resolve(import.meta.dirname, "../../src/main.ts");

export interface Program {
  /** What it said so far. */
  said(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** The program as a process of its own, which can be killed and put to sleep. */
export function startProgram(words: readonly string[]): Program {
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"] ?? "" },
  });
  let text = "";
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    said: () => text,
    signal: (signal) => void child.kill(signal),
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill(signal);
      // One that was stopped hears no other signal.
      child.kill("SIGCONT");
      await exit;
    },
  };
}
