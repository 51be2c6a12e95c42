import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { Agent, createServer, request } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { brotliCompressSync, gzipSync, zstdDecompressSync } from "node:zlib";
import Database from "better-sqlite3";
import { WebSocket, WebSocketServer } from "ws";
import { identify } from "../src/wire/websocket-message.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";
import { driveWire } from "./support/wire-secrets.ts";
import { secretPlaces, spellings } from "../test/record/support/secret-places.ts";

const UPGRADE = `id: echo-2
network: Echo
endpoint: https://rpc.example.com
client: echo
from: 1.0.0
to: 2.0.0
urgency: recommended
changesAt: 2027-01-15T14:00:00Z
test: none
oldVersion: none
rollback:
  possible: true
contact:
  email: support@example.com
`;
const MAIN = path.join(import.meta.dirname, "..", "src", "main.ts");
const ROUNDS = 3;
const LAST_ROUNDS = 1;
const AGENT = new Agent({ keepAlive: true, maxSockets: 4 });

const PLANTED = secretPlaces(0, randomBytes(4).readUInt32LE());
/** Where a secret was put, and the secret: one of its own for each place, kind and form. */
const planted = new Map(PLANTED.map(({ place, secret }) => [place, secret]));

function canary(place: string): string {
  let secret = planted.get(place);
  if (secret === undefined) {
    secret = `CANARY${randomBytes(12).toString("hex")}z`;
    planted.set(place, secret);
  }
  return secret;
}

const call = (method: string, params: unknown[]): object => ({
  jsonrpc: "2.0",
  id: 1,
  method,
  params,
});

const BLOCK = {
  number: "0x10",
  hash: `0x${"ab".repeat(32)}`,
  parentHash: `0x${"cd".repeat(32)}`,
  timestamp: "0x10",
  transactions: [],
};
const KNOWN: Readonly<Record<string, unknown>> = {
  eth_chainId: "0x1",
  net_version: "1",
  eth_blockNumber: "0x10",
  eth_syncing: false,
  eth_getBlockByNumber: BLOCK,
  eth_getBlockByHash: BLOCK,
  web3_clientVersion: "Echo/v1.0.0",
};

/** The same calls answered with all that was sent, or with what a place says; of what is no JSON the id is 1. */
function answerTo(request: IncomingMessage, body: string, decoded: string, code: number): string {
  const { "x-silent": silent, "x-case": number } = request.headers;
  const given = PLANTED[Number(number)]?.given;
  const all = `${request.url} ${JSON.stringify(request.headers)} ${body}`;
  const error = {
    code,
    message: `refused ${request.url} ${encodeURIComponent(body)}`,
    data: {
      headers: request.headers,
      body,
      decoded,
      lower: all.toLowerCase(),
      upper: all.toUpperCase(),
      base64: Buffer.from(all).toString("base64"),
      percent: encodeURIComponent(all),
    },
  };
  const answer = {
    jsonrpc: "2.0",
    ...(given === undefined ? {} : { result: given }),
    ...(silent === undefined ? { error } : { result: given ?? "0x1" }),
  };
  const ids = idsOf(body);
  const answers = (ids.length === 0 ? [1] : ids).map((id) => ({ ...answer, id }));
  return JSON.stringify(body.startsWith("[") ? answers : (answers[0] ?? answer));
}

/** As the recorder reads them, also where an id is given twice: what a node answers otherwise is never stored. */
function idsOf(body: string): unknown[] {
  const { keys, isBatch } = identify(Buffer.from(body), "client");
  try {
    if (!isBatch) return keys.map((key): unknown => JSON.parse(key));
    const calls: unknown[] = JSON.parse(body);
    return calls.map((each) =>
      typeof each === "object" && each !== null && "id" in each ? each.id : 1,
    );
  } catch {
    return [1];
  }
}

