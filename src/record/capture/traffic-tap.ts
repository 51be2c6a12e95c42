import type { PipeObserver } from "../path/pipe.ts";
import type { CaptureThread } from "./capture-thread.ts";
import { EVENT } from "./ring.ts";
import type { EventKind } from "./ring.ts";

/** The clocks of a recorder: one that a person may set back, and one that only goes on. */
export interface Clocks {
  now(): number;
  clock(): number;
}

/** Bytes that nobody read, because the ring was full or reading was turned off. */
export type OnUnread = (
  connections: number,
  bytes: number,
  reason: "capture-overflow" | "capture-error",
) => void;

/** Only while stopping: connections that are idle are ended soon after they are. */
const ASK_IDLE_MS = 100;

/**
 * What the traffic thread does for the capture: copies bytes into the ring, and nothing else. Where there is no room it lets
 * them go and counts them; the connection is read again from its next request on.
 */
export class TrafficTap {
  /** Open ones. */
  connections = 0;
  private count = 0;
  private isOff = false;
  private idle: ReadonlyMap<number, boolean> = new Map();
  private idleTimer: NodeJS.Timeout | undefined;
  private readonly thread: CaptureThread;
  private readonly clocks: Clocks;
  private readonly onUnread: OnUnread;

  constructor(thread: CaptureThread, clocks: Clocks, onUnread: OnUnread) {
    this.thread = thread;
    this.clocks = clocks;
    this.onUnread = onUnread;
  }

  /** Copies nothing from now on: for a bug that nobody foresaw. */
  turnOff(): void {
    if (!this.isOff) this.onUnread(this.connections, 0, "capture-error");
    this.isOff = true;
  }

  /** From now on asks the thread again and again which connections are idle: those may be ended. */
  watchIdle(): void {
    this.idleTimer ??= setInterval(() => {
      if (this.isOff) return;
      this.thread.askIdle(({ idle, busy }) => {
        this.idle = new Map([
          ...idle.map((connection) => [connection, true] as const),
          ...busy.map((connection) => [connection, false] as const),
        ]);
      });
    }, ASK_IDLE_MS);
  }

  endWatch(): void {
    clearInterval(this.idleTimer);
    this.idleTimer = undefined;
  }

  get off(): boolean {
    return this.isOff;
  }

  /** A watcher of a new connection. */
  observe(): PipeObserver {
    this.count += 1;
    this.connections += 1;
    const connection = this.count;
    let missed = 0;
    const write = (kind: EventKind, bytes: Buffer | null): void => {
      if (this.isOff) {
        this.onUnread(kind === EVENT.opened ? 1 : 0, bytes?.length ?? 0, "capture-error");
        return;
      }
      const { ring } = this.thread;
      const at = this.clocks.now();
      const clock = this.clocks.clock();
      if (missed > 0 && kind !== EVENT.closed) {
        if (!ring.write(EVENT.resumed, connection, at, clock, null)) {
          this.onUnread(0, bytes?.length ?? 0, "capture-overflow");
          return;
        }
        missed = 0;
      }
      if (ring.write(kind, connection, at, clock, bytes)) return;
      // An end that nobody was told of costs a little memory in the thread; it is told with the next one that fits.
      if (kind === EVENT.closed) this.later.push(connection);
      missed += 1;
      this.onUnread(1, bytes?.length ?? 0, "capture-overflow");
    };
    write(EVENT.opened, null);
    return {
      fromClient: (bytes) => write(EVENT.client, bytes),
      fromServer: (bytes) => write(EVENT.server, bytes),
      serverEnded: () => write(EVENT.serverEnded, null),
      isIdle: () => this.idle.get(connection) ?? null,
      closed: () => {
        this.connections -= 1;
        this.sayLater();
        write(EVENT.closed, null);
      },
    };
  }

  private readonly later: number[] = [];

  private sayLater(): void {
    const { ring } = this.thread;
    while (this.later.length > 0) {
      const connection = this.later.at(-1) ?? 0;
      if (!ring.write(EVENT.closed, connection, this.clocks.now(), this.clocks.clock(), null))
        return;
      this.later.pop();
    }
  }
}
