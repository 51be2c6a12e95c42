import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClassifyConfiguration } from "../config/classifying.ts";
import { messageOf, runFailure, usageError } from "../errors.ts";
import type { JsonObject } from "../model/json.ts";
import { CaptureThread } from "../record/capture/capture-thread.ts";
import { DropCounts } from "../record/capture/drop-counts.ts";
import { sharesOf } from "../record/capture/memory.ts";
import { TrafficTap, type Clocks } from "../record/capture/traffic-tap.ts";
import { limitConnections } from "../record/path/descriptors.ts";
import { drainProxy, listen, urlOf, type Listen } from "../record/path/listening.ts";
import { createProxy, type Proxy } from "../record/path/proxy.ts";
import { createSink } from "../record/path/sink.ts";
import { parseUpstream, type HostMode } from "../record/path/upstream.ts";
import { EXTENSION } from "../record/writing/extension.ts";
import type { RedactionRules } from "../redact/rules.ts";
import type { ShadowConsumerOptions } from "../shadow/consumer.ts";
import { keepNurserySmall } from "./memory.ts";
import { keepRunning, type Kept } from "../shadow/keep-running.ts";
import type { ShadowOptions } from "../shadow/options.ts";
import type { ComparerSetup, FromComparer, ToComparer } from "../shadow/process-messages.ts";

export interface Shadowing {
  readonly options: ShadowOptions;
  readonly classify: ClassifyConfiguration;
  /** Absolute. */
  readonly out: string;
  readonly stored: JsonObject;
  /** The node that clients are passed on to, or null where a mirror sends copies. */
  readonly upstream: { readonly url: string; readonly host: HostMode } | null;
  readonly listen: Listen;
  readonly rules: RedactionRules;
  readonly key: Uint8Array;
  readonly maxBodyBytes: number;
  readonly captureMemoryBytes: number;
  readonly drainMs: number;
  /** What serves the verdict, as words of the command line; null where nobody asks for it. */
  readonly server: { readonly words: readonly string[]; readonly env: NodeJS.ProcessEnv } | null;
  /** Told what a person at the terminal should know. */
  readonly note: (text: string) => void;
}