/** Answers with all it was sent, in headers and body, by turns plain, gzip and brotli. */
async function startEcho(code: number): Promise<{ url: string; close(): void }> {
  let turn = 0;
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const { authorization = "" } = request.headers;
      const decoded = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
      // What a replay asks to see whether two nodes are comparable.
      const known = KNOWN[/"method":"(\w+)"/.exec(body)?.[1] ?? ""];
      if (known !== undefined && body.startsWith("{")) {
        const id: unknown = JSON.parse(body).id;
        response.end(JSON.stringify({ jsonrpc: "2.0", id, result: known }));
        return;
      }
      const text = answerTo(
        request,
        `${body}${request.rawTrailers.join(" ")}`,
        authorization.startsWith("Basic ") ? decoded : "",
        code,
      );
      const { "x-reason": reason, "x-trailer": trailer, "x-location": location } = request.headers;
      if (typeof reason === "string") response.statusMessage = reason;
      if (typeof trailer === "string") {
        response.setHeader("trailer", "x-trailer");
        response.addTrailers({ "x-trailer": trailer });
      }
      if (typeof location === "string") {
        response.writeHead(302, { location }).end(text);
        return;
      }
      response.setHeader("content-type", "application/json");
      response.setHeader("location", String(request.url));
      response.setHeader("x-ratelimit-key", String(request.headers["x-api-key"] ?? "none"));
      response.setHeader("set-cookie", `back=${request.headers.cookie ?? ""}`);
      turn += 1;
      if (turn % 3 === 1) response.setHeader("content-encoding", "gzip").end(gzipSync(text));
      else if (turn % 3 === 2)
        response.setHeader("content-encoding", "br").end(brotliCompressSync(text));
      else response.end(text);
    });
  });
  const sockets = new WebSocketServer({ server, perMessageDeflate: true });
  sockets.on("connection", (socket, request) => {
    socket.on("error", () => {});
    socket.on("ping", (data: Buffer) => socket.ping(data));
    socket.on("close", (_code, reason: Buffer) => socket.close(1000, reason));
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      socket.send(data, { binary: isBinary });
      socket.send(
        JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          result: { echo: data.toString(), url: request.url, headers: request.headers },
        }),
      );
      socket.send(
        JSON.stringify({
          jsonrpc: "2.0",
          method: "eth_subscription",
          params: { url: request.url },
        }),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: () => string;
}

async function startRecord(
  target: string,
  folder: string,
  out: string,
  more: readonly string[] = ["record"],
): Promise<Started> {
  const isShadow = more.length > 1;
  const child = spawn(
    process.execPath,
    [
      MAIN,
      ...more,
      "--target",
      target,
      "--listen",
      "127.0.0.1:0",
      "--admin",
      "127.0.0.1:0",
      "--out",
      out,
      ...(isShadow ? [] : ["--min-free", "0"]),
      "--customer",
      "jwt:sub",
      "--customer",
      "header:x-api-key",
      "--customer",
      "path:2",
      "--redact-query",
      "mykey",
      "--redact-json",
      "/params/*/tenant",
      "--redact-pattern",
      "acct-\\w+",
    ],
    {
      cwd: folder,
      env: { ...process.env, SHADOWDIFF_KEY: canary("the key itself") },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  child.stdout.on("data", (part: Buffer) => {
    output += part.toString();
  });
  let url = "";
  for await (const line of createInterface({ input: child.stderr })) {
    output += `${line}\n`;
    url = / at (http:\S+)$/.exec(line)?.[1] ?? url;
    if (line.startsWith("Health") || line.startsWith("In front")) break;
  }
  const recording = /^(?:Recording|In front of) .* at (http:\S+)$/m.exec(output)?.[1] ?? url;
  if (isShadow) return { child, url: recording, output: () => output };
  const metrics = await (await fetch(`${url}/metrics`)).text();
  output += metrics;
  return { child, url: recording, output: () => output };
}

async function drive(url: string, rounds: number): Promise<number> {
  let sent = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const [
      number,
      { path: target = "/", verb = "POST", headers = {}, body, silent },
    ] of PLANTED.entries()) {
      const text = typeof body === "string" ? body : JSON.stringify(body ?? call("eth_call", []));
      await ask(
        url,
        target,
        verb,
        {
          "content-type": "application/json",
          "x-case": String(number),
          ...(silent === true ? { "x-silent": "1" } : {}),
          ...headers,
        },
        verb === "POST" ? text : "",
      );
      sent += 1;
    }
    const socket = new WebSocket(`${url.replace("http", "ws")}/v3/${canary("WebSocket path")}`, {
      headers: { "x-api-key": canary("WebSocket header") },
    });
    await once(socket, "open");
    socket.send(
      JSON.stringify(
        call("eth_call", [canary("WebSocket header"), { secret: canary("WebSocket field") }]),
      ),
    );
    await once(socket, "message");
    socket.close(1000, canary("WebSocket close reason"));
    await once(socket, "close");
  }
  return sent;
}

