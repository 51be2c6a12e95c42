import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { encodeFrame } from "../../recording/frames.ts";
import type { FromWriter, ToWriter } from "../../recording/frames.ts";
import { messageOf } from "../../errors.ts";
import { yieldToTraffic } from "../yield-to-traffic.ts";
import { EXTENSION } from "./extension.ts";

/** A running writer process. */
export interface WriterChild {
  readonly pid: number | undefined;
  send(message: ToWriter, payload?: Uint8Array): void;
  /** No more frames: it ends by itself once it has read what was sent. */
  end(): void;
  kill(): void;
}

/** What is kept of what a writer said: the end, where the reason stands. */
const KEPT_OF_STDERR = 2_048;
const LONGEST_REASON = 300;

/**
 * Starts a writer. `onExit` comes once, whatever the reason, with what the writer said last. The writer's environment holds
 * no secret: it needs none, and a crash may print its environment.
 */
export function startWriterChild(
  onAnswer: (answer: FromWriter) => void,
  onExit: (why: string) => void,
  script = fileURLToPath(new URL(`../../recording/writer-process${EXTENSION}`, import.meta.url)),
): WriterChild {
  let ended = false;
  let said = "";
  let child: ChildProcess;
  const onEnd = (how: string): void => {
    if (!ended) onExit(reasonIn(said) || how);
    ended = true;
  };
  try {
    child = spawn(process.execPath, ["--no-warnings", script], {
      stdio: ["pipe", "pipe", "pipe"],
      env: pathsOnly(process.env),
    });
  } catch (error) {
    // Out of processes or memory: the recorder goes on, and tries again.
    queueMicrotask(() => onEnd(messageOf(error)));
    return { pid: undefined, send: () => {}, end: () => {}, kill: () => {} };
  }
  yieldToTraffic(child.pid);
  child.once("error", (error) => onEnd(messageOf(error)));
  // "close" comes once what it said was read too.
  child.once("close", (code, signal) => onEnd(`it ended with ${signal ?? `exit code ${code}`}`));
  child.stdin?.on("error", () => {});
  child.stderr?.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("utf8")).slice(-KEPT_OF_STDERR);
  });
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const answer = parseAnswer(line);
      if (answer !== null) onAnswer(answer);
    });
  }
  return {
    pid: child.pid,
    send(message, payload) {
      child.stdin?.write(encodeFrame(message, payload?.length));
      if (payload !== undefined) child.stdin?.write(payload);
    },
    end: () => void child.stdin?.end(),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** The line that names the error, or the last one: `Error: /lib/x86_64-linux-gnu/libm.so.6: version GLIBC_2.38 not found`. */
function reasonIn(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  const named = lines.find((line) => /^(?:\w*Error|FATAL|Fatal)\b.*: /.test(line));
  return (named ?? lines.filter((line) => line !== "").at(-1) ?? "").slice(0, LONGEST_REASON);
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
