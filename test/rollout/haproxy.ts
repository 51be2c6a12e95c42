import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../support/ports.ts";

/** Whether Debian's haproxy is here; tests say what they skip without it. */
export const HAS_HAPROXY = spawnSync("haproxy", ["-v"]).status === 0;

/** A node that says its name, and errs where it is told to. */
export class NamedNode {
  errs = false;
  readonly name: string;
  readonly server: Server;

  constructor(name: string) {
    this.name = name;
    this.server = createServer((request, response) => {
      request.resume().on("end", () => {
        response.writeHead(this.errs ? 500 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: this.name }));
      });
    });
  }

  async start(): Promise<void> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

export interface Haproxy {
  readonly url: string;
  readonly socket: string;
  stop(): Promise<void>;
}

export interface AgentPorts {
  readonly old: number;
  readonly candidate: number;
}

/** A real HAProxy before some old and some new nodes. */
export async function startHaproxy(
  old: readonly { readonly port: number }[],
  candidate: readonly { readonly port: number }[],
  agents: AgentPorts | null = null,
): Promise<Haproxy> {
  const folder = mkdtempSync(path.join(tmpdir(), "sd-ha-"));
  const socket = path.join(folder, "s");
  const port = await freePort();
  const agent = (at: number): string =>
    agents === null
      ? ""
      : ` agent-check agent-addr 127.0.0.1 agent-port ${at} agent-inter 100ms on-marked-down shutdown-sessions`;
  const server = (
    name: string,
    node: { readonly port: number },
    weight: number,
    at: number,
  ): string =>
    `  server ${name} 127.0.0.1:${node.port} weight ${weight} check inter 500ms${agent(at)}`;
  writeFileSync(
    path.join(folder, "haproxy.cfg"),
    [
      "global",
      // One thread: with more, each deals out its own round robin.
      "  nbthread 1",
      `  stats socket ${socket} mode 600 level admin`,
      "  maxconn 2000",
      "defaults",
      "  mode http",
      "  timeout connect 1s",
      "  timeout client 10s",
      "  timeout server 10s",
      "frontend rpc",
      `  bind 127.0.0.1:${port}`,
      "  default_backend nodes",
      "backend nodes",
      "  balance roundrobin",
      ...old.map((node, index) => server(`old${index}`, node, 100, agents?.old ?? 0)),
      ...candidate.map((node, index) =>
        server(`new${index}`, node, agents === null ? 0 : 100, agents?.candidate ?? 0),
      ),
      "",
    ].join("\n"),
  );
  const child: ChildProcess = spawn("haproxy", ["-db", "-f", path.join(folder, "haproxy.cfg")], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tried = 0; tried < 500; tried += 1) {
    if (await answers(url)) break;
    await pause(20);
  }
  return {
    url,
    socket,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { method: "POST", body: "{}" });
    await response.text();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Who answered each of `count` requests. */
export async function whoAnswers(url: string, count: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let asked = 0; asked < count; asked += 1) {
    const response = await fetch(url, { method: "POST", body: "{}" });
    const { result } = (await response.json()) as { result: string };
    const side = result.replace(/\d+$/, "");
    seen[side] = (seen[side] ?? 0) + 1;
  }
  return seen;
}
