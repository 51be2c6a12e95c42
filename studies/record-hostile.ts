import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { createInterface } from "node:readline";
import { provenance, writeEvidence } from "./support/replaying.ts";

const MINUTES = 10;
const PER_SECOND = 200;
const ACTORS = 3;
const CONNECTIONS = 16;

/** Ordinary clients: calls at a fixed rate over connections that stay open. */
class Ordinary {
  readonly failures: string[] = [];
  readonly times: number[] = [];
  sent = 0;
  private readonly open = new Set<Promise<void>>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  private readonly port: number;
  private readonly timer: NodeJS.Timeout;

  constructor(port: number) {
    this.port = port;
    const started = performance.now();
    this.timer = setInterval(() => {
      const due = ((performance.now() - started) / 1_000) * PER_SECOND;
      while (this.sent < due) {
        this.sent += 1;
        const one = this.one(this.sent).finally(() => this.open.delete(one));
        this.open.add(one);
      }
    }, 10);
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.open);
    this.agent.destroy();
    this.times.sort((a, b) => a - b);
  }

  /** In ms; 1 is the worst. */
  quantile(share: number): number {
    return this.times[Math.min(this.times.length - 1, Math.floor(this.times.length * share))] ?? 0;
  }

  private async one(id: number): Promise<void> {
    const from = performance.now();
    const body = `{"jsonrpc":"2.0","id":${id},"method":"eth_call","params":[{"to":"0x${id.toString(16).padStart(40, "0")}"},"latest"]}`;
    await new Promise<void>((resolve) => {
      const done = (problem: string | null): void => {
        if (problem !== null) this.failures.push(`call ${id}: ${problem}`);
        this.times.push(performance.now() - from);
        resolve();
      };
      const sent = request(
        { port: this.port, host: "127.0.0.1", method: "POST", agent: this.agent },
        (response) => {
          let text = "";
          response.on("data", (part: Buffer) => {
            text += part.toString();
          });
          response.once("close", () =>
            done(
              response.complete && text.includes(`"id":${id},`) ? null : `got ${text.slice(0, 80)}`,
            ),
          );
        },
      );
      sent.once("error", (error) => done(error.message));
      sent.end(body);
    });
  }
}

export const study = {
  name: "record-hostile",
  summary: "garbage, bombs and half-open connections beside ordinary traffic, for ten minutes",
  async run(args: string[]): Promise<void> {
    const minutes = Number(args[0] ?? MINUTES);
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-hostile-"));
    const node = spawn(
      process.execPath,
      [path.join(import.meta.dirname, "support/hostile-node.ts")],
      {
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    const [nodePort] = await once(createInterface({ input: node.stdout }), "line");
    const main = path.resolve(import.meta.dirname, "../src/main.ts");
    const out = path.join(folder, "hostile.sqlite");
    const flags = ["--target", `http://127.0.0.1:${nodePort}`, "--listen", "127.0.0.1:0"];
    const recorder = spawn(
      process.execPath,
      [
        main,
        "record",
        ...flags,
        "--admin",
        "127.0.0.1:0",
        "--out",
        out,
        "--min-free",
        "1MB",
        "--drain",
        "30s",
      ],
      { env: { ...process.env, SHADOWDIFF_KEY: "a key for studies, of 32 letters" } },
    );
    let said = "";
    let printed = "";
    recorder.stderr.on("data", (part: Buffer) => {
      said += part.toString();
    });
    recorder.stdout.on("data", (part: Buffer) => {
      printed += part.toString();
    });
    const ended = once(recorder, "exit");
    while (!said.includes("metrics at")) await new Promise((resolve) => setTimeout(resolve, 20));
    const port = Number(/ at http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    const admin = /metrics at (\S+)/.exec(said)?.[1] ?? "";
    let mostMib = 0;
    const watch = setInterval(() => {
      mostMib = Math.max(mostMib, residentMib(recorder.pid ?? 0));
    }, 200);
    const through = new Ordinary(port);
    const direct = new Ordinary(Number(nodePort));
    const acts = new Map<string, number>();
    const hostile = new Worker(new URL("./support/hostile-worker.ts", import.meta.url), {
      workerData: { port, actors: ACTORS, ms: minutes * 60_000 },
      execArgv: ["--no-warnings"],
    });
    hostile.on("message", (name: string) => acts.set(name, (acts.get(name) ?? 0) + 1));
    await once(hostile, "exit");
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    await Promise.all([through.end(), direct.end()]);
    clearInterval(watch);
    recorder.kill("SIGTERM");
    const [code] = await ended;
    node.stdin.end();
    rmSync(folder, { recursive: true, force: true });
    const metric = (name: string): string =>
      new RegExp(`^shadowdiff_${name} (\\S+)`, "m").exec(metrics)?.[1] ?? "?";
    const line = (name: string, of: Ordinary): string =>
      `| ${name} | ${of.sent} | ${of.failures.length} | ${[0.5, 0.99, 0.999, 1].map((share) => of.quantile(share).toFixed(1)).join(" | ")} |`;
    writeEvidence("record-hostile", [
      "# Hostile clients beside ordinary ones",
      "",
      provenance(`npm run study record-hostile ${minutes}`),
      "",
      `${minutes} minutes, ${ACTORS} hostile clients at a time in turns over ${acts.size} kinds of hostility, ${[...acts.values()].reduce((sum, each) => sum + each, 0)} acts in all; beside them ordinary calls, ${PER_SECOND} a`,
      "second through the recorder and as many to the node itself, as a control. The clients are in one process, and share the machine's",
      "cores with the node, the recorder and whatever else it does: waits are to be compared with the control's.",
      "",
      "| ordinary calls | sent | failed | p50 ms | p99 ms | p99.9 ms | worst ms |",
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
      line("through the recorder", through),
      line("direct", direct),
      "",
      `Exit code ${code}. ${printed.split("\n")[0]}`,
      "",
      `Resident memory at most ${mostMib.toFixed(0)} MiB (limit: --capture-memory 256 MiB and 250). The capture thread was started anew ${metric("capture_restarts")} times;`,
      `unread ${metric("unread_bytes")} bytes of ${metric("unread_connections")} connections.`,
      "",
      ...(through.failures.length === 0
        ? []
        : ["Failures:", "", ...through.failures.slice(0, 20), ""]),
      "What was done:",
      "",
      ...[...acts].map(([name, count]) => `- ${name}: ${count}`),
      "",
      "What the recorder said:",
      "",
      "```",
      ...[
        ...new Set(
          said.split("\n").filter((text) => /capture thread|Nothing|refused|error/i.test(text)),
        ),
      ].slice(0, 12),
      "```",
    ]);
  },
};

function residentMib(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return 0;
  }
}
