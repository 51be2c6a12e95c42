import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import Database from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { recorderDefaults } from "../../src/record/recorder-options.ts";
import { addsUp, call, eventually, post, record, startNode } from "./support/recorders.ts";

const NETWORK = { chainId: "1", genesisHash: null };
const REDACTOR = new URL("./support/deadly-redactor.ts", import.meta.url).href;
const LIMITS = {
  ...recorderDefaults.limits,
  minFreeBytes: 0,
  captureMemoryBytes: 64 * 1024 * 1024,
};

/** A node that answers each WebSocket message. */
async function startSocketNode(): Promise<string> {
  const server = createServer((_request, response) => response.end("{}"));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.on("message", () => socket.send('{"jsonrpc":"2.0","id":1,"result":"0x1"}'));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(socket: WebSocket, method: string): Promise<void> {
  socket.send(JSON.stringify(call(1, method)));
  await once(socket, "message");
}

it("counts what passes on a WebSocket after the capture thread was made anew, by its bytes and minute", async () => {
  const node = await startSocketNode();
  const notices: string[] = [];
  const recorder = await record(node, {
    network: NETWORK,
    redactorModule: REDACTOR,
    captureStallMs: 500,
    limits: LIMITS,
    notice: (text) => notices.push(text),
  });
  const long = new WebSocket(recorder.url.replace("http", "ws"));
  const killer = new WebSocket(recorder.url.replace("http", "ws"));
  await Promise.all([once(long, "open"), once(killer, "open")]);
  await ask(long, "eth_call");
  await eventually(() => recorder.counts().stored > 0);
  await ask(killer, "test_crash");
  await eventually(() => notices.some((text) => text.includes("started again")));
  await eventually(() => recorder.counts().notStoring === null);
  const before = recorder.counts().unreadBytes;
  const sentBytes = 20 * JSON.stringify(call(1, "eth_call")).length;
  for (let count = 0; count < 20; count += 1) await ask(long, "eth_call");
  await eventually(() => recorder.counts().unreadBytes >= before + sentBytes);
  long.close();
  killer.close();
  const facts = await recorder.stop();
  expect(addsUp(facts)).toBe(true);
  const database = new Database(recorder.file, { readonly: true });
  const bytes = database
    .prepare<[], number>("SELECT sum(bytes) FROM gaps WHERE reason = 'capture-restarted'")
    .pluck()
    .get();
  database.close();
  expect(bytes).toBeGreaterThanOrEqual(before + sentBytes);
});

it("counts what no HTTP/1 reader can read, once as an exchange and then by its bytes", async () => {
  const node = await startNode();
  const recorder = await record(node.url, { network: NETWORK });
  const socket = connect(Number(new URL(recorder.url).port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  await eventually(() => recorder.counts().dropped["unparsable"] === 1);
  const more = Buffer.alloc(1_000);
  socket.write(more);
  await eventually(() => recorder.counts().unreadBytes >= more.length || socket.closed);
  socket.destroy();
  await post(recorder.url, call(1, "eth_call"));
  const facts = await recorder.stop();
  expect(facts).toMatchObject({ seen: 2, stored: 1, dropped: { unparsable: 1 } });
});
