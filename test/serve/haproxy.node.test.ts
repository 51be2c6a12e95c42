import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request, type Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket, WebSocketServer } from "ws";
import { describe, expect, onTestFinished, test } from "vitest";
import { startServing } from "../../src/stages/serve.ts";
import { builtFingerprint } from "../support/facts.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePort } from "../support/ports.ts";
import { storeBuiltRun } from "../support/stored-run.ts";
import { CALLS, exchangeBytes } from "./support.ts";

const CONFIGURATION = path.resolve(
  import.meta.dirname,
  "../../docs/integrations/haproxy/agent.cfg",
);
const installed = spawnSync("haproxy", ["-v"]).status === 0;

const NOW = new Date();

interface Stub {
  readonly server: Server;
  readonly address: string;
}

/** A node that says who it is, over HTTP and on each WebSocket. */
async function stubNode(name: string): Promise<Stub> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on("end", () => outgoing.end(name));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.send(name));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    sockets.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { server, address: `127.0.0.1:${port}` };
}

/** Keeps asking with some keep-alive clients, and counts who answered. */
function load(url: string, clients: number): { stop(): Promise<void>; readonly seen: Seen } {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const seen: Seen = { old: 0, candidate: 0, failed: 0, lastCandidateAt: 0 };
  const ending = new AbortController();
  const once = (): Promise<void> =>
    new Promise((resolve) => {
      const asking = request(url, { method: "POST", agent }, (answer) => {
        let text = "";
        answer.on("data", (part: Buffer) => (text += part.toString()));
        answer.on("end", () => {
          if (answer.statusCode !== 200) seen.failed++;
          else if (text === "candidate") {
            seen.candidate++;
            seen.lastCandidateAt = performance.now();
          } else seen.old++;
          resolve();
        });
      });
      asking.on("error", () => {
        seen.failed++;
        resolve();
      });
      asking.end("{}");
    });
  const work = Promise.all(
    Array.from({ length: clients }, async () => {
      while (!ending.signal.aborted) {
        await once();
        await wait(2);
      }
    }),
  );
  return {
    seen,
    async stop() {
      ending.abort();
      await work;
      agent.destroy();
    },
  };
}

interface Seen {
  old: number;
  candidate: number;
  failed: number;
  lastCandidateAt: number;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await condition()) return;
    await wait(25);
  }
  throw new Error("it did not come to pass within 10 s");
}

async function ask(url: string): Promise<string> {
  const answer = await fetch(url, { method: "POST", body: "{}" });
  return answer.text();
}

async function askMany(url: string, times: number): Promise<Set<string>> {
  const answers = new Set<string>();
  for (let time = 0; time < times; time++) answers.add(await ask(url));
  return answers;
}

describe.runIf(installed)("HAProxy, the real one, with docs/integrations/haproxy/agent.cfg", () => {
  test("obeys the verdict under load and with open WebSockets, and keeps its state when we are gone", async () => {
    const cwd = temporaryFolder();
    const folder = storeBuiltRun(cwd, "run", CALLS.fail, { finishedAt: NOW });
    const accepted = path.join(cwd, "accepted.yaml");
    const fingerprint = builtFingerprint("result-to-error", "eth_getBalance");
    const acceptIt = (): void =>
      writeFileSync(
        accepted,
        `accepted:\n  - { fingerprint: ${fingerprint}, reason: known, owner: ops, expires: 2099-01-01 }\n`,
      );
    acceptIt();
    const serving = {
      judging: {
        runs: [folder],
        since: null,
        accepted: undefined,
        settings: {},
        settingsPath: null,
        cwd,
      },
      window: null,
      listen: { host: "127.0.0.1", port: 0 },
      access: { token: null },
      now: () => new Date(),
    };
    const agentPort = await freePort();
    const agent = {
      listen: { host: "127.0.0.1", port: agentPort },
      policy: { onFail: "down", onInconclusive: "hold", weight: null },
    } as const;
    const old = await stubNode("old");
    const candidate = await stubNode("candidate");
    const port = await freePort();
    const haproxy = startHaproxy({
      RPC_LISTEN: `127.0.0.1:${port}`,
      OLD_NODE: old.address,
      CANDIDATE_NODE: candidate.address,
      AGENT_HOST: "127.0.0.1",
      AGENT_PORT: String(agentPort),
    });
    const url = `http://127.0.0.1:${port}/`;
    const served = await startServing({ ...serving, agent });
    await until(async () => (await askMany(url, 30).catch(() => new Set())).size === 2);
    for (const [header, target] of [
      [{ "x-node-version": "candidate" }, url],
      [{}, `${url}candidate`],
    ] as const) {
      const answer = await fetch(target, { headers: header });
      expect(await answer.text()).toBe("candidate");
    }

    const sockets = await Promise.all(Array.from({ length: 30 }, () => openSocket(url)));
    const onCandidate = sockets.filter(({ node }) => node === "candidate");
    expect(onCandidate.length).toBeGreaterThan(0);
    const traffic = load(url, 8);
    await until(() => traffic.seen.candidate > 50);
    rmSync(accepted);
    const turnedAt = performance.now();
    await until(() => onCandidate.every(({ socket }) => socket.readyState === WebSocket.CLOSED));
    const after = traffic.seen.old + 500;
    await until(() => traffic.seen.old > after);
    await traffic.stop();
    expect(traffic.seen.failed).toBe(0);
    // Under a second on an idle machine, which a test can't count on.
    expect(traffic.seen.lastCandidateAt - turnedAt).toBeLessThan(30_000);
    const closed = sockets.filter(({ socket }) => socket.readyState !== WebSocket.OPEN);
    expect(closed.every(({ node }) => node === "candidate")).toBe(true);

    // Gone after a fail: the candidate stays out.
    await served.stop();
    await silentAgent(agentPort);
    expect(await askMany(url, 100)).toEqual(new Set(["old"]));
    // Back, with too little to decide: what was decided holds.
    acceptIt();
    const judging = { ...serving.judging, settings: { require: { comparedCalls: 1_000_000 } } };
    const undecided = await startServing({ ...serving, judging, agent });
    expect(await exchangeBytes(undecided.agentUrl ?? "", "")).toMatch(/^down #shadowdiff:/);
    await undecided.stop();
    // Back with a pass: the candidate is in again, and stays so when we are gone.
    const again = await startServing({ ...serving, agent });
    await until(async () => (await askMany(url, 30)).size === 2);
    await again.stop();
    await silentAgent(agentPort);
    expect(await askMany(url, 30)).toEqual(new Set(["old", "candidate"]));
    for (const { socket } of sockets) socket.terminate();
    haproxy.kill();
  });
});

test.runIf(!installed)("HAProxy is not installed: its test is left out", () => {
  expect(installed).toBe(false);
});

/** Takes the agent's port and says nothing, until HAProxy has asked three times. */
async function silentAgent(port: number): Promise<void> {
  let asked = 0;
  const server = createTcpServer((socket) => {
    asked++;
    socket.on("error", () => {});
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await until(() => asked >= 3);
  server.close();
}

function startHaproxy(env: Record<string, string>): ChildProcess {
  const child = spawn("haproxy", ["-f", CONFIGURATION, "-db"], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill());
  return child;
}

function openSocket(url: string): Promise<{ socket: WebSocket; node: string }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http:", "ws:"));
    socket.once("message", (data: Buffer) => resolve({ socket, node: data.toString() }));
    socket.on("error", reject);
  });
}
