import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const MAIN = path.resolve(import.meta.dirname, "../../src/main.ts");

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** What it said so far. */
  said(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** A `shadowdiff worker` as a process of its own. */
export function startWorker(queue: string, words: readonly string[] = []): WorkerProcess {
  const child = spawn(process.execPath, [MAIN, "worker", "--queue", queue, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"] ?? "" },
  });
  let text = "";
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    child,
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
