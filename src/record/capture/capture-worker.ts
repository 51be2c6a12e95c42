/**
 * The capture thread: reads what the traffic thread copied into the ring, and hands whole exchanges to its consumer. It may
 * crash, stall or run out of memory: that costs captures, never a request.
 */
import { readlinkSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { Capture } from "./capture.ts";
import type { DropReason } from "./captured.ts";
import { ConnectionCapture } from "./connection-capture.ts";
import type { ConsumerContext, CreateConsumer } from "./consumer.ts";
import { CaptureMemory } from "./memory.ts";
import { EVENT, RingReader } from "./ring.ts";
import type { RingEvent } from "./ring.ts";
import { yieldToTraffic } from "../yield-to-traffic.ts";
import { CLOSED_REASONS, sharedState } from "./shared-state.ts";
import type { FromCapture, ToCapture, WorkerSetup } from "./thread-messages.ts";

const setup: WorkerSetup = workerData;
/** Between two looks into an empty ring, ms: one wake-up serves all that came meanwhile. */
const POLL_MS = 5;
/** Between two rounds of giving up, so that the sorting of all connections costs nothing. */
const GIVE_UP_EVERY_MS = 100;
/** Share of the memory that is left once too much of it was held. */
const GIVE_UP_TO = 0.75;

const state = sharedState(setup.state);
const ring = new RingReader(setup.ring);
const memory = new CaptureMemory(setup.heldBytes);
const connections = new Map<number, ConnectionCapture>();
const excluded = new Set(setup.excluded);

function say(message: FromCapture, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

let drops: Partial<Record<DropReason, number>> = {};
let hasDrops = false;

function drop(reason: DropReason, exchanges = 1): void {
  drops[reason] = (drops[reason] ?? 0) + exchanges;
  hasDrops = true;
}

/** Bytes that nobody can tell apart into exchanges, by why. */
const unread = new Map<DropReason, { connections: number; bytes: number }>();

function countUnread(reason: DropReason, connections: number, bytes: number): void {
  const counted = unread.get(reason) ?? { connections: 0, bytes: 0 };
  counted.connections += connections;
  counted.bytes += bytes;
  unread.set(reason, counted);
}

function sayUnread(): void {
  for (const [reason, counted] of unread) say({ kind: "unread", reason, ...counted });
  unread.clear();
}

/** The first ones of a thread: what is wrong is mostly wrong with all. */
const MOST_UNDECODED = 3;
let undecoded = 0;

function sayUndecoded(look: () => string): void {
  if (undecoded++ < MOST_UNDECODED) say({ kind: "undecoded", what: look() });
}

function sayDrops(): void {
  if (!hasDrops) return;
  say({ kind: "drops", drops });
  drops = {};
  hasDrops = false;
}

const context: ConsumerContext = {
  post(message, settles = 0, transfer = []) {
    // In order: who is told that an exchange is stored must know already what was dropped before it.
    sayDrops();
    say({ kind: "consumer", message, settles }, transfer);
  },
  drop,
  closed: () => CLOSED_REASONS[state.closed] ?? null,
};
const { createConsumer }: { createConsumer: CreateConsumer<unknown> } = await import(
  setup.consumer.module
);
const consumer = await createConsumer(setup.consumer.options, context);
const capture = new Capture({
  state,
  consumer,
  drop,
  unread: countUnread,
  closed: context.closed,
  maxBodyBytes: setup.maxBodyBytes,
  mostValues: setup.mostValues,
  undecoded: sayUndecoded,
});
const limits = { maxBodyBytes: setup.maxBodyBytes, memory, answers: setup.mode === "proxy" };

function handle(event: RingEvent): void {
  const { connection, kind, bytes } = event;
  state.connection = connection;
  state.progress += 1;
  capture.atMs = event.at;
  capture.clockMs = event.clock;
  let reader = connections.get(connection);
  if (kind === EVENT.closed) {
    connections.delete(connection);
    reader?.closed();
  } else if (kind === EVENT.resumed) {
    if (reader !== undefined) reader.interrupted("capture-overflow");
  } else if (excluded.has(connection)) {
    countUnread("capture-restarted", 0, bytes.length);
  } else if (reader === undefined && memory.isOver) {
    countUnread("too-many-in-flight", Number(kind === EVENT.opened), bytes.length);
  } else {
    if (reader === undefined) {
      // One that this thread does not know was open before it, in the middle of anything.
      reader = new ConnectionCapture(capture, limits, connection, kind === EVENT.opened);
      connections.set(connection, reader);
    }
    if (kind === EVENT.client) reader.fromClient(bytes);
    else if (kind === EVENT.server) reader.fromServer(bytes);
    else if (kind === EVENT.serverEnded) reader.serverEnded();
  }
  state.takenBytes -= bytes.length;
  if (memory.isOver) giveUpLargest();
  state.heldBytes = memory.bytes;
}

let nextGiveUp = 0;

/** Those that hold most go first: they are what fills the memory, and the others can go on. */
function giveUpLargest(): void {
  const now = performance.now();
  if (now < nextGiveUp) return;
  nextGiveUp = now + GIVE_UP_EVERY_MS;
  const largest = [...connections.values()].sort((a, b) => b.heldBytes - a.heldBytes);
  for (const each of largest) {
    if (memory.bytes <= memory.limitBytes * GIVE_UP_TO) return;
    each.giveUp();
  }
}

/** Reads until the ring is empty or other work should have a turn. Gives whether there is more. */
function turn(): boolean {
  const span = ring.read((bytes) => {
    state.takenBytes = bytes;
  }, handle);
  state.takenBytes = 0;
  state.progress += 1;
  return span > 0;
}

let ending = false;
let wantsIdle = false;

/** Only once all is read that passed before the question. */
function sayIdle(): void {
  wantsIdle = false;
  const idle: number[] = [];
  const busy: number[] = [];
  for (const [connection, reader] of connections) {
    const isIdle = reader.isIdle();
    if (isIdle !== null) (isIdle ? idle : busy).push(connection);
  }
  say({ kind: "idle", idle, busy });
}

function loop(): void {
  const isBusy = turn();
  sayDrops();
  sayUnread();
  if (wantsIdle && !isBusy) sayIdle();
  if (ending && !isBusy) void end();
  else if (isBusy) setImmediate(loop);
  else setTimeout(loop, POLL_MS);
}

async function end(): Promise<void> {
  for (const reader of connections.values()) reader.closed();
  connections.clear();
  await capture.idle();
  await consumer.end?.();
  sayDrops();
  sayUnread();
  say({ kind: "ended" });
  parentPort?.close();
}

parentPort?.on("message", (message: ToCapture) => {
  if (message.kind === "end") ending = true;
  else if (message.kind === "idle") wantsIdle = true;
  else consumer.message?.(message.message);
});

/** This thread as the system numbers it; undefined where it does not say. */
function ownThread(): number | undefined {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return undefined;
  }
}

yieldToTraffic(ownThread());
say({ kind: "ready" });
loop();
