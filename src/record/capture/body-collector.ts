import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { LargeBody } from "../../recording/batch.ts";
import { ByteBuilder } from "../../wire/byte-builder.ts";
import type { ConnectionMemory } from "./memory.ts";

/** Keeps a body up to a limit; past it only its length and hash. */
export class BodyCollector {
  bytes = 0;
  private readonly kept = new ByteBuilder();
  private hash: Hash | undefined;
  private readonly limitBytes: number;
  private readonly memory: ConnectionMemory;

  constructor(limitBytes: number, memory: ConnectionMemory) {
    this.limitBytes = limitBytes;
    this.memory = memory;
  }

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.hash !== undefined) {
      this.hash.update(part);
      return;
    }
    if (this.bytes > this.limitBytes) {
      this.hash = createHash("sha256").update(this.kept.view()).update(part);
      this.release();
      return;
    }
    const before = this.kept.heldBytes;
    this.kept.append(part);
    this.memory.add(this.kept.heldBytes - before);
  }

  /** The whole body, or null past the limit. Good until `release`. */
  body(): Buffer | null {
    return this.hash === undefined ? this.kept.view() : null;
  }

  /** What stands for a body past the limit. */
  large(side: LargeBody["side"]): LargeBody | null {
    if (this.hash === undefined) return null;
    return { side, bytes: this.bytes, sha256: this.hash.copy().digest("hex") };
  }

  /** Gives the memory back; the collector is of no use afterwards but for `large`. */
  release(): void {
    this.memory.add(-this.kept.heldBytes);
    this.kept.clear();
  }
}
