import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openOutbox } from "../../src/notice/store/outbox.ts";
import { openStore } from "../../src/notice/store/store.ts";
import type { Arrival, OnArrival } from "./receivers.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Kills the sender under way at the arrival that `at` names, before it is answered. */
export interface Killer {
  readonly onArrival: OnArrival;
  /** Starts a sender; gives its exit code, or null when it was killed. `after`: arrivals of this sender until the kill. */
  send(
    words: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
    after: number | null,
  ): Promise<number | null>;
}

/** A sender process that is killed with SIGKILL in the middle of its work, where the receiver has the message and it has no answer. */
export function killer(script: readonly string[] = [MAIN, "notice", "send"]): Killer {
  let left: number | null = null;
  let running: ChildProcess | null = null;
  return {
    onArrival: () => {
      if (left === null) return;
      left -= 1;
      if (left === 0) running?.kill("SIGKILL");
    },
    send: (words, cwd, env, after) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...script, ...words], {
          cwd,
          env: { PATH: process.env["PATH"], ...env },
          stdio: ["ignore", "ignore", "pipe"],
        });
        left = after;
        running = child;
        child.stderr.resume();
        child.on("error", reject);
        child.on("exit", (code) => {
          left = null;
          resolve(code);
        });
      }),
  };
}

/** What an operator does with messages in doubt: looks whether the receiver has them, and says so. */
export function settlement(
  file: string,
  received: readonly Arrival[],
): { delivered: string[]; resend: string[] } {
  using store = openStore(file, { create: false });
  const have = new Set(
    received.map(({ channel, id }) =>
      channel === "email" ? (id.split("@")[0] ?? "") : `${channel} ${id}`,
    ),
  );
  const delivered: string[] = [];
  const resend: string[] = [];
  for (const row of openOutbox(store).byState("in-doubt")) {
    const { upgrade, account, revision } = store.byId(row.notice);
    const arrived = have.has(
      row.channel === "slack" ? `slack ${upgrade}/${account} ${revision}` : row.id,
    );
    (arrived ? delivered : resend).push(row.id);
  }
  return { delivered, resend };
}
