import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { onTestFinished } from "vitest";
import { waitUntil } from "../../src/record/path/listening.ts";

const MAIN = path.resolve(import.meta.dirname, "../../src/main.ts");

export interface Program {
  readonly child: ChildProcess;
  /** What it has written to stderr. */
  readonly said: () => string;
  /** Resolves when it says so; throws with what it said where it does not. */
  hears(text: string): Promise<void>;
  /** Asks it to end; gives the exit code. */
  end(): Promise<number | null>;
}

/** Starts the program as a person does; it ends with the test. */
export function startProgram(words: readonly string[], env: Record<string, string> = {}): Program {
  let said = "";
  const child = spawn(process.execPath, ["--no-warnings", MAIN, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, SHADOWDIFF_KEY: "a key for tests, of 32 characters", ...env },
  });
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await exited;
    clearTimeout(late);
  });
  return {
    child,
    said: () => said,
    async hears(text) {
      await waitUntil(() => said.includes(text) || child.exitCode !== null, 100_000);
      if (!said.includes(text)) throw new Error(`It did not say "${text}" but:\n${said}`);
    },
    end() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

/** Process ids of the programs that a process has started, on Linux. */
export function childrenOf(pid: number): { pid: number; command: string }[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === ""
    ? []
    : text.split(" ").map((child) => ({
        pid: Number(child),
        command: readFileSync(`/proc/${child}/cmdline`, "utf8").replaceAll("\0", " "),
      }));
}
