import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

const HALF_OPEN_IDLE_MS = 300_000;

/** What looks at the bytes as they pass. Must not throw and must not keep anyone waiting. */
export interface PipeObserver {
  fromClient(bytes: Buffer): void;
  fromServer(bytes: Buffer): void;
  serverEnded(): void;
  closed(): void;
}

/**
 * Joins two sockets: bytes as they came, one side waits when the other does not read, half-closed stays half-closed, and an
 * abort on one side aborts the other. `rewrite` may change what the client sends.
 */
export function joinSockets(
  client: Socket,
  server: Socket,
  observer: PipeObserver | undefined,
  rewrite: ((bytes: Buffer) => Buffer) | undefined,
): void {
  let closed = false;
  client.on("data", (bytes) => {
    const passed = rewrite === undefined ? bytes : rewrite(bytes);
    if (passed.length > 0 && server.writable && !server.write(passed)) client.pause();
    observer?.fromClient(bytes);
  });
  server.on("data", (bytes) => {
    if (client.writable && !client.write(bytes)) server.pause();
    observer?.fromServer(bytes);
  });
  server.on("drain", () => client.resume());
  client.on("drain", () => server.resume());
  client.on("end", () => {
    server.end();
    limitHalfOpen(client, server);
  });
  server.on("end", () => {
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

/** Ends every socket: after what was written to it, or at once. */
export function closeSockets(sockets: Iterable<Socket>, asReset: boolean): void {
  for (const socket of sockets) {
    if (asReset) abort(socket);
    else socket.destroySoon();
  }
}
