import { existsSync, rmSync } from "node:fs";
import { runFailure, usageError } from "../errors.ts";
import type { Network, RecordingFacts } from "../model/run.ts";
import type { NewRecording } from "../recording/file.ts";
import { createAdminServer } from "../record/path/admin.ts";
import type { RecorderCounts } from "../record/path/admin.ts";
import { DropCounts } from "../record/capture/drop-counts.ts";
import { sharesOf } from "../record/capture/memory.ts";
import { RecordingCapture } from "../record/capture/recording-capture.ts";
import type { Clocks } from "../record/capture/traffic-tap.ts";
import { limitConnections } from "../record/path/descriptors.ts";
import { UNKNOWN_NETWORK, detectNetwork, watchNetwork } from "../record/path/network.ts";
import { keepHouse } from "../record/writing/housekeeping.ts";
import { drainProxy, listen, urlOf } from "../record/path/listening.ts";
import type { RecorderOptions } from "../record/recorder-options.ts";
import type { PipeObserver } from "../record/path/pipe.ts";
import { createProxy } from "../record/path/proxy.ts";
import { WriteQueue } from "../record/writing/queue.ts";
import { deleteExpired, rotatedPath, rotates } from "../record/writing/rotation.ts";
import { tokeniser } from "../redact/tokens.ts";
import { createSink } from "../record/path/sink.ts";
import { parseUpstream } from "../record/path/upstream.ts";
import { keepUploading, type UploadOptions } from "./upload.ts";
import { WriterLink } from "../record/writing/writer-link.ts";
import type { StartProblem } from "../record/writing/writer-link.ts";

export interface Recorder {
  /** Where clients connect to: `http://127.0.0.1:8545`. */
  readonly url: string;
  readonly adminUrl: string | null;
  readonly network: Network;
  /** The file that is being written. */
  readonly path: () => string;
  readonly counts: () => RecorderCounts;
  /** Process id of the writer, while there is one. */
  readonly writerPid: () => number | undefined;
  /** Reads nothing more of what passes, because something is wrong with reading it; traffic goes on. */
  turnCaptureOff(): void;
  /** Takes no new connections, gives open ones `drainMs` to end, writes what is left, closes the file. */
  stop(): Promise<RecordingFacts>;
}

const systemClocks: Clocks = { now: () => Date.now(), clock: () => performance.now() };

/**
 * Starts a recorder in front of `options.target`, or as a mirror's sink without one. Rejects with a usage error for a file
 * that exists or can't be made, and a run failure for a port that is taken.
 */
