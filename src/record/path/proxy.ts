import { createServer } from "node:net";
import type { Server } from "node:net";
import { abort, joinSockets } from "./pipe.ts";
import type { Joined, PipeObserver } from "./pipe.ts";
import { connectUpstream, rewrites } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";

/** A server whose connections can be let go one by one. */
export interface Proxy {
  readonly server: Server;
  /** Open connections. */
  readonly connections: () => number;
  /** Each connection is to end after its answer. */
  drain(): void;
  /** Ends those on which nothing is under way. */
  closeQuiet(): void;
  /** Ends what is still open: quiet connections properly, those in the middle of something as a reset. */
  closeAll(): void;
}

/** A server that joins each client with a connection of its own to the upstream. `observe` gives what looks at each, if anything. */
export function createProxy(
  upstream: Upstream,
  observe: () => PipeObserver | undefined = () => undefined,
): Proxy {
  const rewriting = rewrites(upstream) ? upstream : null;
  const connections = new Set<Joined>();
  let draining = false;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const joined = joinSockets(client, connectUpstream(upstream), observe(), rewriting);
    connections.add(joined);
    client.once("close", () => connections.delete(joined));
    if (draining) joined.drain();
  });
  const closeQuiet = (): void => {
    for (const joined of connections) if (joined.isQuiet()) joined.client.destroySoon();
  };
  return {
    server,
    connections: () => connections.size,
    drain() {
      draining = true;
      for (const joined of connections) joined.drain();
    },
    closeQuiet,
    closeAll() {
      for (const joined of connections) {
        if (joined.mayEnd()) joined.client.destroySoon();
        else abort(joined.client);
      }
    },
  };
}
