import { createServer } from "node:http";
import type { Server } from "node:http";
import { Counter, Gauge, Registry } from "prom-client";

/** A recorder's counters at one moment: arrived = stored + dropped + pending. */
export interface RecorderCounts {
  readonly arrived: number;
  readonly stored: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Still with the client or the upstream, being decoded, in the queue, or sent to the writer. */
  readonly pending: number;
  readonly queueItems: number;
  readonly queueBytes: number;
  readonly connections: number;
  readonly recordingBytes: number;
  readonly writerReady: boolean;
  /** Why nothing is being stored at the moment (\`disk-full\`, \`writer-died\`, \`queue-full\`…), or null. */
  readonly notStoring: string | null;
  readonly captureRestarts: number;
  /** Bytes that passed and nobody could read, and how many connections they were of. */
  readonly unreadBytes: number;
  readonly unreadConnections: number;
  /** Connections that were closed at once, because there are no more descriptors. */
  readonly refusedConnections: number;
}

/** Serves `/healthz` (200 as long as traffic passes; its text says whether it is recorded) and `/metrics`. */
export function createAdminServer(counts: () => RecorderCounts): Server {
  const registry = metrics(counts);
  return createServer((request, response) => {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path === "/healthz") {
      const { notStoring, pending } = counts();
      const why = notStoring === null ? {} : { why: notStoring };
      response.setHeader("content-type", "application/json");
      const health = { status: "ok", recording: notStoring === null, ...why, pending };
      response.end(`${JSON.stringify(health)}\n`);
    } else if (path === "/metrics") {
      registry.metrics().then(
        (text) => {
          response.setHeader("content-type", registry.contentType);
          response.end(text);
        },
        () => {
          response.statusCode = 500;
          response.end();
        },
      );
    } else {
      response.statusCode = 404;
      response.end("Not found. There are /healthz and /metrics.\n");
    }
  });
}

/** No customer as a label: pseudonyms are many, and metrics are read by many. */
function metrics(counts: () => RecorderCounts): Registry {
  const registry = new Registry();
  for (const { name, help, value } of GAUGES) {
    const gauge = new Gauge({
      name: `shadowdiff_${name}`,
      help,
      registers: [],
      collect() {
        this.set(value(counts()));
      },
    });
    registry.registerMetric(gauge);
  }
  const seen = new Counter({
    name: "shadowdiff_exchanges_seen_total",
    help: "Exchanges that arrived.",
    registers: [],
    collect() {
      this.reset();
      this.inc(counts().arrived);
    },
  });
  const dropped = new Counter({
    name: "shadowdiff_exchanges_dropped_total",
    help: "Exchanges that are in no recording, by reason.",
    labelNames: ["reason"],
    registers: [],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(counts().dropped)) this.inc({ reason }, count);
    },
  });
  const notStoring = new Gauge({
    name: "shadowdiff_not_storing",
    help: "1 while nothing is being stored, and why.",
    labelNames: ["reason"],
    registers: [],
    collect() {
      this.reset();
      const reason = counts().notStoring;
      if (reason !== null) this.set({ reason }, 1);
    },
  });
  registry.registerMetric(notStoring);
  registry.registerMetric(seen);
  registry.registerMetric(dropped);
  return registry;
}

interface GaugeRow {
  readonly name: string;
  readonly help: string;
  readonly value: (all: RecorderCounts) => number;
}

const GAUGES: readonly GaugeRow[] = [
  { name: "exchanges_stored", help: "Exchanges in recordings.", value: (all) => all.stored },
  {
    name: "exchanges_pending",
    help: "Exchanges neither stored nor dropped yet.",
    value: (all) => all.pending,
  },
  {
    name: "queue_items",
    help: "Exchanges that wait for the writer.",
    value: (all) => all.queueItems,
  },
  { name: "queue_bytes", help: "Bytes that wait for the writer.", value: (all) => all.queueBytes },
  { name: "connections", help: "Open client connections.", value: (all) => all.connections },
  { name: "recording_bytes", help: "Size of the recording.", value: (all) => all.recordingBytes },
  {
    name: "storing",
    help: "1 while what is captured gets stored.",
    value: (all) => Number(all.notStoring === null),
  },
  {
    name: "capture_restarts",
    help: "How often the capture thread had to be started anew.",
    value: (all) => all.captureRestarts,
  },
  {
    name: "unread_bytes",
    help: "Bytes that passed and could not be read: of how many exchanges is not known.",
    value: (all) => all.unreadBytes,
  },
  {
    name: "unread_connections",
    help: "Connections of which bytes could not be read, each as often as it happened.",
    value: (all) => all.unreadConnections,
  },
  {
    name: "connections_refused",
    help: "Connections closed at once, for want of file descriptors.",
    value: (all) => all.refusedConnections,
  },
  {
    name: "writer_up",
    help: "1 while the writer has a file open.",
    value: (all) => Number(all.writerReady),
  },
];