export async function startRecorder(
  options: RecorderOptions & { readonly upload?: UploadOptions },
): Promise<Recorder> {
  const { rotation, limits } = options;
  const clocks = options.clocks ?? systemClocks;
  const upstream = options.target === null ? null : parseUpstream(options.target, options.host);
  const pathAt = (now: number): string =>
    rotates(rotation) ? rotatedPath(options.out, now) : options.out;
  let path = pathAt(clocks.now());
  if (existsSync(path)) {
    throw usageError(`${path} exists already`, {
      details: ["Choose another --out, or rotate with --rotate-every."],
    });
  }
  let network =
    options.network ?? (upstream === null ? UNKNOWN_NETWORK : await detectNetwork(upstream));
  const header = (): NewRecording => ({
    source: upstream === null ? "sink" : "record",
    network,
    keyId: tokeniser(options.key).keyId,
    options: options.stored,
    createdAt: clocks.now(),
  });

  const drops = new DropCounts();
  const memory = sharesOf(limits.captureMemoryBytes);
  const queue = new WriteQueue({
    items: limits.queue.items,
    bytes: Math.min(limits.queue.bytes ?? Infinity, memory.queueBytes),
  });
  let isFull = false;
  const link = new WriterLink(
    { path, header: header(), minFreeBytes: limits.minFreeBytes },
    queue,
    drops,
    options.timing,
    {
      ...(options.writerScript === undefined ? {} : { script: options.writerScript }),
      ...(options.notice === undefined ? {} : { notice: options.notice }),
    },
  );
  const capture =
    options.off === true
      ? null
      : new RecordingCapture({
          options,
          memory,
          clocks,
          link,
          queue,
          drops,
          isFull: () => isFull,
          onChain: (chainId) => learnt({ chainId, genesisHash: null }),
        });
  const learnt = (found: Network): void => {
    if (network.chainId !== UNKNOWN_NETWORK.chainId) return;
    network = found;
    link.setNetwork(found);
    options.notice?.(`The node says that it is on chain ${found.chainId}`);
  };
  const problem = await Promise.race([
    startOf(link, capture, options.timing.startMs),
    interrupted(options.signal),
  ]);
  if (problem !== null) {
    await capture?.thread.stop(0);
    await link.stop(0);
    if (problem.kind === "file") {
      throw usageError(`Cannot create the recording ${path}`, { details: [problem.message] });
    }
    throw runFailure(`The writer can't start: ${problem.message}`, {
      details: [`Nothing listens yet; ${path} was not recorded to.`],
    });
  }

  const observe = (): PipeObserver | undefined => capture?.tap.observe();
  const proxy = upstream === null ? createSink(observe) : createProxy(upstream, observe);
  const refused = limitConnections(proxy.server, upstream === null ? 1 : 2, options.notice);
  const counts = (): RecorderCounts => {
    const { arrived, open } = capture?.thread.totals ?? { arrived: 0, open: 0 };
    return {
      arrived,
      stored: link.stored,
      dropped: drops.byReason,
      pending: open + link.undecided,
      queueItems: queue.items,
      queueBytes: queue.bytes,
      connections: proxy.connections(),
      recordingBytes: link.fileBytes,
      writerReady: link.ready,
      notStoring: capture === null ? "off" : (capture.trouble ?? link.trouble),
      captureRestarts: capture?.thread.restarts ?? 0,
      unreadBytes: drops.unreadBytes,
      unreadConnections: drops.unreadConnections,
      refusedConnections: refused(),
    };
  };
  const admin = options.admin === null ? null : createAdminServer(counts);
  try {
    await listen(proxy.server, options.listen, "--listen");
    if (admin !== null && options.admin !== null) await listen(admin, options.admin, "--admin");
  } catch (error) {
    proxy.server.close();
    await capture?.thread.stop(0);
    await link.stop(1_000);
    // It holds nothing, and would stand in the way of the next try.
    rmSync(path, { force: true });
    throw error;
  }

  const endSaying = sayChanges(() => counts().notStoring, options.notice);
  const endWatch =
    upstream === null || network.chainId !== UNKNOWN_NETWORK.chainId
      ? () => {}
      : watchNetwork(upstream, learnt);
  const endHousekeeping = keepHouse({
    clocks,
    rotation,
    windowMs: limits.windowMs,
    maxSizeBytes: limits.maxSizeBytes,
    fileBytes: () => link.fileBytes,
    setFull: (full) => {
      isFull = full;
      capture?.look();
    },
    nextWindow: () => capture?.nextWindow(clocks.now()),
    rotate: () => {
      const next = pathAt(clocks.now());
      const file = { path: next, header: header(), minFreeBytes: limits.minFreeBytes };
      capture?.rotate(clocks.now(), () => {
        path = next;
        link.rotate(file);
        deleteExpired(options.out, path, rotation, clocks.now());
      });
    },
  });

  const uploads =
    options.upload === undefined
      ? null
      : keepUploading(options.out, () => path, options.upload, options.notice ?? (() => {}));

  return {
    url: urlOf(proxy.server),
    adminUrl: admin === null ? null : urlOf(admin),
    get network() {
      return network;
    },
    path: () => path,
    counts,
    writerPid: () => link.pid,
    turnCaptureOff: () => capture?.tap.turnOff(),
    async stop() {
      endHousekeeping();
      endWatch();
      endSaying();
      capture?.tap.watchIdle();
      await drainProxy(proxy, options.drainMs);
      capture?.tap.endWatch();
      await capture?.thread.stop(Math.max(options.drainMs, 2_000));
      await link.stop(Math.max(options.drainMs, 2_000));
      await uploads?.stop(Math.max(options.drainMs, LAST_UPLOAD_MS));
      admin?.close();
      admin?.closeAllConnections();
      const all = counts();
      return {
        name: options.out.replace(/^.*[/\\]/, "").replace(/\.sqlite$/, ""),
        seen: all.arrived,
        stored: all.stored,
        dropped: all.dropped,
        firstAt: null,
        lastAt: null,
      };
    },
  };
}

const LOOK_MS = 1_000;
/** The last file may take this long to reach the store; no traffic passes any more. */
const LAST_UPLOAD_MS = 30_000;

/** Says when nothing is being stored any more, why, and when it is again. Gives what ends it. */
function sayChanges(
  notStoring: () => string | null,
  notice: ((text: string) => void) | undefined,
): () => void {
  let last: string | null = null;
  const timer = setInterval(() => {
    const why = notStoring();
    if (why === last) return;
    last = why;
    notice?.(why === null ? "Storing again" : `Nothing is being stored: ${why}. Traffic goes on.`);
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** The writer has its file open and something reads what passes; or why not. */
async function startOf(
  link: WriterLink,
  capture: RecordingCapture | null,
  limitMs: number,
): Promise<StartProblem | null> {
  const [file, reader] = await Promise.all([
    link.firstOpen,
    capture?.thread.ready(limitMs) ?? null,
  ]);
  return file ?? (reader === null ? null : { kind: "writer", message: reader });
}

/** Never resolves without a signal, or while nobody interrupts. */
async function interrupted(signal: AbortSignal | undefined): Promise<StartProblem> {
  return await new Promise((resolve) => {
    const stop = (): void => resolve({ kind: "writer", message: "interrupted" });
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
