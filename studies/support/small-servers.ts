import { fork, type ChildProcess } from "node:child_process";
import path from "node:path";

export interface SmallServer {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

/** A server of small answers in a process of its own, so that its CPU time is not the client's. */
export async function startSmallServer(kind: "usual" | "changed" = "usual"): Promise<SmallServer> {
  const child: ChildProcess = fork(path.join(import.meta.dirname, "small-server.ts"), [kind]);
  const port = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const url = `http://127.0.0.1:${String(port)}`;
  return { url, pid: child.pid ?? 0, stop: () => void child.kill() };
}
