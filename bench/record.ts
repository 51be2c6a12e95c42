import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../src/demo/steps.ts";
import { answering, ended, installed, startNginx, startOurs } from "./support/running.ts";
import type { Running } from "./support/running.ts";
import { cpuSeconds } from "./support/thread-time.ts";

const ROUNDS = 3;
const SECONDS = 6;
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 32;
const MITMDUMP = process.env["MITMDUMP"] ?? "mitmdump";

interface Measured {
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly cpuMicros: number;
}

interface Contender {
  readonly name: string;
  /** Starts it in front of `upstream`; gives where it listens and the processes whose CPU time is its. */
  start(upstream: string, folder: string): Promise<Running>;
}

const ANSWER =
  '{"jsonrpc":"2.0","id":1,"result":"0x0000000000000000000000000000000000000000000000000000000000000001"}';

/** A wrk script: small calls, each of its own; their ids are that of the answer, as a node's would be. */
const CALLS = `local n = 0
request = function()
  n = n + 1
  return wrk.format("POST", "/", {["Content-Type"] = "application/json", ["User-Agent"] = "ethers/5.7.2"},
    '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"0x5fbdb2315678afecb367f032d93f642f64180aa3","data":"0x' .. string.format("%08x", n) .. '"},"latest"]}')
end
`;

const toUpstream = (upstream: string): string =>
  `upstream node { server ${new URL(upstream).host}; keepalive 64; }`;
const passes = 'proxy_pass http://node; proxy_http_version 1.1; proxy_set_header Connection "";';

const CONTENDERS: Record<"plain" | "mirror" | "off" | "on" | "mitm", Contender> = {
  plain: {
    name: "nginx proxy_pass",
    start: async (upstream, folder) =>
      startNginx(
        (port) =>
          `${toUpstream(upstream)} server { listen 127.0.0.1:${port}; location / { ${passes} } }`,
        folder,
      ),
  },
  mirror: {
    name: "nginx with mirror",
    start: async (upstream, folder) =>
      startNginx(
        (
          port,
          sinkPort,
        ) => `${toUpstream(upstream)} upstream copies { server 127.0.0.1:${sinkPort}; keepalive 64; }
          server { listen 127.0.0.1:${port}; location / { mirror /copy; ${passes} }
            location /copy { internal; proxy_pass http://copies; proxy_http_version 1.1; proxy_set_header Connection ""; } }
          server { listen 127.0.0.1:${sinkPort}; location / { return 204; } }`,
        folder,
      ),
  },
  off: {
    name: "shadowdiff, recording off",
    start: async (upstream, folder) => startOurs("off", upstream, folder),
  },
  on: {
    name: "shadowdiff record",
    start: async (upstream, folder) => startOurs("on", upstream, folder),
  },
  mitm: {
    name: "mitmdump writing flows",
    async start(upstream, folder) {
      const port = await freePort();
      const flows = path.join(folder, `flows-${port}`);
      const child = spawn(
        MITMDUMP,
        [
          "-q",
          "--mode",
          `reverse:${upstream}`,
          "--listen-host",
          "127.0.0.1",
          "-p",
          String(port),
          "-w",
          flows,
        ],
        { stdio: "ignore" },
      );
      await answering(`http://127.0.0.1:${port}/`);
      return {
        url: `http://127.0.0.1:${port}/`,
        pids: [child.pid ?? 0],
        async stop() {
          await ended(child, "SIGTERM");
          return null;
        },
      };
    },
  },
};

async function measure(contender: Contender, upstream: string, folder: string): Promise<Measured> {
  const running = await contender.start(upstream, folder);
  // A recorder runs for days: what the compiler does in its first seconds is not what is measured.
  await wrk(running.url, folder, WARM_UP_SECONDS);
  const before = cpuSeconds(running.pids);
  const { status, stdout } = await wrk(running.url, folder, SECONDS);
  const after = cpuSeconds(running.pids);
  const problem = await running.stop();
  if (problem !== null) console.log(`${contender.name}: ${problem}`);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (status !== 0 || /Non-2xx|Socket errors/.test(stdout))
    throw new Error(`${contender.name}:\n${stdout}`);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
    p99Ms: inMs(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
    cpuMicros: ((after - before) / requests) * 1e6,
  };
}

async function wrk(
  url: string,
  folder: string,
  seconds: number,
): Promise<{ status: number | null; stdout: string }> {
  const child = spawn("wrk", [
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    "--latency",
    "-s",
    path.join(folder, "calls.lua"),
    url,
  ]);
  let stdout = "";
  child.stdout.on("data", (part: Buffer) => {
    stdout += part.toString();
  });
  const [status]: (number | null)[] = await once(child, "exit");
  return { status: status ?? null, stdout };
}

function inMs(match: RegExpExecArray | null): number {
  const unit = { us: 0.001, ms: 1, s: 1_000 }[match?.[2] ?? "ms"] ?? 1;
  return Number(match?.[1]) * unit;
}

export const bench = {
  name: "record",
  summary: "the recorder against nginx, nginx with mirror, mitmdump and itself with recording off",
  async run(): Promise<void> {
    const missing = ["nginx", "wrk"].filter((program) => !installed(program));
    if (missing.length > 0) {
      console.log(
        `skipped: ${missing.join(" and ")} not installed (apt-get install ${missing.join(" ")})`,
      );
      return;
    }
    const names: (keyof typeof CONTENDERS)[] = ["plain", "mirror", "off", "on"];
    if (installed(MITMDUMP)) names.push("mitm");
    else console.log("skipped: mitmdump is not installed (MITMDUMP names another path)");
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-bench-"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "calls.lua"), CALLS);
    const upstream = await startNginx(
      (port) =>
        `server { listen 127.0.0.1:${port}; default_type application/json; location / { return 200 '${ANSWER}'; } }`,
      folder,
    );
    const all = new Map<string, Measured[]>(names.map((name) => [name, []]));
    // In turns, so that whatever else the machine does hits all of them.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of names)
        all.get(name)?.push(await measure(CONTENDERS[name], upstream.url, folder));
    }
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true });
    const middle = (name: string, field: keyof Measured): number => {
      const values = (all.get(name) ?? []).map((each) => each[field]).sort((a, b) => a - b);
      return values[Math.floor(values.length / 2)] ?? Number.NaN;
    };
    console.log(
      `${ROUNDS} rounds of ${SECONDS} s in turns, ${CONNECTIONS} connections, middle values; no sampling`,
    );
    for (const name of names) {
      console.log(
        `${CONTENDERS[name].name.padEnd(28)} ${middle(name, "perSecond").toFixed(0).padStart(7)} requests/s  p99 ${middle(name, "p99Ms").toFixed(1).padStart(7)} ms  ${middle(name, "cpuMicros").toFixed(1).padStart(7)} µs of CPU a request`,
      );
    }
    const ratio = (other: string, wanted: string): void => {
      if (!all.has(other)) return;
      console.log(
        `record / ${CONTENDERS[other as keyof typeof CONTENDERS].name}: ${(middle("on", "perSecond") / middle(other, "perSecond")).toFixed(2)} (${wanted})`,
      );
    };
    ratio("mirror", "wanted 2 or more");
    ratio("mitm", "wanted 25 or more");
    ratio("off", "wanted 0.85 or more");
    ratio("plain", "aim 0.5");
    console.log(
      `p99 of record / recording off: ${(middle("on", "p99Ms") / middle("off", "p99Ms")).toFixed(2)} (wanted 1.5 or less)`,
    );
  },
};
