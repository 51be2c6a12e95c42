import type { Server } from "node:net";
import { runFailure, usageError } from "../../errors.ts";

import type { Proxy } from "./proxy.ts";

export interface Listen {
  readonly host: string;
  readonly port: number;
}

/** Reads `127.0.0.1:8545`, `[::1]:8545`, `localhost:0` or `:8545` (127.0.0.1). Throws a usage error for anything else. */
export function parseListen(text: string, flag: string): Listen {
  const match = /^(?:\[([0-9a-f:.]+)\]|([\w.-]*)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  if (match === null || !(port <= 65_535)) {
    throw usageError(`${flag} ${text} is not understood`, {
      details: ["Give HOST:PORT, such as 127.0.0.1:8545; port 0 takes a free one."],
    });
  }
  return { host: match[1] ?? (match[2] === "" ? "127.0.0.1" : (match[2] ?? "127.0.0.1")), port };
}

/** Starts listening. Rejects with a run failure that names the address. */
export async function listen(server: Server, at: Listen, flag: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === "EADDRINUSE"
          ? "another program uses that port"
          : (cause.code ?? cause.message);
      reject(runFailure(`Cannot listen at ${flag} ${at.host}:${at.port}: ${why}`, { cause }));
    });
    server.listen({ host: at.host, port: at.port, backlog: 4096 }, resolve);
  });
  // Later ones (too many open files) must not end the process: those who are connected stay so.
  server.removeAllListeners("error");
  server.on("error", () => {});
}

export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return "";
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/**
 * Takes no new connections, lets each one end after its answer, closes those on which nothing comes for a while, and after
 * `drainMs` the rest.
 */
export async function drainProxy(proxy: Proxy, drainMs: number): Promise<void> {
  const deadline = performance.now() + drainMs;
  proxy.server.close();
  proxy.drain();
  // A client that is about to ask again is answered once more, and told that it was the last time.
  await waitUntil(() => proxy.connections() === 0, Math.min(IDLE_MS, drainMs / 2));
  await waitUntil(() => {
    proxy.closeQuiet();
    return proxy.connections() === 0;
  }, deadline - performance.now());
  proxy.closeAll();
  await waitUntil(() => proxy.connections() === 0, CLOSE_MS);
}

/** A client that asks again at all mostly does so within it. */
const IDLE_MS = 1_000;
/** For sockets to be closed and what they left half-way to be counted. */
const CLOSE_MS = 1_000;
/** Only while stopping: no wait that a person would notice. */
const POLL_MS = 5;

export async function waitUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
