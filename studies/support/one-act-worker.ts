import { parentPort, workerData } from "node:worker_threads";
import { HOSTILITIES } from "./hostile-clients.ts";
import { MORE_HOSTILITIES } from "./more-hostile.ts";

/** Does one hostility at a time, when told, at the port that is told. */
const all = [...HOSTILITIES, ...MORE_HOSTILITIES];
const { names }: { names: boolean } = workerData;
if (names)
  parentPort?.postMessage(
    all.map(({ name }) => name),
    [],
  );
parentPort?.on("message", ({ index, port }: { index: number; port: number }) => {
  void (all[index]?.act(port) ?? Promise.resolve()).then(() => parentPort?.postMessage("done", []));
});