/** node:http, which sends any target and header as it stands. */
async function ask(
  url: string,
  target: string,
  verb: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<void> {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path: target, method: verb, headers, agent: AGENT });
  sent.end(body);
  const [response]: IncomingMessage[] = await once(sent, "response");
  response?.resume();
  if (response !== undefined) await once(response, "end");
}

/** Every file below the folder, blocks of recordings also decompressed. */
function allBytes(folder: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    found.set(path.relative(folder, file), readFileSync(file));
  }
  for (const file of [...found.keys()].filter(
    (name) => name.endsWith(".sqlite") && !name.includes("run"),
  )) {
    const database = new Database(path.join(folder, file), { readonly: true });
    const blocks = database.prepare<[], { id: number; data: Buffer }>(
      "SELECT id, data FROM blocks",
    );
    for (const { id, data } of blocks.iterate())
      found.set(`${file} block ${id}`, zstdDecompressSync(data));
    database.close();
  }
  return found;
}

/** Lines that an import can't take, with a secret in each: what it says of them must not repeat it. */
function badLines(): string {
  return [
    `{"jsonrpc":"2.0","id":1,"method":"${canary("a bad line, cut")}`,
    `{"request":{"method":"POST","path":"/v2/${canary("a bad line, path")}","headers":{"x":1}}}`,
    `{"request":{"method":"${canary("a bad line, verb")}","path":"/"}}`,
    `{"at":"${canary("a bad line, time")}","request":{"method":"POST","path":"/","body":{}}}`,
    `{"protocol":"${canary("a bad line, protocol")}","request":{"method":"POST","path":"/"}}`,
    `{"${canary("a bad line, member")}":1}`,
    `"${canary("a bad line, text")}"`,
    canary("a bad line, no JSON"),
    "[]",
  ].join("\n");
}

/** Phrases of wallets and what stands on the wire are many of a kind: their numbers are enough. */
function placesText(): string {
  const names = [...new Set([...planted.keys()].map((place) => place.replace(/:.*$/, "")))];
  const kinds = [/^\d\d words/, /^WebSocket/, /^on the wire/, /^shadow/, /^a bad line/];
  const single = names.filter((name) => !kinds.some((kind) => kind.test(name)));
  const many = [
    "phrases of wallets",
    "WebSocket",
    "on the wire",
    "shadow",
    "bad lines of an import",
  ];
  return [
    ...single,
    ...kinds.map(
      (kind, at) => `${many[at]} (${[...planted.keys()].filter((name) => kind.test(name)).length})`,
    ),
  ].join(", ");
}

function countReduced(file: string): number {
  const database = new Database(file, { readonly: true });
  const count = database.prepare<[], number>("SELECT count(*) FROM large_bodies").pluck().get();
  database.close();
  return count ?? 0;
}

function search(bytes: ReadonlyMap<string, Buffer>): string[] {
  const hits: string[] = [];
  for (const [place, secret] of planted) {
    for (const [file, content] of bytes) {
      for (const form of spellings(secret)) {
        if (content.includes(form)) hits.push(`${place} in ${file}`);
      }
    }
  }
  return hits;
}

async function command(words: readonly string[], folder: string): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: folder,
    env: { ...process.env, SHADOWDIFF_KEY: canary("the key itself") },
  });
  let output = `$ ${words[0]}\n`;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      output += part.toString();
    });
  }
  const [code]: (number | null)[] = await once(child, "exit");
  if (code !== 0) process.stdout.write(output);
  return `${output}exit ${code}\n`;
}

