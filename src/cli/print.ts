import type { Writable } from "node:stream";
import { writeFileSync } from "node:fs";
import { messageOf, runFailure } from "../errors.ts";

/**
 * Writes a result and waits until it is out, so that a reader that went away or a full disk is a failed run (exit 4): a
 * verdict that nobody could read is neither pass nor fail.
 */
export async function print(stream: Writable, text: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      stream.once("error", reject);
      stream.write(text, (cause) => {
        // The stream tells of the error once more, as an event: the listener stays, so that it is no uncaught exception.
        if (cause) return reject(cause);
        stream.off("error", reject);
        return resolve();
      });
    });
  } catch (cause) {
    throw runFailure(`Can't write the result: ${messageOf(cause)}`, { cause });
  }
}

/** Writes a result to a file; failing to is a failed run (exit 4). */
export function printTo(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw runFailure(`Can't write ${file}: ${messageOf(cause)}`, { cause });
  }
}
