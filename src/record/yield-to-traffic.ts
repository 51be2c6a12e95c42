import { constants, getPriority, setPriority } from "node:os";

/** So much lower than the thread that passes traffic, whatever that one was started with. */
const LOWER_BY = 10;

/** Lets a thread or process of ours (by its id) go behind the traffic where both want the same core. */
export function yieldToTraffic(id: number | undefined): void {
  try {
    if (id !== undefined)
      setPriority(id, Math.min(constants.priority.PRIORITY_LOW, getPriority() + LOWER_BY));
  } catch {
    // Not allowed here, or it has ended already: they then share as equals.
  }
}
