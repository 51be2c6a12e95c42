/** Bytes that the capture thread may hold for what is under way, over all connections: as held, not as sent. */
export class CaptureMemory {
  bytes = 0;
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get isOver(): boolean {
    return this.bytes > this.limitBytes;
  }
}

/** What one connection holds of it. */
export class ConnectionMemory {
  bytes = 0;
  private readonly total: CaptureMemory;

  constructor(total: CaptureMemory) {
    this.total = total;
  }

  add(bytes: number): void {
    this.bytes += bytes;
    this.total.bytes += bytes;
  }
}

/** How the one limit that an operator states is divided. */
export interface MemoryShares {
  /** The ring between the two threads. */
  readonly ringBytes: number;
  /** What readers hold of messages under way. */
  readonly heldBytes: number;
  /** What waits for the disk. */
  readonly queueBytes: number;
  /** The capture thread's JavaScript heap, in MiB. */
  readonly heapMib: number;
}

const MIB = 1024 * 1024;

/**
 * An eighth for the ring, three sixteenths each for what is under way and what waits for the disk, three eighths for the heap. The
 * last eighth is for what stands in no budget: a body while it is decoded and redacted.
 */
export function sharesOf(captureMemoryBytes: number): MemoryShares {
  return {
    ringBytes: Math.floor(captureMemoryBytes / 8),
    heldBytes: Math.floor((captureMemoryBytes * 3) / 16),
    queueBytes: Math.floor((captureMemoryBytes * 3) / 16),
    heapMib: Math.floor((captureMemoryBytes * 3) / 8 / MIB),
  };
}
