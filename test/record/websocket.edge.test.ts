import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { TOKENS } from "./support/redaction.ts";
import { recorderDefaults } from "../../src/record/recorder-options.ts";
import { addsUp, call, eventually, readAll, record } from "./support/recorders.ts";

interface Frame {
  readonly data: Buffer;
  readonly isBinary: boolean;
}

/** Echoes every message, pushes events after a subscription, and closes with a code when told to. */
async function startEcho(deflate: boolean): Promise<string> {
  const server = new WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    perMessageDeflate: deflate ? { threshold: 0 } : false,
    maxPayload: 64 * 1024 * 1024,
  });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data: Buffer, isBinary) => {
      const text = data.toString();
      if (text === "close") socket.close(4_001, "as you wish");
      else if (text === "ping me") socket.ping("are you there");
      else if (isBinary || !text.startsWith("{")) socket.send(data, { binary: isBinary });
      else {
        const { id, method }: { id: number; method: string } = JSON.parse(text);
        socket.send(JSON.stringify({ jsonrpc: "2.0", id, result: `${method} ${id}` }));
        if (method === "eth_subscribe") {
          for (let block = 0; block < 3; block += 1) {
            socket.send(
              JSON.stringify({
                jsonrpc: "2.0",
                method: "eth_subscription",
                params: { result: block },
              }),
            );
          }
        }
      }
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open(url: string, deflate: boolean): Promise<WebSocket & { frames: Frame[] }> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v3/0123456789abcdef0123456789abcdef`, {
    perMessageDeflate: deflate,
    maxPayload: 64 * 1024 * 1024,
  });
  const frames: Frame[] = [];
  socket.on("message", (data: Buffer, isBinary) => frames.push({ data, isBinary }));
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return Object.assign(socket, { frames });
}

async function count(socket: { frames: Frame[] } & WebSocket, wanted: number): Promise<void> {
  while (socket.frames.length < wanted)
    await new Promise((resolve) => socket.once("message", resolve));
}

describe.each([
  ["plain", false],
  ["compressed", true],
])("WebSocket, %s", (_name, deflate) => {
  it("passes every message, ping and close code as without the recorder", async () => {
    const upstream = await startEcho(deflate);
    const recorder = await record(upstream, { network: { chainId: "1", genesisHash: null } });
    const seen = [];
    for (const url of [upstream, recorder.url]) {
      const socket = await open(url, deflate);
      const sizes = [0, 1, 125, 126, 127, 65_535, 65_536, 3_000_000];
      for (const size of sizes) socket.send("x".repeat(size));
      socket.send(Buffer.alloc(100_000, 7));
      socket.send("first ", { fin: false });
      socket.send("second", { fin: true });
      await count(socket, sizes.length + 2);
      const ping = new Promise<string>((resolve) => {
        socket.once("ping", (data: Buffer) => resolve(data.toString()));
      });
      socket.send("ping me");
      const closed = new Promise<string>((resolve) => {
        socket.once("close", (code, reason) => resolve(`${code} ${reason.toString()}`));
      });
      const pinged = await ping;
      socket.send("close");
      seen.push({
        frames: socket.frames.map(({ data, isBinary }) => ({
          bytes: data.length,
          hash: createHash("sha256").update(data).digest("hex"),
          isBinary,
        })),
        pinged,
        closed: await closed,
        extensions: socket.extensions,
      });
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({ pinged: "are you there", closed: "4001 as you wish" });
  });

  it("pairs calls with their answers by id, and keeps events as such", async () => {
    const upstream = await startEcho(deflate);
    const recorder = await record(upstream, { network: { chainId: "1", genesisHash: null } });
    const socket = await open(recorder.url, deflate);
    for (let id = 1; id <= 20; id += 1) socket.send(JSON.stringify(call(id, "eth_call")));
    socket.send(JSON.stringify(call(21, "eth_subscribe", ["newHeads"])));
    await count(socket, 24);
    socket.close();
    await new Promise((resolve) => socket.once("close", resolve));
    const facts = await recorder.stop();
    expect(facts).toMatchObject({ seen: 24, stored: 24, dropped: {} });
    const { exchanges } = readAll(recorder.file);
    const calls = exchanges.filter((each) => each.unreplayable === null);
    expect(calls.map((each) => each.response?.body?.toString())).toEqual(
      Array.from({ length: 21 }, (_, index) =>
        JSON.stringify({
          jsonrpc: "2.0",
          id: index + 1,
          result: `${index < 20 ? "eth_call" : "eth_subscribe"} ${index + 1}`,
        }),
      ),
    );
    expect(calls[0]).toMatchObject({
      transport: "websocket",
      protocol: "json-rpc",
      request: {
        verb: "POST",
        path: `/v3/${TOKENS.token("red", "0123456789abcdef0123456789abcdef")}`,
      },
      response: { status: 101 },
    });
    const events = exchanges.filter((each) => each.unreplayable === "event");
    expect(events).toHaveLength(3);
    expect(events[0]?.request.body).toBeNull();
  });
});

it("keeps what came while an answer was still open as unanswered", async () => {
  const upstream = await startEcho(false);
  const recorder = await record(upstream, { network: { chainId: "1", genesisHash: null } });
  const socket = await open(recorder.url, false);
  // The echo answers ids of objects only: a batch comes back as text, which is no answer.
  socket.send(JSON.stringify([call(1, "eth_call"), call(2, "eth_call")]));
  await count(socket, 1);
  socket.terminate();
  const facts = await recorder.stop();
  expect(facts.seen).toBe(facts.stored);
  const batch = readAll(recorder.file).exchanges.find((each) => each.request.body?.includes("["));
  expect(batch?.response).toBeNull();
});

it("survives a compressed message past the limit: it passes, and is counted", async () => {
  const echo = await startEcho(true);
  const recorder = await record(echo, {
    limits: { ...recorderDefaults.limits, maxBodyBytes: 1_000_000, minFreeBytes: 0 },
    network: { chainId: "1", genesisHash: null },
  });
  const socket = await open(recorder.url, true);
  const bomb = Buffer.alloc(20_000_000, " ");
  socket.send(bomb, { binary: true });
  await eventually(() => socket.frames.length === 1);
  expect(socket.frames[0]?.data.equals(bomb)).toBe(true);
  socket.send(JSON.stringify(call(1, "eth_chainId")));
  await eventually(() => socket.frames.length === 2);
  socket.close();
  const other = await open(recorder.url, true);
  other.send(JSON.stringify(call(2, "eth_chainId")));
  await eventually(() => other.frames.length === 1);
  other.close();
  const facts = await recorder.stop();
  expect(addsUp(facts)).toBe(true);
  expect(facts.stored).toBe(1);
  expect(facts.dropped["message-too-large"]).toBeGreaterThanOrEqual(2);
});
