import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import Database from "better-sqlite3";
import { Pool } from "undici";
import { openRecording } from "../src/recording/reader.ts";
import { seeded } from "./support/random.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const KILLS = 50;
const PER_TICK = 10;
const TICK_MS = 10;
const LAST_MS = 1_000;

interface Kill {
  readonly answered: number;
  readonly stored: number;
  /** Answered more than a second before the kill, and not in the file: must be 0. */
  readonly missing: number;
  /** Age of the newest stored one at the kill. */
  readonly lostMs: number;
  readonly integrity: string;
  readonly addsUp: boolean;
}

async function killOnce(
  target: string,
  file: string,
  afterMs: number,
  withWriter: boolean,
): Promise<Kill> {
  const script = path.join(import.meta.dirname, "..", "bench", "support", "recorder-process.ts");
  const recorder = spawn(process.execPath, [script, target, file, "on"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const { url, writerPid } = await firstLine(recorder);
  const pool = new Pool(url, { connections: 8 });
  const answeredAt = new Map<number, number>();
  let id = 0;
  const timer = setInterval(() => {
    for (let count = 0; count < PER_TICK; count += 1) {
      id += 1;
      const mine = id;
      pool
        .request({
          method: "POST",
          path: "/",
          headers: { "content-type": "application/json" },
          body: `{"jsonrpc":"2.0","id":${mine},"method":"eth_call","params":[]}`,
        })
        .then(async ({ body }) => {
          await body.text();
          answeredAt.set(mine, performance.now());
        })
        // Those that the kill cuts.
        .catch(() => {});
    }
  }, TICK_MS);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  const killedAt = performance.now();
  recorder.kill("SIGKILL");
  if (withWriter) process.kill(writerPid, "SIGKILL");
  clearInterval(timer);
  await once(recorder, "exit");
  await pool.destroy();
  await gone(writerPid);
  const database = new Database(file, { readonly: true });
  const integrity = String(database.pragma("integrity_check", { simple: true }));
  database.close();
  const reader = openRecording(file);
  const stored = new Set<number>();
  for (const exchange of reader.exchanges()) {
    stored.add(Number(/"id":(\d+)/.exec(exchange.request.body?.toString() ?? "")?.[1]));
  }
  const { facts } = reader;
  reader.close();
  const lost = Object.values(facts.dropped).reduce((sum, count) => sum + count, 0);
  const missing = [...answeredAt].filter(
    ([each, at]) => at < killedAt - LAST_MS && !stored.has(each),
  );
  const newest = Math.max(...[...stored].map((each) => answeredAt.get(each) ?? 0));
  return {
    answered: answeredAt.size,
    stored: stored.size,
    missing: missing.length,
    lostMs: killedAt - newest,
    integrity,
    addsUp: facts.seen === facts.stored + lost,
  };
}

async function firstLine(recorder: ChildProcess): Promise<{ url: string; writerPid: number }> {
  if (recorder.stdout === null) throw new Error("no output");
  const [line]: [string] = (await once(createInterface({ input: recorder.stdout }), "line")) as [
    string,
  ];
  return JSON.parse(line);
}

/** The writer ends by itself once its input ends. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the writer did not end");
}

export const study = {
  name: "record-kill",
  summary: "SIGKILL at a random moment, again and again: is the recording whole",
  async run(args: string[]): Promise<void> {
    const kills = Number(args[0] ?? KILLS);
    const random = seeded(4);
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-kill-"));
    const node = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part));
      request.on("end", () => {
        // An answer to another id would be dropped as one that is not the request's.
        const { id } = JSON.parse(body) as { id: number };
        response.end(`{"jsonrpc":"2.0","id":${id},"result":"0x1"}`);
      });
    });
    node.listen(0, "127.0.0.1");
    await once(node, "listening");
    const { port } = node.address() as AddressInfo;
    const all: Kill[] = [];
    for (let index = 0; index < kills; index += 1) {
      const file = path.join(folder, `${index}.sqlite`);
      all.push(
        await killOnce(`http://127.0.0.1:${port}`, file, 1_200 + random() * 1_500, index % 2 === 1),
      );
      console.error(JSON.stringify(all.at(-1)));
    }
    node.closeAllConnections();
    node.close();
    rmSync(folder, { recursive: true, force: true });
    const worst = Math.max(...all.map((each) => each.lostMs));
    writeEvidence("record-kill", [
      "# SIGKILL at a random moment",
      "",
      provenance("npm run study record-kill"),
      "",
      `${kills} recorders with 1,000 requests a second, killed 1.2 to 2.7 s after their start; every second time the writer process is`,
      "killed in the same moment, else it ends by itself.",
      "",
      "| | |",
      "| --- | ---: |",
      `| killed | ${kills} |`,
      `| recordings that open | ${all.length} |`,
      `| integrity_check ok | ${all.filter((each) => each.integrity === "ok").length} |`,
      `| seen = stored + dropped in the file | ${all.filter((each) => each.addsUp).length} |`,
      `| exchanges answered / stored | ${sum(all, "answered")} / ${sum(all, "stored")} |`,
      `| missing of those answered more than 1 s before | ${sum(all, "missing")} |`,
      `| longest time lost | ${worst.toFixed(0)} ms |`,
    ]);
  },
};

function sum(all: readonly Kill[], field: "answered" | "stored" | "missing"): number {
  return all.reduce((total, each) => total + each[field], 0);
}
