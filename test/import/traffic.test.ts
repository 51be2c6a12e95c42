import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { har } from "../../src/import/har.ts";
import { readLine } from "../../src/import/jsonl.ts";
import { whyLeftOut } from "../../src/import/traffic.ts";
import type { Wanted } from "../../src/import/traffic.ts";
import type { ImportedExchange } from "../../src/import/imported.ts";
import { temporaryFolder } from "../support/folder.ts";

const CALL = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';

interface Entry {
  readonly request?: object;
  readonly response?: unknown;
  readonly [name: string]: unknown;
}

const entry = ({ request, ...rest }: Entry = {}): object => ({
  startedDateTime: "2026-01-01T00:00:00.000Z",
  time: 12.5,
  request: {
    method: "POST",
    url: "https://node.example/v3/key",
    headers: [{ name: "content-type", value: "application/json" }],
    postData: { mimeType: "application/json", text: CALL },
    ...request,
  },
  response: {
    status: 200,
    headers: [{ name: "content-type", value: "application/json" }],
    content: { text: '{"id":1,"result":"0x1"}' },
  },
  ...rest,
});

async function read(entries: readonly object[]): Promise<(ImportedExchange | string)[]> {
  const file = path.join(temporaryFolder(), "a.har");
  writeFileSync(file, JSON.stringify({ log: { entries } }));
  const found: (ImportedExchange | string)[] = [];
  for await (const each of har.read(file, "a.har")) {
    found.push("bad" in each ? each.bad.reason : each.exchange);
  }
  return found;
}

const get = (url: string, rest: Entry = {}): object =>
  entry({ ...rest, request: { method: "GET", url, postData: null } });

describe("of an archive only calls to the node are traffic", () => {
  const entries = [
    entry(),
    entry({ request: { url: "https://other.example/" } }),
    get("https://node.example/extended/v1/status"),
    get("https://node.example/app.js"),
    get("https://node.example/logo", {
      response: { status: 200, headers: [{ name: "content-type", value: "image/png" }] },
    }),
    get("https://node.example/x", { _resourceType: "script" }),
    get("data:image/png;base64,AAAA"),
    get("chrome-extension://abc/x.js"),
    entry({ request: { method: "CONNECT", url: "node.example:443" } }),
    entry({ request: { method: "OPTIONS", postData: null } }),
    entry({ response: { status: 307, headers: [] } }),
    entry({
      request: { method: "GET", url: "wss://node.example/ws" },
      _webSocketMessages: [
        { type: "send", time: 1, opcode: 1, data: CALL },
        { type: "send", time: 2, opcode: 9, data: "" },
      ],
    }),
  ];
  const all: Wanted = { hosts: [], urls: [], rest: false };
  const reasons = async (wanted: Wanted): Promise<unknown[]> =>
    (await read(entries)).map((each) =>
      typeof each === "string" ? each : whyLeftOut(each, wanted, true),
    );

  it("JSON-RPC unless REST is asked for", async () => {
    const page = Array.from({ length: 6 }, () => "not-traffic");
    expect(await reasons(all)).toEqual([
      null,
      null,
      "not-json-rpc",
      ...page,
      "not-json-rpc",
      "redirected",
      null,
    ]);
    expect(await reasons({ ...all, rest: true })).toEqual([
      null,
      null,
      null,
      ...page,
      null,
      "redirected",
      null,
    ]);
  });

  const taken = async (wanted: Partial<Wanted>): Promise<number[]> =>
    (await reasons({ ...all, ...wanted })).flatMap((reason, index) =>
      reason === null ? [index] : [],
    );

  it("of the hosts and URLs that are asked for", async () => {
    expect(await taken({ hosts: ["node.example"] })).toEqual([0, 11]);
    expect(await taken({ hosts: ["other.example", "NODE.example"] })).toEqual([0, 1, 11]);
    expect(await taken({ urls: ["https://node.example/v3"] })).toEqual([0]);
    expect(await taken({ urls: ["https://node.example/v"] })).toEqual([]);
    expect(await taken({ urls: ["http://node.example/v3"] })).toEqual([]);
    expect(await taken({ urls: ["https://node.example/"] })).toEqual([0, 11]);
  });
});

