import type { Server } from "node:net";
import { readFileSync, readdirSync } from "node:fs";

/** Kept free for the admin server, the writer's pipes and a new capture thread. */
const RESERVED = 32;

/** Below it, it is said at the start: a busy gateway holds more. */
const FEW_CONNECTIONS = 2_000;

/** How many connections fit under the process's limit of open files. */
interface DescriptorRoom {
  readonly limit: number;
  readonly connections: number;
}

/** `each`: descriptors that a connection takes. Null where the limit can't be learnt (not on Linux) or there is none. */
function descriptorRoom(each: number): DescriptorRoom | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.NaN);
    if (!Number.isFinite(limit)) return null;
    const used = readdirSync("/proc/self/fd").length;
    return { limit, connections: Math.max(1, Math.floor((limit - used - RESERVED) / each)) };
  } catch {
    return null;
  }
}

/**
 * Refuses connections that would take the last descriptors, so that health and metrics can still be asked; says so at the start
 * where there are few. Gives how many were refused.
 */
export function limitConnections(
  server: Server,
  each: number,
  notice: ((text: string) => void) | undefined,
): () => number {
  const room = descriptorRoom(each);
  let refused = 0;
  if (room === null) return () => refused;
  const { limit, connections } = room;
  server.maxConnections = connections;
  server.on("drop", () => {
    refused += 1;
    // At 1, 2, 4 and so on: who is refused tries again at once.
    if ((refused & (refused - 1)) !== 0) return;
    notice?.(
      `${refused} connections refused: no more than ${connections} fit under the limit of ${limit} open files`,
    );
  });
  if (connections < FEW_CONNECTIONS)
    notice?.(
      `At most ${connections} connections at once: the limit is ${limit} open files (ulimit -n raises it)`,
    );
  return () => refused;
}
