import { parentPort, workerData } from "node:worker_threads";
import { HOSTILITIES } from "./hostile-clients.ts";

/** Hostile clients in a thread of their own, so that ordinary ones do not wait for them. Posts the name of each act. */
const { port, actors, ms }: { port: number; actors: number; ms: number } = workerData;
const deadline = performance.now() + ms;

async function actor(first: number): Promise<void> {
  for (let index = first; performance.now() < deadline; index += actors) {
    const each = HOSTILITIES[index % HOSTILITIES.length];
    if (each === undefined) return;
    await each.act(port);
    parentPort?.postMessage(each.name, []);
  }
}

await Promise.all(Array.from({ length: actors }, async (_, index) => await actor(index)));
process.exit(0);
