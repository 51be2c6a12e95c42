import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { deflateRawSync, gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { summarise } from "../../src/recording/summary.ts";
import { summaryText } from "../../src/recording/summary-text.ts";
import { recorderDefaults } from "../../src/record/recorder-options.ts";
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

const NETWORK = { chainId: "1", genesisHash: null };
const REDACTOR = new URL("./support/deadly-redactor.ts", import.meta.url).href;
const SMALL = {
  ...recorderDefaults.limits,
  minFreeBytes: 0,
  captureMemoryBytes: 64 * 1024 * 1024,
};

describe("the capture thread is made anew, and traffic goes on", () => {
  it.each([
    ["stalls", "test_stall", /read nothing for/],
    ["crashes", "test_crash", /nobody foresaw this/],
    ["ends", "test_exit", /ended by itself/],
    ["fills its heap", "test_heap", /memory limit/],
  ])("when it %s", async (what, method, why) => {
    const node = await startNode();
    const notices: string[] = [];
    const recorder = await record(node.url, {
      network: NETWORK,
      redactorModule: REDACTOR,
      // On a machine that has much else to do, anything takes half a second.
      captureStallMs: what === "stalls" ? 500 : 20_000,
      limits: SMALL,
      notice: (text) => notices.push(text),
    });
    const ask = async (id: number, name: string): Promise<void> => {
      const answer = await post(recorder.url, call(id, name));
      expect(JSON.parse(answer)).toMatchObject({ id, result: name });
    };
    for (let id = 0; id < 10; id += 1) await ask(id, "eth_call");
    await eventually(() => recorder.counts().stored === 10);
    await askAlone(recorder.url, call(10, method));
    for (let id = 11; id < 20; id += 1) await ask(id, "eth_call");
    // Beside others, such as that nothing is stored meanwhile.
    await eventually(() => notices.some((notice) => why.test(notice)), 30_000);
    // A connection that was open then is read again from its next request on.
    const before = recorder.counts().stored;
    for (let id = 20; recorder.counts().stored < before + 3; id += 1) await ask(id, "eth_call");
    const facts = await recorder.stop();
    expect(addsUp(facts)).toBe(true);
    const all = readAll(recorder.file);
    expect(addsUp(all.facts)).toBe(true);
    // A crash comes a moment after its cause, which may have been handed over by then.
    const cause = all.exchanges.filter(({ request: { body } }) => String(body).includes(method));
    expect(cause.length).toBeLessThanOrEqual(what === "crashes" ? 1 : 0);
    const lost = facts.dropped["capture-restarted"] ?? 0;
    expect(lost + cause.length).toBeGreaterThanOrEqual(1);
    const database = new Database(recorder.file, { readonly: true });
    const gaps = database.prepare("SELECT DISTINCT reason FROM gaps").all();
    database.close();
    expect(gaps).toEqual([{ reason: "capture-restarted" }]);
    expect(summaryText(summarise(recorder.file))).toContain(" passed unread, in ");
    expect(facts.dropped["capture-error"]).toBeUndefined();
  });
});

/** On a connection of its own: the one over which a thread ended is not read again. */
async function askAlone(url: string, body: unknown): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, { method: "POST", agent: false }, (response) => {
      response.resume();
      response.once("end", resolve);
    });
    sent.once("error", reject);
    sent.end(JSON.stringify(body));
  });
}

/** Bodies that once stopped all traffic, or ended the process. */
const raw = (index: number): string => `0x${(1_000_000 + index).toString(16)}`;
const batchOf = (count: number, item: (index: number) => string): string =>
  `[${Array.from({ length: count }, (_, index) => item(index)).join(",")}]`;
const bodies: Record<string, Buffer> = {
  "gzip: a batch of raw transactions": gzipSync(
    batchOf(
      20_000,
      (id) =>
        `{"jsonrpc":"2.0","id":${id},"method":"eth_sendRawTransaction","params":["${raw(id)}"]}`,
    ),
  ),
  "gzip: a batch of passwords": gzipSync(
    batchOf(50_000, (id) => `{"password":"secret-${id}-abcdef"}`),
  ),
  "an object of many keys": Buffer.from(
    `{"jsonrpc":"2.0","id":1,"method":"x","params":[{${batchOf(300_000, (id) => `"k${id}":1`).slice(1, -1)}}]}`,
  ),
  "deep JSON": Buffer.from(`{"method":"x","params":${"[".repeat(500_000)}${"]".repeat(500_000)}}`),
  "deep secrets": Buffer.from(`${'{"password":'.repeat(200_000)}1${"}".repeat(200_000)}`),
  "gzip: a bomb": gzipSync(Buffer.alloc(200_000_000, " ")),
  "gzip, gzip: bombs in a bomb": gzipSync(gzipSync(Buffer.alloc(50_000_000, "["))),
  "gzip: a batch of many calls": gzipSync(
    batchOf(170_000, () => '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"0x1"}]}'),
  ),
  "one long string": Buffer.from(`{"method":"x","params":["${"eyJ".repeat(1_000_000)}"]}`),
  "quotes and backslashes": Buffer.from(`{"method":"${'\\"'.repeat(1_000_000)}"}`),
  noise: randomBytes(2_000_000),
  "deflate: noise": deflateRawSync(randomBytes(100_000)).subarray(7),
};

const HOSTILE = Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => {
    const [encoding = "", rest] = name.split(": ");
    return [name, { body, encoding: rest === undefined ? "identity" : encoding }];
  }),
);

it("lets no other customer wait for what one sends, whatever it is", async () => {
  const node = await startUpstream((_request, body, response) => {
    const id = /"id":(\d+)/.exec(body.toString("latin1", 0, 200))?.[1] ?? "null";
    response.end(`{"jsonrpc":"2.0","id":${id},"result":"0x1"}`);
  });
  const recorder = await record(node.url, {
    network: NETWORK,
    limits: SMALL,
    captureStallMs: 2_000,
  });
  const ending = new AbortController();
  let worstMs = 0;
  let answered = 0;
  const other = (async () => {
    while (!ending.signal.aborted) {
      const from = performance.now();
      const answer = await post(recorder.url, call(answered, "eth_call"));
      worstMs = Math.max(worstMs, performance.now() - from);
      expect(answer).toContain(`"id":${answered},`);
      answered += 1;
    }
  })();
  await eventually(() => answered > 5);
  const waits: Record<string, number> = {};
  for (const [name, { body, encoding }] of Object.entries(HOSTILE)) {
    worstMs = 0;
    for (let count = 0; count < 3; count += 1) {
      const headers = { "content-encoding": encoding };
      await fetch(recorder.url, { method: "POST", headers, body });
    }
    const before = recorder.counts().stored;
    await eventually(() => recorder.counts().stored > before + 100, 30_000);
    waits[name] = Math.round(worstMs);
  }
  ending.abort();
  await other;
  const facts = await recorder.stop();
  expect(addsUp(facts)).toBe(true);
  // Shared with the node, the clients and other tests. Without a thread of its own it took up to 54 s.
  expect(Object.entries(waits).filter(([, ms]) => ms > 1_500)).toEqual([]);
}, 120_000);
