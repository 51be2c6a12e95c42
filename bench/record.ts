import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { RecordingFacts } from "../src/model/run.ts";
import { freePort } from "../src/demo/steps.ts";

const ROUNDS = 3;
const SECONDS = 6;
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 32;
const CLOCK_TICKS = 100;
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

interface Running {
  readonly url: string;
  readonly pids: readonly number[];
  /** Ends it; gives what is wrong with its measurement, or null. */
  stop(): Promise<string | null>;
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

/** One nginx worker with these server blocks. */
async function startNginx(
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

async function startOurs(mode: "on" | "off", upstream: string, folder: string): Promise<Running> {
  const out = path.join(mkdtempSync(path.join(folder, "ours-")), "bench.sqlite");
  const script = path.join(import.meta.dirname, "support", "recorder-process.ts");
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

/** User and system time of these processes: fields 14 and 15 of /proc/PID/stat. */
function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
  }, 0);
}

function inMs(match: RegExpExecArray | null): number {
  const unit = { us: 0.001, ms: 1, s: 1_000 }[match?.[2] ?? "ms"] ?? 1;
  return Number(match?.[1]) * unit;
}

async function answering(url: string): Promise<void> {
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

async function ended(child: ChildProcess, signal: "SIGQUIT" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

const installed = (program: string): boolean => spawnSync("which", [program]).status === 0;

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