describe("an oddity of one field costs the field, not the entry", () => {
  it.each([
    ["headers that are null", { request: { headers: null } }],
    ["headers as an object", { request: { headers: { "content-type": "application/json" } } }],
    [
      "a header without a value",
      { request: { headers: [{ name: "a", value: null }, { name: "b" }, 7] } },
    ],
    [
      "a header that is a number",
      { request: { headers: [{ name: "content-length", value: 59 }] } },
    ],
    ["a time as text", { time: "12.5" }],
    ["a time that is none", { time: "soon" }],
    ["a negative time", { time: -1 }],
    ["a start as a number", { startedDateTime: 1_767_225_600_000 }],
    ["no start", { startedDateTime: null }],
    ["a status as text", { response: { status: "200", headers: null, content: { text: "{}" } } }],
    ["a status of 0", { response: { status: 0, headers: [] } }],
    ["no answer", { response: null }],
    ["no headers", { request: { headers: undefined } }],
    ["an answer that is none", { response: "none" }],
    ["content that is null", { response: { status: 200, headers: [], content: null } }],
    ["messages that are null", { _webSocketMessages: null }],
    [
      "Base64",
      { request: { postData: { text: Buffer.from(CALL).toString("base64"), encoding: "BASE64" } } },
    ],
    ["JSON that was taken apart", { request: { postData: { text: JSON.parse(CALL) } } }],
    [
      "a coding that is undone already",
      {
        response: {
          status: 200,
          headers: [{ name: "content-encoding", value: "br" }],
          content: { text: "{}" },
        },
      },
    ],
  ])("%s", async (_what, odd) => {
    const [found] = await read([entry(odd)]);
    expect(found).toMatchObject({
      requestHead: { verb: "POST", path: "/v3/key" },
      incomplete: false,
    });
    expect(typeof found === "string" ? found : found?.requestBody?.toString()).toBe(CALL);
  });

  it("a form of several parts is no body that could be sent", async () => {
    const postData = {
      mimeType: "multipart/form-data; boundary=X",
      params: [{ name: "f", value: "v" }],
    };
    expect(await read([entry({ request: { postData } })])).toMatchObject([
      { requestBody: null, incomplete: true },
    ]);
  });

  it("an entry without verb or URL is named", async () => {
    expect(await read([{}, entry({ request: { method: 7 } })])).toEqual([
      "request: Invalid input: expected object, received undefined",
      "request.method: Invalid input: expected string, received number",
    ]);
  });
});

describe("a line of JSON Lines", () => {
  it.each([
    ['{"at":"2026-01-01T00:00:00","request":{"body":{"id":1,"method":"m"}}}', Date.UTC(2026, 0, 1)],
    [
      '{"at":"2026-01-01T01:00:00+01:00","request":{"body":{"id":1,"method":"m"}}}',
      Date.UTC(2026, 0, 1),
    ],
    [
      '{"request":{"headers":{"content-length":12,"x":null,"y":true},"body":{"id":1,"method":"m"}}}',
      null,
    ],
  ])("%s", (line, at) => {
    expect(readLine(line, "a:1")).toMatchObject({ exchange: { at } });
  });

  it("may have any id, and is named where it asks nothing", () => {
    for (const id of ["1.5", '"a"', "null", "1e2", "9007199254740993", '{"x":1}', "true", '"é"']) {
      const line = `{"jsonrpc":"2.0","id":${id},"method":"eth_chainId","params":[]}`;
      const found = readLine(line, "a:1");
      expect("exchange" in found && found.exchange.requestBody?.toString()).toBe(line);
    }
    expect(readLine("[]", "a:1")).toEqual({ bad: { place: "a:1", reason: "an empty batch" } });
  });
});
