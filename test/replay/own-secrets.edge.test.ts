import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import type { Target } from "../../src/model/target.ts";
import { connect } from "../../src/replay/send/connection.ts";
import { createDeadlines } from "../../src/replay/send/deadlines.ts";
import { targetOf } from "../../src/replay/given/targets.ts";
import { connectWebSocket } from "../../src/replay/send/web-socket.ts";

const KEYS = { old: "k3yN1tr0aB9cD8eF7gH6", candidate: "zQ81mmPx02LrT6vKd4Ws" };
const QUESTION = { verb: "POST", path: null, headers: {}, body: Buffer.from("{}") };

/** Refuses everything, and says what it was asked with, in several spellings. */
async function startEcho(): Promise<string> {
  const server = createServer((request, response) => {
    const said = `refused https://node${request.url}: ${JSON.stringify(request.headers)}`;
    response.setHeader("location", String(request.url));
    response.setHeader("content-encoding", "gzip");
    response.end(gzipSync(JSON.stringify({ error: { message: spelt(said) } })));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket, request) => {
    socket.on("message", () => socket.send(JSON.stringify({ error: spelt(String(request.url)) })));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const spelt = (text: string): string =>
  [text, text.toUpperCase(), encodeURIComponent(text), Buffer.from(text).toString("hex")].join(" ");

async function everythingSaid(target: Target): Promise<string> {
  const deadlines = createDeadlines();
  const connections = [
    connect(target, { deadlines, maxBodyBytes: 1_000_000 }),
    connectWebSocket(target, 1_000_000),
  ];
  let said = "";
  for (const connection of connections) {
    const { body, headers } = await connection.ask(QUESTION, 5_000);
    said += `${body?.toString()} ${headers["location"] ?? ""}\n`;
    await connection.close();
  }
  deadlines.close();
  return said;
}

it.each([
  ["in the path", (host: string, key: string) => targetAt(`http://${host}/v3/${key}`)],
  ["in the query", (host: string, key: string) => targetAt(`http://${host}/?auth=${key}`)],
  ["a password", (host: string, key: string) => targetAt(`http://me:${key}@${host}/`)],
  [
    "in a header",
    (host: string, key: string) => targetAt(`http://${host}/`, { authorization: `Bearer ${key}` }),
  ],
])("an operator's key %s is in no answer, and two keys are no difference", async (_where, at) => {
  const host = await startEcho();
  const [old, candidate] = [
    await everythingSaid(at(host, KEYS.old)),
    await everythingSaid(at(host, KEYS.candidate)),
  ];
  for (const key of Object.values(KEYS)) {
    for (const spelling of [key, key.toUpperCase(), Buffer.from(key).toString("hex")]) {
      expect(old + candidate).not.toContain(spelling);
    }
  }
  expect(withoutBase64(old)).toBe(withoutBase64(candidate));
});

/** Basic credentials in hex: not searched for, as a whole they were replaced already. */
const withoutBase64 = (text: string): string => text.replaceAll(/[0-9a-f]{40,}/g, "");

function targetAt(url: string, headers: Readonly<Record<string, string>> = {}): Target {
  return targetOf("old", 0, url, headers, undefined);
}
