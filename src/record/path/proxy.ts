import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import type { CaptureSink } from "../capture/captured.ts";
import { ConnectionCapture } from "../capture/connection-capture.ts";
import type { CaptureLimits } from "../capture/connection-capture.ts";
import { HeadRewriter } from "./head-rewriter.ts";
import { closeSockets, joinSockets } from "./pipe.ts";
import { connectUpstream } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";

export interface Proxy {
  readonly server: Server;
  readonly connections: ReadonlySet<Socket>;
  /** Ends what is still open: idle connections properly, those in the middle of something as a reset. */
  closeAll(asReset: boolean): void;
}

/** A server that joins each client with a connection of its own to the upstream. `capture` null passes bytes only. */
export function createProxy(
  upstream: Upstream,
  capture: { readonly sink: CaptureSink; readonly limits: CaptureLimits } | null,
): Proxy {
  const rewrites = upstream.hostHeader !== null || upstream.basePath !== "";
  const connections = new Set<Socket>();
  let count = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    count += 1;
    connections.add(client);
    client.once("close", () => connections.delete(client));
    const observer =
      capture === null ? undefined : new ConnectionCapture(capture.sink, capture.limits, count);
    const rewriter = rewrites ? new HeadRewriter(upstream) : undefined;
    joinSockets(
      client,
      connectUpstream(upstream),
      observer,
      rewriter && ((bytes) => rewriter.rewrite(bytes)),
    );
  });
  return {
    server,
    connections,
    closeAll: (asReset) => closeSockets(connections, asReset),
  };
}
