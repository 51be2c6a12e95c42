import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Answer, Asked } from "./runner.ts";

const RUNNER = path.join(import.meta.dirname, "runner.ts");

/** The runner of one copy: begun anew after a mutant that did not come back. */
export class RunnerLink {
  #child: ChildProcess | null = null;
  readonly #root: string;
  #changed: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** A source that was changed: read anew with the next tests. */
  changed(file: string): void {
    this.#changed.push(file);
  }

  /** Which test file failed; null where all passed; `undefined` where they did not end in time. */
  async run(tests: readonly string[], mostMs: number): Promise<string | null | undefined> {
    const child = (this.#child ??= await this.#start());
    const ended = new AbortController();
    const late = setTimeout(() => ended.abort(), mostMs);
    const asked: Asked = { changed: this.#changed, tests };
    this.#changed = [];
    child.send(asked);
    try {
      const { signal } = ended;
      const [answer] = (await Promise.race([
        once(child, "message", { signal }),
        once(child, "exit", { signal }),
      ])) as [Answer | number | null];
      if (answer !== null && typeof answer === "object") return answer.failed;
      this.stop();
      return "the runner ended";
    } catch {
      this.stop();
      return undefined;
    } finally {
      clearTimeout(late);
      ended.abort();
    }
  }

  stop(): void {
    const pid = this.#child?.pid;
    this.#child = null;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }

  /** In a process group of its own, so that what its tests started ends with it. */
  async #start(): Promise<ChildProcess> {
    const child = fork(RUNNER, [], {
      cwd: this.#root,
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    await once(child, "message");
    return child;
  }
}
