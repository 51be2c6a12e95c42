import { Agent, request } from "node:http";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { Exchange } from "../../src/model/exchange.ts";
import { addsUp, call, eventually, readAll, record, startNode } from "./support/recorders.ts";

const NETWORK = { chainId: "1", genesisHash: null };

/** A node that answers by what it got so far, in whatever way. */
async function rawNode(answer: (text: string, socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      answer(text, socket);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends parts one after the other, each once the answers so far came, and gives all that came back. */
async function converse(url: string, parts: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let text = "";
  let came = 0;
  socket.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
    came += 1;
  });
  let closed = false;
  socket.once("close", () => {
    closed = true;
  });
  socket.on("error", () => {});
  for (const [index, part] of parts.entries()) {
    socket.write(part, "latin1");
    await eventually(() => came > index || closed);
  }
  socket.end();
  await eventually(() => closed);
  return text;
}

const post = (body: string, headers = ""): string =>
  `POST / HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
const ok = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const asked = (id: number, method = "eth_chainId"): string => JSON.stringify(call(id, method));
const answered = (id: number): string => `{"jsonrpc":"2.0","id":${id},"result":"0x${id}"}`;
const H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEA\r\n";

function pairs(exchanges: readonly Exchange[]): (string | undefined)[][] {
  return exchanges.map((each) => [
    each.request.body?.toString(),
    each.response?.body?.toString(),
    ...(each.unreplayable === null ? [] : [each.unreplayable]),
  ]);
}

it("records a client that asks for HTTP/2 with each request, as every Java client does", async () => {
  const node = await startNode();
  const recorder = await record(node.url, { network: NETWORK });
  const requests = [1, 2, 3].map((id) => post(asked(id), id === 2 ? "" : H2C));
  const text = await converse(recorder.url, requests);
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  const facts = await recorder.stop();
  expect(facts).toMatchObject({ seen: 3, stored: 3 });
  expect(pairs(readAll(recorder.file).exchanges).map(([request]) => request)).toEqual(
    [1, 2, 3].map((id) => asked(id)),
  );
});

it("sends such a client's requests where the target's path says, each of them", async () => {
  const seen: (string | undefined)[] = [];
  const url = await rawNode((text, socket) => {
    const heads = text.match(/POST \S+ HTTP\/1\.1\r\nHost: \S+/g) ?? [];
    if (heads.length === seen.length) return;
    seen.push(heads.at(-1)?.replace("\r\n", " "));
    socket.write(ok(answered(seen.length)));
  });
  const recorder = await record(`${url}/v2/KEY?token=T`, { network: NETWORK, host: "upstream" });
  await converse(
    recorder.url,
    [1, 2, 3].map((id) => post(asked(id), H2C)),
  );
  const { host } = new URL(url);
  expect(seen).toEqual(
    Array.from({ length: 3 }, () => `POST /v2/KEY?token=T HTTP/1.1 Host: ${host}`),
  );
  expect(await recorder.stop()).toMatchObject({ seen: 3, stored: 3 });
});

it("stops reading a connection at the first doubt about where a request ends", async () => {
  // As Geth reads it: the bare LF ends the first head, and both requests are answered.
  const url = await rawNode((text, socket) => {
    if (text.includes(asked(2))) socket.write(ok(answered(1)) + ok(answered(2)));
  });
  const recorder = await record(url, { network: NETWORK });
  const first = `POST / HTTP/1.1\nHost: x\nContent-Length: ${asked(1).length}\n\n${asked(1)}`;
  const text = await converse(recorder.url, [first + post(asked(2))]);
  expect(text).toBe(ok(answered(1)) + ok(answered(2)));
  const facts = await recorder.stop();
  expect(facts).toMatchObject({ stored: 0, dropped: { unparsable: 1 } });
});

it("stores no answer that is another request's", async () => {
  const url = await rawNode((text, socket) => {
    const id = (text.match(/POST/g) ?? []).length;
    // One answer is lost on the way: all that come later are one late.
    socket.write(ok(answered(id < 2 ? id : id - 1)));
  });
  const recorder = await record(url, { network: NETWORK });
  await converse(
    recorder.url,
    [1, 2, 3].map((id) => post(asked(id))),
  );
  const facts = await recorder.stop();
  expect(addsUp(facts)).toBe(true);
  expect(facts.dropped).toEqual({ desync: 2 });
  expect(pairs(readAll(recorder.file).exchanges)).toEqual([[asked(1), answered(1)]]);
});

it("keeps an answer that came before its request was whole", async () => {
  const url = await rawNode((text, socket) => {
    if (text.includes("\r\n\r\n"))
      socket.end("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  const recorder = await record(url, { network: NETWORK });
  await converse(recorder.url, ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n{"]);
  expect(await recorder.stop()).toMatchObject({ seen: 1, stored: 1 });
  const [exchange] = readAll(recorder.file).exchanges;
  expect([exchange?.response?.status, exchange?.unreplayable]).toEqual([413, "incomplete"]);
});

it("lets each connection end after its answer, and resets none", async () => {
  const node = await rawNode((text, socket) => {
    const id = (text.match(/POST/g) ?? []).length;
    setTimeout(() => socket.write(ok(answered(id))), 3);
  });
  const recorder = await record(node, { network: NETWORK });
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  onTestFinished(() => agent.destroy());
  const failures: string[] = [];
  let answers = 0;
  const ending = new AbortController();
  const one = async (): Promise<void> =>
    await new Promise((resolve) => {
      const sent = request(recorder.url, { method: "POST", agent }, (response) => {
        response.resume();
        response.once("error", (error) => failures.push(error.message));
        response.once("close", () => {
          if (response.complete) answers += 1;
          else failures.push("cut");
          resolve();
        });
      });
      sent.once("error", (error: NodeJS.ErrnoException) => {
        // The recorder listens no more: whoever comes now goes elsewhere.
        if (error.code !== "ECONNREFUSED") failures.push(error.message);
        ending.abort();
        resolve();
      });
      sent.end(asked(1));
    });
  const worker = async (): Promise<void> => {
    while (!ending.signal.aborted) await one();
  };
  const workers = Array.from({ length: 16 }, async () => await worker());
  await eventually(() => answers > 50);
  await recorder.stop();
  ending.abort();
  await Promise.all(workers);
  expect(failures).toEqual([]);
});
