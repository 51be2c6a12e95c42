import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer as createHttps } from "node:https";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/folder.ts";
import { CaptureMemory } from "../../src/record/capture/memory.ts";
import { captureHere } from "./support/capture-here.ts";
import { CollectingSink } from "./support/transparency.ts";
import { createProxy } from "../../src/record/path/proxy.ts";
import { parseUpstream } from "../../src/record/path/upstream.ts";
import { call, eventually, post } from "./support/recorders.ts";

const FIXTURES = path.resolve(import.meta.dirname, "../fixtures/record");
const MEGABYTE = 1024 * 1024;

/** A proxy in front of `port`, with what it captured. */
async function proxyTo(
  port: number,
): Promise<{ port: number; sink: CollectingSink; memory: { bytes: number } }> {
  const sink = new CollectingSink();
  const memory = new CaptureMemory(64 * MEGABYTE);
  const proxy = createProxy(
    parseUpstream(`http://127.0.0.1:${port}`, "auto"),
    captureHere(sink, MEGABYTE, memory),
  );
  proxy.server.listen(0, "127.0.0.1");
  await once(proxy.server, "listening");
  onTestFinished(() => {
    proxy.closeAll();
    proxy.server.close();
  });
  return { port: (proxy.server.address() as AddressInfo).port, sink, memory };
}

async function rawServer(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it("lets the node wait for a client that does not read, instead of holding the answer", async () => {
  const total = 300 * MEGABYTE;
  let written = 0;
  const port = await rawServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
      const block = Buffer.alloc(MEGABYTE, 7);
      const more = (): void => {
        while (written < total) {
          written += block.length;
          if (!socket.write(block)) return void socket.once("drain", more);
        }
        socket.end();
      };
      more();
    });
  });
  const proxy = await proxyTo(port);
  const client = connect(proxy.port, "127.0.0.1");
  client.on("error", () => {});
  client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.pause();
  // Buffers fill up, then nothing moves any more.
  let before = -1;
  await eventually(() => {
    const stands = written === before && written > 0;
    before = written;
    return stands;
  });
  expect(written).toBeLessThan(60 * MEGABYTE);
  let received = 0;
  client.on("data", (bytes: Buffer) => {
    received += bytes.length;
  });
  client.resume();
  await once(client, "end");
  expect(received).toBeGreaterThan(total);
  client.end();
  await eventually(() => proxy.sink.exchanges.length === 1);
  const [exchange] = proxy.sink.exchanges;
  expect(exchange?.responseBody).toBeNull();
  expect(exchange?.large).toMatchObject([{ side: "response", bytes: total }]);
  await eventually(() => proxy.memory.bytes === 0);
});

it("tells the node when the client goes away, while the node is still working", async () => {
  let gone = false;
  const port = await rawServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
    socket.once("close", () => {
      gone = true;
    });
  });
  const proxy = await proxyTo(port);
  const client = connect(proxy.port, "127.0.0.1");
  client.on("error", () => {});
  client.write("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n{");
  await eventually(() => proxy.sink.arrived === 1);
  client.resetAndDestroy();
  await eventually(() => gone && proxy.sink.exchanges.length === 1);
  expect(proxy.sink.exchanges[0]).toMatchObject({ incomplete: true, responseHead: null });
});

it("keeps the other half of a connection open when one side has ended its own", async () => {
  const port = await rawServer((socket) => {
    let text = "";
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString();
    });
    socket.on("end", () => socket.end(`HTTP/1.1 200 OK\r\n\r\n${text.length}`));
  });
  const proxy = await proxyTo(port);
  const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  client.end("GET / HTTP/1.1\r\n\r\n");
  const [answer]: [Buffer] = (await once(client, "data")) as [Buffer];
  expect(answer.toString()).toBe("HTTP/1.1 200 OK\r\n\r\n18");
});

it("stops recording what pipelines without end, and passes it all the same", async () => {
  const port = await rawServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
  });
  const proxy = await proxyTo(port);
  const client = connect(proxy.port, "127.0.0.1");
  client.on("error", () => {});
  client.write("GET / HTTP/1.1\r\n\r\n".repeat(1_500));
  await eventually(() => proxy.sink.dropped.length === 1_500);
  expect(new Set(proxy.sink.dropped)).toEqual(new Set(["too-many-in-flight"]));
  expect(proxy.sink.arrived).toBe(proxy.sink.dropped.length);
  client.destroy();
});

it("speaks TLS to the node, with its name, and checks its certificate", async () => {
  const hosts: (string | undefined)[] = [];
  const node = createHttps(
    {
      key: readFileSync(`${FIXTURES}/localhost-key.pem`),
      cert: readFileSync(`${FIXTURES}/localhost-cert.pem`),
    },
    (request, response) => {
      hosts.push(request.headers.host);
      request.pipe(response);
    },
  );
  node.listen(0, "127.0.0.1");
  await once(node, "listening");
  onTestFinished(() => {
    node.closeAllConnections();
    node.close();
  });
  const { port } = node.address() as AddressInfo;
  const echo = JSON.stringify(call(1, "eth_chainId"));
  // Authorities are read when a process starts, so each case has a process of its own.
  for (const [authority, answer] of [
    [`${FIXTURES}/localhost-cert.pem`, echo],
    ["", "fetch failed"],
  ] as const) {
    const script = path.resolve(import.meta.dirname, "../../bench/support/recorder-process.ts");
    const out = path.join(temporaryFolder(), "tls.sqlite");
    const child = spawn(process.execPath, [script, `https://localhost:${port}`, out, "on"], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = await once(createInterface({ input: child.stdout }), "line");
    const { url }: { url: string } = JSON.parse(String(line));
    const got = await post(url, echo).catch((error: Error) => error.message);
    expect(got).toBe(answer);
    child.stdin.end();
    await once(child, "exit");
  }
  // Those that asked for the network too: the recorder's own Host is nowhere.
  expect(new Set(hosts)).toEqual(new Set([`localhost:${port}`]));
});
