import { createServer, type Server, type Socket } from "node:net";
import { agentLine, type AgentPolicy } from "./agent-line.ts";
import type { VerdictSource } from "./judgement.ts";

/** What was last said of a pass or a fail, kept where a restart finds it. */
export interface AgentMemory {
  read(): string | null;
  write(line: string): void;
}

export interface Agent {
  readonly server: Server;
  close(): void;
}

const CONNECTIONS = 64;
const IDLE_MS = 5_000;

/** HAProxy's agent-check: each connection gets one line and is closed. What the other side sends is not read. */
export function createAgent(
  source: VerdictSource,
  window: string | null,
  policy: AgentPolicy,
  memory: AgentMemory,
): Agent {
  let last = memory.read();
  const open = new Set<Socket>();
  const say = (): string => {
    const { verdict, reasons } = source.judge(window).verdict;
    const code = reasons.find((reason) => reason.verdict === verdict)?.code ?? verdict;
    const line = agentLine(verdict, code, last, policy);
    if (verdict !== "inconclusive" && line !== last) {
      last = line;
      memory.write(line);
    }
    return line;
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => {});
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.resume();
    socket.end(`${say()}\n`);
  });
  server.maxConnections = CONNECTIONS;
  return {
    server,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
