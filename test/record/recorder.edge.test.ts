import { connect } from "node:net";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openRecording } from "../../src/recording/reader.ts";
import { recorderDefaults } from "../../src/record/recorder-options.ts";
import { KEEP_ALL } from "../../src/record/sample/sampler.ts";
import { TOKENS, rules } from "./support/redaction.ts";
import {
  addsUp,
  call,
  eventually,
  post,
  readAll,
  record,
  startNode,
  startUpstream,
} from "./support/recorders.ts";

describe("record", () => {
  it("stores calls with their answers, in order, redacted, and says what it saw", async () => {
    const node = await startNode();
    const recorder = await record(node.url, { rules: rules({}, "header:x-api-key") });
    for (let id = 1; id <= 5; id += 1) {
      expect(
        await post(`${recorder.url}/v2/0123456789abcdef0123`, call(id, "eth_chainId"), {
          "x-api-key": "alice",
        }),
      ).toBe(`{"jsonrpc":"2.0","id":${id},"result":"eth_chainId"}`);
    }
    const facts = await recorder.stop();
    const { exchanges, facts: fileFacts } = readAll(recorder.file);
    expect([facts.seen, facts.stored, facts.dropped]).toEqual([5, 5, {}]);
    expect([fileFacts.seen, fileFacts.stored]).toEqual([5, 5]);
    expect(exchanges.map((each) => each.request.body?.toString())).toEqual(
      [1, 2, 3, 4, 5].map((id) => JSON.stringify(call(id, "eth_chainId"))),
    );
    expect(exchanges[0]).toMatchObject({
      protocol: "json-rpc",
      transport: "http",
      customer: TOKENS.token("cus", "alice"),
      request: { verb: "POST", path: `/v2/${TOKENS.token("red", "0123456789abcdef0123")}` },
      response: { status: 200, headers: { "content-type": "application/json" } },
      probability: 1,
      unreplayable: null,
    });
  });

  it("asks the node which network it is on, and records without an answer too", async () => {
    const node = await startUpstream((_request, body, response) => {
      const { method }: { method: string } = JSON.parse(body.toString());
      response.end(
        JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          result: method === "eth_chainId" ? "0x539" : { hash: "0xabc" },
        }),
      );
    });
    expect((await record(node.url)).network).toEqual({ chainId: "1337", genesisHash: "0xabc" });
    expect((await record("http://127.0.0.1:1")).network).toEqual({
      chainId: "unknown",
      genesisHash: null,
    });
  });

  it("learns the network from what the node says to a client, where it was not up before", async () => {
    let isUp = false;
    const node = await startUpstream((request, body, response) => {
      const { id, method }: { id: number; method: string } = JSON.parse(body.toString() || "{}");
      if (!isUp || request.headers["x-client"] === undefined) response.destroy();
      else response.end(JSON.stringify({ jsonrpc: "2.0", id, result: method && "0x539" }));
    });
    const recorder = await record(node.url);
    isUp = true;
    await post(recorder.url, call(1, "eth_chainId"), { "x-client": "me" });
    await eventually(() => recorder.counts().stored === 1);
    await recorder.stop();
    const reader = openRecording(recorder.file);
    expect(reader.header.network).toEqual({ chainId: "1337", genesisHash: null });
    reader.close();
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ] as const)("stores %s bodies decoded, without what they echo", async (encoding, compress) => {
    const secret = "s3cretKey-0123456789";
    const answer = compress(Buffer.from(`{"error":{"code":-32000,"message":"no ${secret}"}}`));
    const node = await startUpstream((_request, _body, response) => {
      response.setHeader("content-encoding", encoding);
      response.end(answer);
    });
    const recorder = await record(node.url);
    const got = await fetch(recorder.url, {
      method: "POST",
      headers: { "x-api-key": secret, "content-type": "application/json" },
      body: JSON.stringify(call(1, "eth_call")),
    });
    expect(await got.text()).toContain(secret);
    await recorder.stop();
    const [exchange] = readAll(recorder.file).exchanges;
    expect(exchange?.response?.body?.toString()).toBe(
      `{"error":{"code":-32000,"message":"no ${TOKENS.token("red", secret)}"}}`,
    );
  });

  it("keeps length and hash of a body past the limit, and passes it", async () => {
    const node = await startUpstream((_request, body, response) => response.end(body));
    const recorder = await record(node.url, {
      limits: { ...recorderDefaults.limits, maxBodyBytes: 1_000, minFreeBytes: 0 },
    });
    const big = JSON.stringify(call(1, "eth_call", ["x".repeat(5_000_000)]));
    expect(await post(recorder.url, big)).toBe(big);
    const facts = await recorder.stop();
    expect(facts.stored).toBe(1);
    const [exchange] = readAll(recorder.file).exchanges;
    expect(exchange).toMatchObject({
      unreplayable: "body-too-large",
      request: { body: null },
      response: { status: 200, body: null },
    });
  });

  it("counts a bomb and a body that does not decode instead of storing them", async () => {
    const bodies = [gzipSync(Buffer.alloc(3_000_000)), Buffer.from("not gzip")];
    const node = await startUpstream((_request, _body, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(bodies.shift());
    });
    const told: string[] = [];
    const recorder = await record(node.url, {
      limits: { ...recorderDefaults.limits, maxBodyBytes: 100_000, minFreeBytes: 0 },
      network: { chainId: "1", genesisHash: null },
      notice: (text) => told.push(text),
    });
    for (let id = 0; id < 2; id += 1) {
      await post(recorder.url, call(id, "eth_call")).catch(() => "");
    }
    const facts = await recorder.stop();
    expect(facts).toMatchObject({ seen: 2, stored: 0, dropped: { undecodable: 2 } });
    // What they look like, and nothing of what they hold.
    const left = "An exchange is left out as undecodable: answer of";
    expect(told).toEqual([
      expect.stringMatching(
        new RegExp(`^${left} \\d+ bytes, content-encoding gzip, that begins as gzip$`),
      ),
      `${left} 8 bytes, content-encoding gzip, that begins as none that is known`,
    ]);
  });

  it("marks what a client or the node cut short, never to be sent again", async () => {
    const node = await startUpstream((_request, _body, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("{");
    });
    const recorder = await record(node.url, { network: { chainId: "1", genesisHash: null } });
    const socket = connect(Number(new URL(recorder.url).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`);
    await new Promise((resolve) => socket.once("data", resolve));
    socket.resetAndDestroy();
    await eventually(() => recorder.counts().pending === 1 || recorder.counts().stored === 1);
    await recorder.stop();
    const { exchanges, facts } = readAll(recorder.file);
    expect(exchanges.map((each) => [each.unreplayable, each.response])).toEqual([
      ["incomplete", null],
    ]);
    expect(addsUp(facts)).toBe(true);
  });

  it("records bytes that are no HTTP as one that could not be read, and passes them", async () => {
    const node = await startNode();
    const recorder = await record(node.url);
    const socket = connect(Number(new URL(recorder.url).port), "127.0.0.1");
    socket.end("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    const answer = await new Promise<string>((resolve) => {
      socket.once("data", (bytes) => resolve(bytes.toString()));
    });
    expect(answer).toContain("HTTP/1.1 ");
    const facts = await recorder.stop();
    expect(facts).toMatchObject({ seen: 1, stored: 0, dropped: { unparsable: 1 } });
  });

  it("resets clients when the node is not there", async () => {
    const recorder = await record("http://127.0.0.1:1");
    await expect(post(recorder.url, call(1, "eth_chainId"))).rejects.toThrow("fetch failed");
    const facts = await recorder.stop();
    expect(addsUp(facts)).toBe(true);
  });

  it("keeps the node's Host where it has a name, the client's otherwise", async () => {
    const hosts: (string | undefined)[] = [];
    const node = await startUpstream((request, _body, response) => {
      hosts.push(`${request.headers.host} ${request.url}`);
      response.end("{}");
    });
    const kept = await record(node.url);
    const rewritten = await record(`${node.url}/base/`, { host: "upstream" });
    hosts.length = 0;
    await post(`${kept.url}/a?b=c`, "{}");
    await post(`${rewritten.url}/a?b=c`, "{}");
    await post(rewritten.url, "{}");
    expect(hosts).toEqual([
      `${new URL(kept.url).host} /a?b=c`,
      `127.0.0.1:${node.port} /base/a?b=c`,
      `127.0.0.1:${node.port} /base`,
    ]);
  });
});

describe("limits", () => {
  it("samples per method, and every exchange's probability follows from the file", async () => {
    const node = await startNode();
    const recorder = await record(node.url, {
      sampling: { ...KEEP_ALL, perMethod: 10, firsts: 1 },
    });
    for (let id = 0; id < 200; id += 1) {
      await post(recorder.url, call(id, id % 50 === 0 ? "eth_rare" : "eth_call"));
    }
    const facts = await recorder.stop();
    expect(addsUp(facts)).toBe(true);
    expect(facts.stored).toBe(1 + 10 + 4);
    const { exchanges, facts: fileFacts } = readAll(recorder.file);
    expect(fileFacts.dropped).toEqual({ "sampled-out": 200 - 15 });
    const weight = (method: string): number =>
      exchanges
        .filter((each) => each.request.body?.includes(method))
        .reduce((sum, each) => sum + 1 / each.probability, 0);
    expect(weight("eth_call")).toBeCloseTo(196, 6);
    expect(weight("eth_rare")).toBeCloseTo(4, 6);
  });

  it("rotates by time, each file whole in itself, and deletes the oldest", async () => {
    const node = await startNode();
    let now = 0;
    const recorder = await record(node.url, {
      rotation: { sizeBytes: null, everyMs: 1_000, keepFiles: 2, keepMs: null },
      clocks: { now: () => Date.UTC(2026, 0, 1) + now, clock: () => now },
    });
    const files: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const file = recorder.path();
      files.push(file);
      for (let id = 0; id < 10; id += 1) await post(recorder.url, call(id, "eth_chainId"));
      // A writer that has not opened its file yet would leave it empty.
      await eventually(() => recorder.counts().stored === 10 * files.length, 30_000);
      if (round === 3) break;
      now += 1_500;
      await eventually(() => recorder.path() !== file);
    }
    const facts = await recorder.stop();
    expect([facts.seen, facts.stored]).toEqual([40, 40]);
    expect(readAll(files[3] ?? "").exchanges).toHaveLength(10);
    expect(readAll(files[2] ?? "").facts).toMatchObject({ seen: 10, stored: 10 });
    expect(() => readAll(files[0] ?? "")).toThrow("No recording at");
  });

  it("stops storing at the size limit, and traffic goes on", async () => {
    const node = await startNode();
    const recorder = await record(node.url, {
      limits: { ...recorderDefaults.limits, minFreeBytes: 0, maxSizeBytes: 1 },
    });
    await post(recorder.url, call(1, "eth_chainId"));
    await eventually(() => recorder.counts().stored === 1);
    for (let id = 2; id < 1_000 && recorder.counts().dropped["size-limit"] === undefined; id += 1) {
      await post(recorder.url, call(id, "eth_chainId"));
    }
    expect(recorder.counts().dropped["size-limit"]).toBeGreaterThan(0);
    const facts = await recorder.stop();
    expect(addsUp(facts)).toBe(true);
  });

  it("leaves the disk its free space", async () => {
    const node = await startNode();
    const recorder = await record(node.url, {
      limits: { ...recorderDefaults.limits, minFreeBytes: 2 ** 60 },
      admin: { host: "127.0.0.1", port: 0 },
    });
    await post(recorder.url, call(1, "eth_chainId"));
    await eventually(() => recorder.counts().dropped["disk-low"] === 1);
    // Whoever looks at the health is told that nothing is stored, and why.
    const health = await (await fetch(`${recorder.adminUrl}/healthz`)).json();
    expect(health).toMatchObject({ status: "ok", recording: false, why: "disk-low" });
    const metrics = await (await fetch(`${recorder.adminUrl}/metrics`)).text();
    expect(metrics).toContain('shadowdiff_not_storing{reason="disk-low"} 1');
    expect(addsUp(await recorder.stop())).toBe(true);
  });
});

it("serves health and metrics without a customer in them", async () => {
  const node = await startNode();
  const recorder = await record(node.url, {
    admin: { host: "127.0.0.1", port: 0 },
    rules: rules({}, "header:x-api-key"),
  });
  await post(recorder.url, call(1, "eth_chainId"), { "x-api-key": "alice-corporation" });
  await eventually(() => recorder.counts().stored === 1);
  const text = await (await fetch(`${recorder.adminUrl}/metrics`)).text();
  expect(text).toContain("shadowdiff_exchanges_seen_total 1");
  expect(text).toContain("shadowdiff_exchanges_stored 1");
  expect(text).not.toMatch(/cus_|alice/);
  expect(await (await fetch(`${recorder.adminUrl}/healthz`)).json()).toEqual({
    status: "ok",
    recording: true,
    pending: 0,
  });
  expect((await fetch(`${recorder.adminUrl}/`)).status).toBe(404);
});

it("as a sink answers 204 at once and keeps requests only", async () => {
  const recorder = await record(null);
  const response = await fetch(`${recorder.url}/v2/x`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(call(1, "eth_call")),
  });
  expect(response.status).toBe(204);
  const facts = await recorder.stop();
  expect(facts.stored).toBe(1);
  expect(readAll(recorder.file).exchanges[0]).toMatchObject({
    response: null,
    durationMs: null,
    unreplayable: null,
  });
});

it("ends within its drain time with a request still open, and counts it", async () => {
  const node = await startUpstream(() => {});
  const recorder = await record(node.url, {
    network: { chainId: "1", genesisHash: null },
    drainMs: 100,
  });
  const open = post(recorder.url, call(1, "eth_call")).catch((error: Error) => error.message);
  await eventually(() => recorder.counts().pending === 1);
  const facts = await recorder.stop();
  expect(await open).toBe("fetch failed");
  expect([facts.seen, addsUp(facts)]).toEqual([1, true]);
  expect(readAll(recorder.file).exchanges.map((each) => each.unreplayable)).toEqual(["incomplete"]);
});
