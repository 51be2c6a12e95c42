/**
 * A client with an open loop, in a thread of its own: requests are due by a schedule, whatever the answers do, and a
 * latency is counted from when its request was due. A server that stalls is charged for all that waited meanwhile.
 */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import type { Mix } from "./real-mix.ts";

export interface RateOrder {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface RateResult {
  /** ms from when each was due to its last byte. */
  readonly latencies: Float64Array;
  /** ms from when each was due to when this client looked: its own share of a latency. */
  readonly lateness: Float64Array;
  readonly failed: number;
  /** From the first one due to the last answer, s. */
  readonly tookSeconds: number;
}

const TICK_MS = 1;
const LAST_ANSWERS_MS = 30_000;
const OWN_ID_EVERY = 10;
const HEAD_END = "\r\n\r\n";

const { mix }: { mix: Mix } = workerData;
const bodies = mix.calls.map(({ body }) => Buffer.from(body));
const answerBytes = mix.calls.map(({ answer }) => Buffer.byteLength(answer));

function requestOf(count: number, index: number): Buffer {
  const body = bodies[index] ?? Buffer.alloc(0);
  // As a front that traces would add it.
  const own = count % OWN_ID_EVERY === 0 ? `X-Request-Id: ${count.toString(36)}\r\n` : "";
  const head = `POST / HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nUser-Agent: ethers/5.7.2\r\nX-Case: ${index}\r\n${own}Content-Length: ${body.length}${HEAD_END}`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

class Caller {
  private head = "";
  private left = -1;
  private expected = 0;
  private isBusy = false;
  private socket: Socket;
  private readonly port: number;
  private readonly done: (caller: Caller, isGood: boolean) => void;

  constructor(port: number, done: (caller: Caller, isGood: boolean) => void) {
    this.port = port;
    this.done = done;
    this.socket = this.open();
  }

  send(count: number, index: number): void {
    this.isBusy = true;
    this.head = "";
    this.left = -1;
    this.expected = answerBytes[index] ?? 0;
    if (this.socket.destroyed) this.socket = this.open();
    this.socket.write(requestOf(count, index));
  }

  end(): void {
    this.isBusy = false;
    this.socket.destroy();
  }

  private open(): Socket {
    const socket = connect({ port: this.port, host: "127.0.0.1", noDelay: true });
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.socket === socket) this.finish(false);
    });
    socket.on("data", (bytes) => this.read(bytes));
    return socket;
  }

  private read(bytes: Buffer): void {
    let body = bytes.length;
    if (this.left < 0) {
      const before = this.head.length;
      this.head += bytes.toString("latin1", 0, 1_024);
      const end = this.head.indexOf(HEAD_END);
      if (end < 0) return;
      this.left = Number(/content-length: (\d+)/i.exec(this.head)?.[1]);
      body = bytes.length - (end + HEAD_END.length - before);
      const isGood = this.head.startsWith("HTTP/1.1 200") && this.left === this.expected;
      if (!isGood) {
        // What it says is not what the upstream answers: nothing that follows can be measured.
        this.socket.destroy();
        return;
      }
    }
    this.left -= body;
    if (this.left <= 0) this.finish(true);
  }

  private finish(isGood: boolean): void {
    if (!this.isBusy) return;
    this.isBusy = false;
    this.done(this, isGood);
  }
}

async function run({ port, perSecond, seconds, connections }: RateOrder): Promise<RateResult> {
  const total = Math.round(perSecond * seconds);
  const latencies = new Float64Array(total).fill(Infinity);
  const lateness = new Float64Array(total);
  const free: Caller[] = [];
  const counts = new Map<Caller, number>();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let settled = 0;
  let failed = 0;
  let looked = 0;
  let sent = 0;
  let start = 0;
  const dueAt = (count: number): number => start + (count * 1_000) / perSecond;
  const next = (): void => {
    while (sent < looked) {
      const caller = free.pop();
      if (caller === undefined) return;
      counts.set(caller, sent);
      caller.send(sent, mix.order[sent % mix.order.length] ?? 0);
      sent += 1;
    }
  };
  const callers = Array.from(
    { length: connections },
    () =>
      new Caller(port, (caller, isGood) => {
        const count = counts.get(caller) ?? 0;
        latencies[count] = performance.now() - dueAt(count);
        if (!isGood) failed += 1;
        settled += 1;
        free.push(caller);
        if (settled === total) resolve(undefined);
        else next();
      }),
  );
  free.push(...callers);
  const late = setTimeout(() => resolve(undefined), seconds * 1_000 + LAST_ANSWERS_MS);
  // Connections are made before the first is due.
  setTimeout(tick, 100);
  start = performance.now() + 100;
  function tick(): void {
    const now = performance.now();
    while (looked < total && dueAt(looked) <= now) {
      lateness[looked] = now - dueAt(looked);
      looked += 1;
    }
    next();
    if (looked < total) setTimeout(tick, TICK_MS);
  }
  await promise;
  clearTimeout(late);
  const tookSeconds = (performance.now() - start) / 1_000;
  for (const caller of callers) caller.end();
  return { latencies, lateness, failed: failed + total - settled, tookSeconds };
}

parentPort?.on("message", (order: RateOrder) => {
  void run(order).then((result) => parentPort?.postMessage(result, []));
});
