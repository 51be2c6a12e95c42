import type { Target } from "../../model/target.ts";
import type { Connection } from "./connection.ts";

/** A ceiling over all that ask the same targets, in this process and in others. */
export interface Throttle {
  /** Takes one of the target's places; null when it was free, else resolves when it is. */
  enter(target: Target): Promise<void> | null;
  leave(target: Target): void;
  /** Resolves when the next exchange may start; null when it may start now. */
  due(): Promise<void> | null;
  /** Nobody may ask at the moment: a pause, or no word from whoever gives the places. */
  isHeld(): boolean;
}

/** A connection whose every request takes one of the target's places. */
export function throttled(
  connection: Connection,
  target: Target,
  throttle: Throttle | undefined,
): Connection {
  if (throttle === undefined) return connection;
  return {
    async ask(question, timeoutMs) {
      const wait = throttle.enter(target);
      if (wait !== null) await wait;
      try {
        return await connection.ask(question, timeoutMs);
      } finally {
        throttle.leave(target);
      }
    },
    close: () => connection.close(),
  };
}
