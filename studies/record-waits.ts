import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { provenance, writeEvidence } from "./support/replaying.ts";

/** Of so many rounds the lesser worst wait counts: what else the machine does comes and goes. */
const ROUNDS = 2;
/** Where the recorder seems to cost more than the limit, so many rounds of both are added at most, for the same reason. */
const MORE_ROUNDS = 4;
const BETWEEN_MS = 4;
const AFTER_MS = 300;
const LIMIT_MS = 100;

/** Another customer: a call after the other on a connection that stays open. */
class Other {
  worstMs = 0;
  calls = 0;
  failed = 0;
  private ending = false;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly done: Promise<void>;

  constructor(port: number) {
    this.done = this.run(port);
  }

  async end(): Promise<void> {
    this.ending = true;
    await this.done;
    this.agent.destroy();
  }

  private async run(port: number): Promise<void> {
    while (!this.ending) {
      const from = performance.now();
      const isAnswered = await this.ask(port);
      this.calls += 1;
      if (!isAnswered) this.failed += 1;
      this.worstMs = Math.max(this.worstMs, performance.now() - from);
      await wait(BETWEEN_MS);
    }
  }

  private async ask(port: number): Promise<boolean> {
    const body = '{"jsonrpc":"2.0","id":7,"method":"eth_call","params":[]}';
    return await new Promise((resolve) => {
      const sent = request(
        { port, host: "127.0.0.1", method: "POST", agent: this.agent },
        (response) => {
          response.resume();
          response.once("close", () => resolve(response.complete));
        },
      );
      sent.once("error", () => resolve(false));
      sent.end(body);
    });
  }
}

interface Row {
  readonly name: string;
  /** The least of the worst waits, ms. */
  direct: number;
  through: number;
  rounds: number;
}

const isOver = ({ direct, through }: Row): boolean => through > direct + LIMIT_MS;

export const study = {
  name: "record-waits",
  summary:
    "the longest wait of another customer beside each hostile input, with and without the recorder",
  async run([only = ""]: readonly string[]): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-waits-"));
    const node = spawn(
      process.execPath,
      [path.join(import.meta.dirname, "support/hostile-node.ts")],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const [nodePort] = await once(createInterface({ input: node.stdout }), "line");
    const recorder = spawn(
      process.execPath,
      recordWords(nodePort, path.join(folder, "waits.sqlite")),
      { env: { ...process.env, SHADOWDIFF_KEY: "a key for studies, of 32 letters" } },
    );
    let said = "";
    recorder.stderr.on("data", (part: Buffer) => {
      said += part.toString();
    });
    const ended = once(recorder, "exit");
    while (!/ at http/.test(said)) await wait(20);
    const port = Number(/ at http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
    let mostMib = 0;
    const watch = setInterval(() => {
      mostMib = Math.max(mostMib, residentMib(recorder.pid ?? 0));
    }, 50);
    const hostile = new Worker(new URL("./support/one-act-worker.ts", import.meta.url), {
      workerData: { names: true },
      execArgv: ["--no-warnings"],
    });
    const [names]: string[][] = await once(hostile, "message");
    let failed = 0;
    const worst = async (index: number, at: number): Promise<number> => {
      const other = new Other(at);
      await wait(AFTER_MS / 3);
      other.worstMs = 0;
      hostile.postMessage({ index, port: at }, []);
      await once(hostile, "message");
      await wait(AFTER_MS);
      await other.end();
      failed += other.failed;
      return other.worstMs;
    };
    const rows: Row[] = [];
    for (const [index, name] of (names ?? []).entries()) {
      if (!name.includes(only)) continue;
      // Once before it counts: making the bytes takes the machine as well.
      hostile.postMessage({ index, port: Number(nodePort) }, []);
      await once(hostile, "message");
      const row: Row = { name, direct: Infinity, through: Infinity, rounds: 0 };
      while (row.rounds < ROUNDS || (isOver(row) && row.rounds < ROUNDS + MORE_ROUNDS)) {
        row.direct = Math.min(row.direct, await worst(index, Number(nodePort)));
        row.through = Math.min(row.through, await worst(index, port));
        row.rounds += 1;
      }
      rows.push(row);
      console.log(
        `${name}: ${row.direct.toFixed(0)} ms direct, ${row.through.toFixed(0)} ms through, ${row.rounds} rounds`,
      );
    }
    clearInterval(watch);
    await hostile.terminate();
    recorder.kill("SIGTERM");
    const [code] = await ended;
    node.stdin.end();
    rmSync(folder, { recursive: true, force: true });
    const over = rows.filter(isOver);
    writeEvidence("record-waits", [
      "# What another customer waits beside a hostile one",
      "",
      provenance("npm run study record-waits"),
      "",
      `${rows.length} inputs, sent to the node itself and through the recorder by turns, ${ROUNDS} times each; meanwhile another customer calls on a connection of its own.`,
      `The longest wait of that customer, in ms: the least of the rounds, as what else the machine does comes and goes; ${MORE_ROUNDS} rounds more of both at most where that is over the limit. The node is a process of Node.js that reads the hostile bodies too; it, the`,
      "recorder and the clients share two cores with whatever else the machine does.",
      "",
      `**${over.length} of ${rows.length} more than ${LIMIT_MS} ms past the direct wait.** Calls of that customer that failed: ${failed}. Exit code ${code}.`,
      `Resident memory at most ${mostMib.toFixed(0)} MiB, with \`--capture-memory\` of 256 MiB.`,
      "",
      "| input | direct | through the recorder | rounds |",
      "| --- | ---: | ---: | ---: |",
      ...rows.map(
        (row) =>
          `| ${row.name} | ${row.direct.toFixed(0)} | ${row.through.toFixed(0)}${isOver(row) ? " (!)" : ""} | ${row.rounds} |`,
      ),
    ]);
  },
};

function recordWords(nodePort: string, out: string): string[] {
  const main = path.resolve(import.meta.dirname, "../src/main.ts");
  const target = `http://127.0.0.1:${nodePort}`;
  const words = `record --target ${target} --listen 127.0.0.1:0 --min-free 1MB --out`;
  return [main, ...words.split(" "), out];
}

function residentMib(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return 0;
  }
}
