import type { Clocks } from "../capture/traffic-tap.ts";
import { rotates } from "./rotation.ts";
import type { RotationOptions } from "./rotation.ts";

export interface House {
  readonly clocks: Clocks;
  readonly rotation: RotationOptions;
  readonly windowMs: number;
  readonly maxSizeBytes: number | null;
  fileBytes(): number;
  /** Whether the recording has reached its size and takes no more. */
  setFull(full: boolean): void;
  nextWindow(): void;
  /** Throws where the folder can't be read; tried again after the next period. */
  rotate(): void;
}

/** Windows end, and files are rotated, late by this at most. */
const EVERY_MS = 250;

/** Looks after windows, sizes and rotation, by the clock that only goes forward. Gives the function that ends it. */
export function keepHouse(house: House): () => void {
  const { clocks, rotation } = house;
  let windowStarted = clocks.clock();
  let fileStarted = clocks.clock();
  const timer = setInterval(() => {
    const now = clocks.clock();
    const bytes = house.fileBytes();
    const tooBig = rotation.sizeBytes !== null && bytes >= rotation.sizeBytes;
    const tooOld = rotation.everyMs !== null && now - fileStarted >= rotation.everyMs;
    if (rotates(rotation) && (tooBig || tooOld)) {
      fileStarted = now;
      windowStarted = now;
      try {
        house.rotate();
      } catch {
        // Traffic and the current file go on; the next period tries again.
      }
      return;
    }
    if (now - windowStarted >= house.windowMs) {
      windowStarted = now;
      house.nextWindow();
    }
    house.setFull(house.maxSizeBytes !== null && bytes >= house.maxSizeBytes);
  }, EVERY_MS);
  return () => clearInterval(timer);
}