export const study = {
  name: "record-secrets",
  summary: "canaries in every place a credential can be; a byte search of all that is written",
  async run(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-secrets-"));
    mkdirSync(path.join(folder, "reports"));
    const echo = await startEcho(-32000);
    const other = await startEcho(-32001);
    const first = await startRecord(
      `${echo.url}/base/${canary("the operator's own path key")}`,
      folder,
      "clean.sqlite",
    );
    let sent = await drive(first.url, ROUNDS);
    sent += await driveWire(first.url, canary);
    first.child.kill("SIGTERM");
    await once(first.child, "exit");
    const killed = await startRecord(echo.url, folder, "killed.sqlite");
    sent += await drive(killed.url, LAST_ROUNDS);
    // Whatever is in its write-ahead log now stays there.
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
    const shadow = await startRecord(
      `${echo.url}/base/${canary("the operator's key of a shadowed node")}`,
      folder,
      "reports/shadow",
      ["shadow", "--candidate", `${other.url}/v3/${canary("the operator's key of a candidate")}`],
    );
    sent += await drive(shadow.url, LAST_ROUNDS);
    sent += await driveWire(shadow.url, (place) => canary(`shadow: ${place}`));
    shadow.child.kill("SIGTERM");
    await once(shadow.child, "exit");
    let logs = first.output() + killed.output() + shadow.output();
    writeFileSync(path.join(folder, "bad.jsonl.in"), badLines());
    logs += await command(["import", "bad.jsonl.in", "--out", "bad.sqlite"], folder);
    rmSync(path.join(folder, "bad.jsonl.in"));
    logs += await command(["inspect", "clean.sqlite", "--export", "export.jsonl"], folder);
    logs += await command(["inspect", "clean.sqlite", "--json"], folder);
    logs += await command(["import", "export.jsonl", "--out", "again.sqlite"], folder);
    logs += await command(
      [
        "replay",
        "clean.sqlite",
        "--old",
        `${echo.url}/v3/${canary("the operator's key of old")}`,
        "--candidate",
        `${other.url}/v3/${canary("the operator's key of a new node")}?auth=${canary("the operator's query")}`,
        "--out",
        "reports/run",
        "--limit",
        "200",
      ],
      folder,
    );
    writeFileSync(path.join(folder, "upgrade.yaml"), UPGRADE);
    const drafts = ["notice", "draft", "reports/run", "--allow-unsettled", "--everyone"];
    logs += await command(drafts, folder);
    for (const run of ["reports/run", "reports/shadow"]) {
      for (const format of ["markdown", "junit", "github"]) {
        const file = `${run.replace("/", "-")}.${format}`;
        logs += await command(["report", run, "--format", format, "--out", file], folder);
      }
    }
    logs += await command(
      ["report", "reports/run", "--format", "html", "--out", "report.html"],
      folder,
    );
    logs += await command(
      ["report", "reports/run", "--format", "json", "--out", "findings.json"],
      folder,
    );
    echo.close();
    other.close();
    writeFileSync(path.join(folder, "logs.txt"), logs);
    const bytes = allBytes(folder);
    const hits = search(bytes);
    // The search itself must be able to find: a canary in a file of its own.
    const finds = search(new Map([["test", Buffer.from(canary("x-api-key"))]])).length > 0;
    const total = [...bytes.values()].reduce((sum, content) => sum + content.length, 0);
    const reduced = countReduced(path.join(folder, "clean.sqlite"));
    const names = [...bytes.keys()].filter((name) => !name.includes(" block "));
    const commands = [...logs.matchAll(/^\$ (\w+)$[\s\S]*?^exit (\d+)$/gm)].map(
      (match) => `${match[1]} ${match[2]}`,
    );
    rmSync(folder, { recursive: true, force: true });
    writeEvidence("record-secrets", [
      "# Secrets: a byte search for planted canaries",
      "",
      provenance("npm run study record-secrets"),
      "",
      `${planted.size} secrets, one for each place, in ${sent.toLocaleString("en-US")} requests and ${ROUNDS + LAST_ROUNDS} WebSockets to a node that echoes everything it is sent (path, headers,`,
      "body, decoded basic-auth; in answers that are plain, gzip and brotli by turns, in `Location`, `Set-Cookie` and error messages).",
      "Searched: plain, lower and upper case, hex, and Base64 at any alignment; blocks of recordings as they are and decompressed.",
      "",
      `Places: ${placesText()}; most with three of the kinds`,
      "(base 62, base64url, base 32, hex, letters, UUID, with a prefix) and forms (plain, percent-encoded, `\\u` escapes, Base64).",
      "",
      `Recorded: ${/seen .*/.exec(logs)?.[0] ?? "?"}; of these only as length and hash: ${reduced} bodies.`,
      "",
      `Files: ${names.join(", ")}.`,
      "",
      `Commands and their exit codes: ${commands.join(", ")}.`,
      "",
      "| | |",
      "| --- | ---: |",
      `| bytes searched | ${(total / 1e6).toFixed(1)} MB |`,
      `| canaries found | ${hits.length} |`,
      `| the search finds a canary that is there | ${finds ? "yes" : "NO"} |`,
      "",
      ...[...new Set(hits)].slice(0, 30).map((hit) => `- ${hit}`),
    ]);
    process.stdout.write(
      `${[...new Set(hits.map((hit) => hit.replace(/ block \d+$/, "")))].join("\n")}\n`,
    );
    if (hits.length > 0) process.exitCode = 1;
  },
};
