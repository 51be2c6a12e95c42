import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonValue } from "../../src/model/json.ts";
import { runCli } from "../support/cli.ts";
import {
  startFakeNode,
  type Answer,
  type FakeNode,
  type Respond,
} from "../support/servers/fake-node.ts";

/** A day of a node in small: customers, clients, filters that live long, heavy calls, batches, errors. */
export function recordTraffic(folder: string, exchanges: number): Promise<string> {
  const lines = Array.from({ length: exchanges }, (_, number) => JSON.stringify(line(number)));
  return recordLines(folder, "traffic", lines);
}

/** Questions that cost one request of the candidate each, and two of old. */
export function recordBalances(folder: string, exchanges: number): Promise<string> {
  const lines = Array.from({ length: exchanges }, (_, number) =>
    JSON.stringify(rpc(number, "eth_getBalance", [`0x${number}`, "0x10"])),
  );
  return recordLines(folder, "balances", lines);
}

async function recordLines(
  folder: string,
  name: string,
  lines: readonly string[],
): Promise<string> {
  const file = path.join(folder, `${name}.jsonl`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  const recording = path.join(folder, `${name}.sqlite`);
  const env = { SHADOWDIFF_KEY: "0123456789abcdef0123456789abcdef" };
  const { code, stderr } = await runCli(["import", file, "--out", recording], { env });
  if (code !== 0) throw new Error(stderr);
  return recording;
}

const FILTERS = 5;

function line(number: number): JsonValue {
  const { request, result } = asked(number);
  const at = new Date(Date.UTC(2026, 10, 20) + number * 50).toISOString();
  const customer = `customer-${number % 12}`;
  const headers = { "user-agent": `ethers/${5 + (number % 2)}.7.0` };
  const body = result === undefined ? {} : { response: answered(number, result) };
  return { at, customer, request: { method: "POST", path: "/", headers, body: request }, ...body };
}

function answered(id: number, result: JsonValue): JsonValue {
  return { status: 200, body: { jsonrpc: "2.0", id, result } };
}

function rpc(id: number, method: string, params: JsonValue[]): JsonValue {
  return { jsonrpc: "2.0", id, method, params };
}

function asked(number: number): { request: JsonValue; result?: JsonValue } {
  const filter = `0xf${number % FILTERS}`;
  // Opened at the start, asked until the end: their calls lie in all parts of the recording.
  if (number < FILTERS)
    return { request: rpc(number, "eth_newFilter", [{ fromBlock: "0x1" }]), result: filter };
  if (number % 17 === 0)
    return { request: rpc(number, "eth_getFilterChanges", [filter]), result: [] };
  if (number % 40 === 7)
    return { request: rpc(number, "debug_traceTransaction", [`0x${number}`, {}]) };
  if (number % 23 === 3) {
    return {
      request: [
        rpc(number, "eth_getBalance", ["0x1", "0x10"]),
        rpc(number + 1, "eth_call", [{ to: `0x${number % 90}` }, "0x10"]),
      ],
    };
  }
  if (number % 5 === 1) return { request: rpc(number, "eth_sendRawTransaction", ["0x00"]) };
  return { request: rpc(number, "eth_call", [{ to: `0x${number % 90}` }, "latest"]) };
}

/** What both versions answer; the candidate loses a field now and then, and renames an error. */
export function answers(side: "old" | "candidate"): Answer {
  const filters = new Set<string>();
  return ({ method, params }) => {
    const [first] = params;
    if (method === "eth_newFilter") {
      const id = `0x${side === "old" ? "a" : "b"}${filters.size}`;
      filters.add(id);
      return { result: id };
    }
    if (method === "eth_getFilterChanges") {
      return typeof first === "string" && filters.has(first)
        ? { result: [] }
        : { error: { code: -32000, message: "filter not found" } };
    }
    if (method === "debug_traceTransaction")
      return { result: { gas: side === "old" ? 21_000 : "0x5208", structLogs: [] } };
    if (method !== "eth_call") return undefined;
    const to = Number((first as { to: string }).to);
    if (side === "candidate" && to % 10 === 4) return { result: { a: "0x1" } };
    if (to % 10 === 5)
      return { error: { code: side === "old" ? -32000 : -32603, message: "reverted" } };
    return { result: { a: "0x1", b: `0x${to}` } };
  };
}

/** What a target saw of its clients. */
export interface Seen {
  /** Requests under way at once, at most. */
  most: number;
  /** When each balance was asked for, by this process's clock, in ms. */
  readonly at: number[];
}

export interface Pair {
  readonly old: FakeNode;
  readonly candidate: FakeNode;
  readonly words: readonly string[];
  readonly seen: { readonly old: Seen; readonly candidate: Seen };
}

/** Two versions that count who is with them, and take `delayMs` for each answer. */
export async function startPair(delayMs = 0): Promise<Pair> {
  const seen = { old: { most: 0, at: [] as number[] }, candidate: { most: 0, at: [] as number[] } };
  const start = (side: "old" | "candidate"): Promise<FakeNode> =>
    startFakeNode({ answer: answers(side), respond: counter(seen[side], delayMs) });
  const old = await start("old");
  const candidate = await start("candidate");
  return { old, candidate, seen, words: ["--old", old.url, "--candidate", candidate.url] };
}

function counter(seen: Seen, delayMs: number): Respond {
  let underWay = 0;
  return async (body, response) => {
    if (body === "") return false;
    underWay += 1;
    seen.most = Math.max(seen.most, underWay);
    if (body.includes('"eth_getBalance"')) seen.at.push(performance.now());
    let over = false;
    const leave = (): void => {
      if (!over) underWay -= 1;
      over = true;
    };
    // Over once the answer is on its way: the client may have read it before this side hears that it was sent.
    const end = response.end.bind(response);
    response.end = ((...given: Parameters<typeof end>) => {
      leave();
      return end(...given);
    }) as typeof response.end;
    response.on("close", leave);
    if (delayMs > 0) await sleep(delayMs);
    return false;
  };
}

/** Most of these moments within any second. */
export function mostInASecond(at: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (const [index, moment] of at.entries()) {
    while (moment - (at[from] ?? 0) >= 1_000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** findings.json of a run, without what names the run or is a time. */
export async function findingsOf(cwd: string, ...runs: string[]): Promise<string> {
  const { code, stderr } = await runCli(["report", ...runs, "--format", "json"], { cwd });
  if (code !== 0) throw new Error(stderr);
  const text = readFileSync(path.join(cwd, runs[0] ?? "", "findings.json"), "utf8");
  const findings = JSON.parse(text) as {
    run: Record<string, unknown>;
    methods: Record<string, unknown>[];
    decision?: { dates: Record<string, unknown> };
  };
  for (const name of ["id", "createdAt", "finishedAt"]) delete findings.run[name];
  delete findings.decision?.dates["run"];
  for (const method of findings.methods) delete method["latencyMs"];
  return JSON.stringify(findings, null, 1).replaceAll(
    /require\.maxAge [\d.]+ \w+/g,
    "require.maxAge",
  );
}
