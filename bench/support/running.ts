import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { RecordingFacts } from "../../src/model/run.ts";
import { freePort } from "../../src/demo/steps.ts";

/** A program in front of a node, while it is measured. */
export interface Running {
  readonly url: string;
  readonly pids: readonly number[];
  /** Ends it; gives what is wrong with its measurement, or null. */
  stop(): Promise<string | null>;
}

/** One nginx worker with these server blocks. */
export async function startNginx(
  servers: (port: number, sinkPort: number) => string,
  folder: string,
): Promise<Running> {
  const [port, sinkPort] = [await freePort(), await freePort()];
  const home = mkdtempSync(path.join(folder, "nginx-"));
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${home}/${name};`,
  );
  const file = path.join(home, "nginx.conf");
  writeFileSync(
    file,
    `worker_processes 1; daemon off; pid ${home}/pid; error_log ${home}/errors; events { worker_connections 4096; }
     http { access_log off; keepalive_requests 1000000000; ${paths.join(" ")} ${servers(port, sinkPort)} }`,
  );
  const child = spawn("nginx", ["-e", `${home}/errors`, "-c", file], { stdio: "ignore" });
  await answering(`http://127.0.0.1:${port}/`);
  const workers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8")
    .trim()
    .split(" ");
  return {
    url: `http://127.0.0.1:${port}/`,
    pids: workers.map(Number),
    async stop() {
      await ended(child, "SIGQUIT");
      return null;
    },
  };
}

/** A recorder in a process of its own, recording or only passing on. */
export async function startOurs(
  mode: "on" | "off",
  upstream: string,
  folder: string,
): Promise<Running> {
  const out = path.join(mkdtempSync(path.join(folder, "ours-")), "bench.sqlite");
  const script = path.join(import.meta.dirname, "recorder-process.ts");
  const child = spawn(process.execPath, [script, upstream.replace(/\/$/, ""), out, mode], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const next = async (): Promise<string> => {
    const [line] = await once(lines, "line");
    return String(line);
  };
  const { url, writerPid }: { url: string; writerPid: number } = JSON.parse(await next());
  return {
    url: `${url}/`,
    pids: [child.pid ?? 0, writerPid],
    async stop() {
      const last = next();
      child.stdin.end();
      const { seen, stored, dropped }: RecordingFacts = JSON.parse(await last);
      await once(child, "exit");
      rmSync(path.dirname(out), { recursive: true });
      if (mode === "on" && (stored !== seen || seen === 0))
        return `${seen - stored} of ${seen} exchanges were not stored: ${JSON.stringify(dropped)}`;
      return null;
    },
  };
}

/** Waits until something answers there. */
export async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    try {
      await (await fetch(url)).text();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`nothing answers at ${url}`);
}

export async function ended(child: ChildProcess, signal: "SIGQUIT" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

export const installed = (program: string): boolean => spawnSync("which", [program]).status === 0;