export interface RunningShadow {
  /** Where clients, or a mirror, connect to. */
  readonly url: string;
  readonly counts: () => {
    readonly arrived: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
  readonly comparerPid: () => number | undefined;
  readonly serverPid: () => number | undefined;
  turnCaptureOff(): void;
  stop(): Promise<void>;
}

const clocks: Clocks = { now: () => Date.now(), clock: () => performance.now() };
const COUNTS_EVERY_MS = 500;
/** What the comparer may take to begin before traffic is taken all the same. */
const BEGIN_MS = 15_000;
const SERVE_MS = 10_000;
const STALL_MS = 5_000;
const CLOSE_MS = 1_000;
const STOP_MS = 10_000;

/**
 * Traffic, a comparer and a server, a process each, so that nothing that happens to a candidate, the comparing, the disk or a reader
 * of verdicts reaches a client. Throws usage errors (another network, a run of other versions) and run failures (a port
 * that is taken); a candidate that gives no answer yet is waited for while traffic passes.
 */
export async function startShadowing(shadowing: Shadowing): Promise<RunningShadow> {
  keepNurserySmall();
  const { upstream, note } = shadowing;
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-"));
  const socket = path.join(folder, "comparer.sock");
  const began = Promise.withResolvers<FromComparer>();
  const comparer = startComparing(shadowing, socket, began.resolve);
  const server = startServing(shadowing, note);
  const giveUp = async (): Promise<void> => {
    await Promise.all([comparer.stop(STOP_MS), server?.kept.stop(STOP_MS)]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const first = await withLimit(began.promise, BEGIN_MS);
    if (first?.kind === "refused") throw usageError(first.message, { details: first.details });
    if (first?.kind !== "ready")
      note(
        `Nothing is compared yet: ${first?.kind === "waiting" ? first.why : "the comparer is slow to begin"}`,
      );
    const problem = await withLimit(server?.ready ?? Promise.resolve(null), SERVE_MS);
    if (typeof problem === "string") throw runFailure(`The verdict can't be served: ${problem}`);
  } catch (error) {
    await giveUp();
    throw error;
  }

  const drops = new DropCounts();
  const consumer: ShadowConsumerOptions = { rules: shadowing.rules, key: shadowing.key, socket };
  const thread = new CaptureThread({
    mode: upstream === null ? "sink" : "proxy",
    memory: sharesOf(shadowing.captureMemoryBytes),
    maxBodyBytes: shadowing.maxBodyBytes,
    stallMs: STALL_MS,
    consumer: {
      module: new URL(`../shadow/consumer${EXTENSION}`, import.meta.url).href,
      options: () => consumer,
    },
    onMessage: () => {},
    onDrop: (reason, exchanges) => drops.add(reason, exchanges),
    onUnread: (reason, connections, bytes) =>
      drops.unread(clocks.now(), reason, connections, bytes),
    onRestart: ({ bytes, why }) => {
      drops.unread(clocks.now(), "capture-restarted", 0, bytes);
      note(`The capture thread ended and is started again: ${why}`);
    },
  });
  const tap = new TrafficTap(thread, clocks, (connections, bytes, reason) =>
    drops.unread(clocks.now(), reason, connections, bytes),
  );
  const proxy: Proxy =
    upstream === null
      ? createSink(() => tap.observe())
      : createProxy(parseUpstream(upstream.url, upstream.host), () => tap.observe());
  limitConnections(proxy.server, upstream === null ? 1 : 2, note);
  const process = randomUUID();
  const counts = (): { arrived: number; dropped: Readonly<Record<string, number>> } => ({
    arrived: thread.totals.arrived,
    dropped: drops.byReason,
  });
  const sayCounts = (): void => {
    const message: ToComparer = { kind: "counts", counts: { process, ...counts() } };
    comparer.send(message);
  };
  const timer = setInterval(sayCounts, COUNTS_EVERY_MS);
  try {
    await thread.ready(BEGIN_MS);
    await listen(proxy.server, shadowing.listen, upstream === null ? "--sink" : "--listen");
  } catch (error) {
    clearInterval(timer);
    await thread.stop(0);
    await giveUp();
    throw error;
  }
  return {
    url: urlOf(proxy.server),
    counts,
    comparerPid: () => comparer.pid,
    serverPid: () => server?.kept.pid,
    turnCaptureOff: () => tap.turnOff(),
    async stop() {
      tap.watchIdle();
      await drainProxy(proxy, shadowing.drainMs);
      tap.endWatch();
      await thread.stop(Math.max(shadowing.drainMs, CLOSE_MS));
      clearInterval(timer);
      sayCounts();
      await giveUp();
    },
  };
}

function startComparing(
  { options, classify, out, stored, note }: Shadowing,
  socket: string,
  began: (first: FromComparer) => void,
): Kept {
  const setup: ComparerSetup = { options, classify, out, stored, socket };
  const hello: ToComparer = { kind: "setup", setup };
  const goodbye: ToComparer = { kind: "stop" };
  let last = "";
  return keepRunning({
    script: new URL(`../shadow/comparer-process${EXTENSION}`, import.meta.url),
    words: [],
    // It needs no secret of the environment: what it needs it is told.
    env: pathsOnly(),
    hello,
    goodbye,
    onMessage(message) {
      const told = message as FromComparer;
      began(told);
      const text = told.kind === "ready" ? "" : told.kind === "waiting" ? told.why : told.message;
      if (text !== last && text !== "") note(`Nothing is compared: ${text}`);
      last = text;
    },
    onLine: (line) => note(line),
    onEnd: (why) => note(`The comparer ended and is started again: ${why}`),
  });
}

/** The program itself, as `serve`; `ready` is null once it listens, or why it does not. */
function startServing(
  { server }: Shadowing,
  note: (text: string) => void,
): { readonly kept: Kept; readonly ready: Promise<string | null> } | null {
  if (server === null) return null;
  const ready = Promise.withResolvers<string | null>();
  const kept = keepRunning({
    script: new URL(`../main${EXTENSION}`, import.meta.url),
    words: server.words,
    env: server.env,
    hello: null,
    goodbye: null,
    onMessage: () => {},
    onLine(line) {
      if (line.startsWith("The verdict is at ")) ready.resolve(null);
      note(line);
    },
    onEnd(why) {
      ready.resolve(why);
      note(`What serves the verdict ended and is started again: ${why}`);
    },
  });
  return { kept, ready: ready.promise };
}

async function withLimit<T>(promise: Promise<T>, limitMs: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), limitMs);
  try {
    return await Promise.race([promise, late.promise]);
  } catch (error) {
    throw runFailure(messageOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function pathsOnly(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "NODE_EXTRA_CA_CERTS", "LD_LIBRARY_PATH"];
  return {
    // It goes on for weeks: fewer arenas keep what was freed from staying resident.
    MALLOC_ARENA_MAX: "2",
    ...Object.fromEntries(
      names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    ),
  };
}
