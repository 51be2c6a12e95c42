import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { HttpRelay } from "./http-relay.ts";
import type { RelayEnds } from "./http-relay.ts";
import type { Rewriting } from "./rewrite-head.ts";

/** A side that has said its last may still wait for a long answer: a trace takes minutes. */
const HALF_OPEN_IDLE_MS = 300_000;

/** What looks at the bytes as they pass. Must not throw and must not keep anyone waiting. */
export interface PipeObserver {
  fromClient(bytes: Buffer): void;
  fromServer(bytes: Buffer): void;
  serverEnded(): void;
  closed(): void;
  /** Whether nothing is under way on it, as it was a moment ago; null where nobody can tell. */
  isIdle?(): boolean | null;
}

/** Two sockets that were joined. */
export interface Joined {
  readonly client: Socket;
  /** Lets it end after the answer that is under way, or the next one. */
  drain(): void;
  /** Whether nothing is under way and nothing has come for a while. */
  isQuiet(): boolean;
  /** Whether nothing seems to be under way. */
  mayEnd(): boolean;
}

/** How a request begins. Only behind an answer: what looks so within a body is none. */
const REQUEST_LINE = /^[A-Z]{3,10} [!-~]+ HTTP\/1\.[01]\r\n/;
const LONGEST_REQUEST_LINE = 2_048;
/** On a connection that was quiet for so long nothing is under way that could be cut. */
const QUIET_MS = 1_000;
/** Where nobody knows whether the last bytes of the server were the end of an answer: it may be working on the rest. */
const UNSURE_MS = 3_000;

/**
 * Joins two sockets: bytes as they came, one side waits when the other does not read, half-closed stays half-closed, and an
 * abort on one side aborts the other. With `rewriting`, each request is rewritten as the upstream needs it.
 */
export function joinSockets(
  client: Socket,
  server: Socket,
  observer: PipeObserver | undefined,
  rewriting: Rewriting | null,
): Joined {
  let closed = false;
  let draining = false;
  let lastFromServer = true;
  let lastAt = 0;
  const toServer = (bytes: Buffer): void => {
    if (server.writable && !server.write(bytes)) client.pause();
  };
  const toClient = (bytes: Buffer): void => {
    if (client.writable && !client.write(bytes)) server.pause();
  };
  const ends: RelayEnds = {
    toServer,
    toClient,
    end() {
      client.end();
      server.end();
      limitHalfOpen(client, server);
    },
  };
  let relay = rewriting === null ? null : new HttpRelay(ends, rewriting);
  client.on("data", (bytes) => {
    if (draining && relay === null && lastFromServer && startsRequest(bytes)) {
      relay = new HttpRelay(ends, null);
      relay.close();
    }
    lastFromServer = false;
    if (relay === null) toServer(bytes);
    else relay.fromClient(bytes);
    observer?.fromClient(bytes);
  });
  server.on("data", (bytes) => {
    lastFromServer = true;
    if (draining) lastAt = performance.now();
    if (relay === null) toClient(bytes);
    else relay.fromServer(bytes);
    observer?.fromServer(bytes);
  });
  server.on("drain", () => client.resume());
  client.on("drain", () => server.resume());
  client.on("end", () => {
    relay?.clientEnded();
    server.end();
    limitHalfOpen(client, server);
  });
  server.on("end", () => {
    relay?.serverEnded();
    client.end();
    limitHalfOpen(client, server);
    observer?.serverEnded();
  });
  // "close" follows and does the work.
  client.on("error", () => {});
  server.on("error", () => {});
  const onClose = (other: Socket, hadError: boolean): void => {
    if (!closed) observer?.closed();
    closed = true;
    if (hadError) abort(other);
    else other.destroySoon();
  };
  client.on("close", (hadError) => {
    if (hadError || !client.readableEnded) abort(server);
    onClose(server, hadError);
  });
  server.on("close", (hadError) => onClose(client, hadError || !server.readableEnded));
  const mayEnd = (): boolean => {
    if (relay !== null) return relay.isQuiet;
    return lastFromServer && observer?.isIdle?.() !== false;
  };
  return {
    client,
    drain() {
      draining = true;
      lastAt = performance.now();
      relay?.close();
    },
    isQuiet() {
      const isSure = relay !== null || (observer?.isIdle?.() ?? null) !== null;
      return mayEnd() && performance.now() - lastAt > (isSure ? QUIET_MS : UNSURE_MS);
    },
    mayEnd,
  };
}

function startsRequest(bytes: Buffer): boolean {
  return REQUEST_LINE.test(bytes.toString("latin1", 0, LONGEST_REQUEST_LINE));
}

/** A connection of which one side has ended may go on, but not for ever without a byte. */
function limitHalfOpen(...sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.setTimeout(HALF_OPEN_IDLE_MS, () => socket.destroy());
}

/** As a reset, where the transport has one: the other side must not take half an answer for a whole one. */
export function abort(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket instanceof TLSSocket || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
