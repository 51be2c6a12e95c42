import type { Writable } from "node:stream";
import type { Colours } from "./colour.ts";

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
  /** Width of that terminal, in characters. */
  readonly columns: number;
  readonly colours: Colours;
  /** Asks the person at the terminal; null where there is nobody to ask. */
  readonly ask: ((question: string) => Promise<boolean>) | null;
  /** Whether to say how to go on: not within demo, run and try, which go on themselves. */
  readonly guide: boolean;
}
