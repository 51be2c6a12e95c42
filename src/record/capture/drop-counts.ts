import type { Gap } from "../../recording/batch.ts";
import type { DropReason } from "./captured.ts";

/** Losses by reason: in all, and those that no file knows of yet. */
export class DropCounts {
  private readonly totals = new Map<string, number>();
  private unwritten: Record<string, number> = {};
  private readonly gaps = new Map<string, Gap>();
  unreadConnections = 0;
  unreadBytes = 0;

  add(reason: DropReason, exchanges = 1): void {
    this.addWritten(reason, exchanges);
    this.unwritten[reason] = (this.unwritten[reason] ?? 0) + exchanges;
  }

  /** Counts what the file has counted by itself. */
  addWritten(reason: DropReason, exchanges: number): void {
    this.totals.set(reason, (this.totals.get(reason) ?? 0) + exchanges);
  }

  /** Bytes that nobody could read: of how many exchanges is not known. `atMs` in Unix ms. */
  unread(atMs: number, reason: DropReason, connections: number, bytes: number): void {
    this.unreadConnections += connections;
    this.unreadBytes += bytes;
    const minute = Math.floor(atMs / 60_000) * 60_000;
    const key = `${minute} ${reason}`;
    const gap = this.gaps.get(key) ?? { minute, reason, connections: 0, bytes: 0 };
    this.gaps.set(key, {
      ...gap,
      connections: gap.connections + connections,
      bytes: gap.bytes + bytes,
    });
  }

  takeGaps(): Gap[] {
    const taken = [...this.gaps.values()];
    this.gaps.clear();
    return taken;
  }

  takeUnwritten(): Record<string, number> {
    const taken = this.unwritten;
    this.unwritten = {};
    return taken;
  }

  /** They were taken for a batch that could not be written. */
  putBack(drops: Readonly<Record<string, number>>): void {
    for (const [reason, exchanges] of Object.entries(drops)) {
      this.unwritten[reason] = (this.unwritten[reason] ?? 0) + exchanges;
    }
  }

  get byReason(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.totals);
  }

  get total(): number {
    let sum = 0;
    for (const exchanges of this.totals.values()) sum += exchanges;
    return sum;
  }
}
