import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { HeadRewriter } from "./head-rewriter.ts";
import { closeSockets, joinSockets } from "./pipe.ts";
import type { PipeObserver } from "./pipe.ts";
import { connectUpstream } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";

export interface Proxy {
  readonly server: Server;
  readonly connections: ReadonlySet<Socket>;
  /** Ends what is still open: idle connections properly, those in the middle of something as a reset. */
  closeAll(asReset: boolean): void;
}

/** A server that joins each client with a connection of its own to the upstream. `observe` gives what looks at each, if anything. */
export function createProxy(
  upstream: Upstream,
  observe: () => PipeObserver | undefined = () => undefined,
): Proxy {
  const rewrites = upstream.hostHeader !== null || upstream.basePath !== "";
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections.add(client);
    client.once("close", () => connections.delete(client));
    const rewriter = rewrites ? new HeadRewriter(upstream) : undefined;
    joinSockets(
      client,
      connectUpstream(upstream),
      observe(),
      rewriter && ((bytes) => rewriter.rewrite(bytes)),
    );
  });
  return {
    server,
    connections,
    closeAll: (asReset) => closeSockets(connections, asReset),
  };
}
