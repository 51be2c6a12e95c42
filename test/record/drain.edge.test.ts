import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { call, eventually, post, record, startNode, startUpstream } from "./support/recorders.ts";

const NETWORK = { chainId: "1", genesisHash: null };

it("waits for an answer that a node pauses in, and is not held up by those who only stay connected", async () => {
  let arrived = 0;
  const node = await startUpstream((_request, body, response) => {
    const id = /"id":(\d+)/.exec(body.toString())?.[1] ?? "0";
    arrived += 1;
    if (id === "1") {
      response.end(`{"jsonrpc":"2.0","id":1,"result":true}`);
      return;
    }
    response.write(`{"jsonrpc":"2.0","id":${id},`);
    void wait(2_500).then(() => response.end(`"result":"whole"}`));
  });
  const recorder = await record(node.url, { network: NETWORK, drainMs: 10_000 });
  // Its connection is kept and idle.
  await post(recorder.url, call(1, "eth_call"));
  const slow = new Promise<string>((resolve, reject) => {
    const sent = request(recorder.url, { method: "POST", agent: false }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => {
        text += part.toString();
      });
      response.once("error", reject);
      response.once("end", () => resolve(text));
    });
    sent.once("error", reject);
    sent.end(JSON.stringify(call(2, "debug_traceBlock")));
  });
  await eventually(() => arrived === 2);
  const from = performance.now();
  const facts = await recorder.stop();
  const tookMs = performance.now() - from;
  expect(await slow).toBe(`{"jsonrpc":"2.0","id":2,"result":"whole"}`);
  expect(facts).toMatchObject({ seen: 2, stored: 2 });
  expect(tookMs).toBeLessThan(9_000);
});

it("ends at the latest when its time to drain is over", async () => {
  const node = await startUpstream((_request, _body, response) => {
    response.write("{");
  });
  const recorder = await record(node.url, { network: NETWORK, drainMs: 1_000 });
  const cut = new Promise<string>((resolve) => {
    const sent = request(recorder.url, { method: "POST", agent: false }, (response) => {
      response.resume();
      response.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      response.once("end", () => resolve("end"));
    });
    // The socket says it too.
    sent.on("error", () => {});
    sent.end(JSON.stringify(call(2, "debug_traceBlock")));
  });
  await eventually(() => recorder.counts().arrived === 1);
  await recorder.stop();
  // Never as if the half of an answer were the whole.
  expect(await cut).toBe("ECONNRESET");
});

it("ends idle connections soon", async () => {
  const node = await startNode();
  const recorder = await record(node.url, { network: NETWORK, drainMs: 20_000 });
  await post(recorder.url, call(1, "eth_call"));
  const from = performance.now();
  await recorder.stop();
  expect(performance.now() - from).toBeLessThan(10_000);
});
