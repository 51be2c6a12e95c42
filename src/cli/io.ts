import type { Writable } from "node:stream";

/** What a command may touch of the outside; a test gives its own. */
export interface Io {
  /** Results only. */
  readonly stdout: Writable;
  /** Progress and logs. */
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Whether stderr is a terminal: a progress bar there, plain lines elsewhere. */
  readonly terminal: boolean;
}
