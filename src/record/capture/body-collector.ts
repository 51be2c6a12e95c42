import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { LargeBody } from "../../recording/batch.ts";

/** Bytes held for exchanges that are still under way, over all connections. */
export interface CaptureMemory {
  bytes: number;
  readonly limitBytes: number;
}

/** Keeps a body up to a limit; past it only its length and hash. */
export class BodyCollector {
  bytes = 0;
  private parts: Buffer[] = [];
  private hash: Hash | undefined;
  private readonly limitBytes: number;
  private readonly memory: CaptureMemory;

  constructor(limitBytes: number, memory: CaptureMemory) {
    this.limitBytes = limitBytes;
    this.memory = memory;
  }

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.hash === undefined) {
      this.parts.push(part);
      this.memory.bytes += part.length;
      if (this.bytes <= this.limitBytes && this.memory.bytes <= this.memory.limitBytes) return;
      this.hash = createHash("sha256");
      for (const each of this.parts) this.hash.update(each);
      this.release();
    } else this.hash.update(part);
  }

  /** The whole body, or null past the limit. */
  body(): Buffer | null {
    if (this.hash !== undefined) return null;
    return this.parts.length === 1 ? (this.parts[0] ?? null) : Buffer.concat(this.parts);
  }

  /** What stands for a body past the limit. */
  large(side: LargeBody["side"]): LargeBody | null {
    if (this.hash === undefined) return null;
    return { side, bytes: this.bytes, sha256: this.hash.copy().digest("hex") };
  }

  /** Gives the memory back; the collector is of no use afterwards but for `large`. */
  release(): void {
    for (const part of this.parts) this.memory.bytes -= part.length;
    this.parts = [];
  }
}
