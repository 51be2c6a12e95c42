/** Exit codes, the same for every command and format. A bad flag or an uncaught exception must never come out as 1. */
export const EXIT = { ok: 0, gateFailed: 1, usage: 2, inconclusive: 3, failed: 4 } as const;

interface ErrorDetails {
  /** Lines of context under the message: the value, where it is, what to do. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

/** An error that the user can understand: shown in one or two lines, without a stack trace. */
export class ShadowdiffError extends Error {
  readonly exitCode: number;
  readonly details: readonly string[];

  constructor(message: string, exitCode: number, { details = [], cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ShadowdiffError";
    this.exitCode = exitCode;
    this.details = details;
  }
}

/** Bad usage, configuration or input: exit code 2. */
export function usageError(message: string, details?: ErrorDetails): ShadowdiffError {
  return new ShadowdiffError(message, EXIT.usage, details);
}

/** The run failed: a target unreachable or lost, I/O, interruption: exit code 4. */
export function runFailure(message: string, details?: ErrorDetails): ShadowdiffError {
  return new ShadowdiffError(message, EXIT.failed, details);
}

/** What to print for any error: known ones in a line or two, bugs with their stack. */
export function describeError(error: unknown): { text: string; exitCode: number } {
  if (error instanceof ShadowdiffError) {
    return {
      text: [error.message, ...error.details.map((line) => `  ${line}`)].join("\n"),
      exitCode: error.exitCode,
    };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text: `Unexpected error, please report it:\n${stack}`, exitCode: EXIT.failed };
}

/** What a caught value says of itself: anything can be thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
