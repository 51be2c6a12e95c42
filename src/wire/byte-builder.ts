const SMALLEST_BYTES = 256;
const NOTHING = Buffer.alloc(0);

/**
 * Bytes that come in parts, in one block that grows: what is held is what it costs, however small the parts. Views of it
 * are good until the next change.
 */
export class ByteBuilder {
  length = 0;
  private block: Buffer = NOTHING;

  /** Bytes of memory that it holds. */
  get heldBytes(): number {
    return this.block.length;
  }

  append(part: Buffer): void {
    const needed = this.length + part.length;
    // Most bodies come in one part, and nothing after it.
    if (needed > this.block.length) this.grow(this.length === 0 ? needed : needed * 2);
    part.copy(this.block, this.length);
    this.length = needed;
  }

  view(): Buffer {
    return this.block.length === this.length ? this.block : this.block.subarray(0, this.length);
  }

  clear(): void {
    this.block = NOTHING;
    this.length = 0;
  }

  private grow(bytes: number): void {
    const block = Buffer.allocUnsafeSlow(Math.max(SMALLEST_BYTES, bytes));
    this.block.copy(block, 0, 0, this.length);
    this.block = block;
  }
}
