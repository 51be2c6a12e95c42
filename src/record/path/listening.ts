import type { Server, Socket } from "node:net";
import { runFailure, usageError } from "../../errors.ts";

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

/** Takes no new connections and waits until the open ones are idle, `drainMs` at most. */
export async function closeServer(
  server: Server,
  connections: ReadonlySet<Socket>,
  isIdle: () => boolean,
  drainMs: number,
): Promise<void> {
  server.close();
  await waitUntil(() => connections.size === 0 || isIdle(), drainMs);
}

const POLL_MS = 5;

export async function waitUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}
