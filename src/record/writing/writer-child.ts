import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { encodeFrame } from "../../recording/frames.ts";
import type { FromWriter, ToWriter } from "../../recording/frames.ts";

/** A running writer process. */
export interface WriterChild {
  readonly pid: number | undefined;
  send(message: ToWriter, records?: readonly Buffer[]): void;
  /** No more frames: it ends by itself once it has read what was sent. */
  end(): void;
  kill(): void;
}

/** `.ts` when run from sources, `.js` when built. */
const EXTENSION = import.meta.url.slice(import.meta.url.lastIndexOf("."));

/**
 * Starts a writer. `onExit` comes once, whatever the reason. The writer's environment holds no secret: it needs none, and a
 * crash may print its environment.
 */
export function startWriterChild(
  onAnswer: (answer: FromWriter) => void,
  onExit: () => void,
): WriterChild {
  const script = new URL(`../../recording/writer-process${EXTENSION}`, import.meta.url);
  let ended = false;
  let child: ChildProcess;
  const onEnd = (): void => {
    if (!ended) onExit();
    ended = true;
  };
  try {
    child = spawn(process.execPath, ["--no-warnings", fileURLToPath(script)], {
      stdio: ["pipe", "pipe", "ignore"],
      env: pathsOnly(process.env),
    });
  } catch {
    // Out of processes or memory: the recorder goes on, and tries again.
    queueMicrotask(onEnd);
    return { pid: undefined, send: () => {}, end: () => {}, kill: () => {} };
  }
  child.once("error", onEnd);
  child.once("exit", onEnd);
  child.stdin?.on("error", () => {});
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer = parseAnswer(line);
      if (answer !== null) onAnswer(answer);
    });
  }
  return {
    pid: child.pid,
    send: (message, records) => void child.stdin?.write(encodeFrame(message, records)),
    end: () => void child.stdin?.end(),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Null for what is no answer: a line that a crash cut, or a warning of Node's own. */
function parseAnswer(line: string): FromWriter | null {
  try {
    const answer: FromWriter = JSON.parse(line);
    return answer;
  } catch {
    return null;
  }
}

function pathsOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SystemRoot", "TEMP"];
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}
