import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's nursery at its first size, for the whole process. The garbage of a replay or a report dies at once, so a larger
 * nursery only costs memory: measured 182 MB against 267 MB at most for a replay, for the same CPU time.
 */
export function keepNurserySmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
