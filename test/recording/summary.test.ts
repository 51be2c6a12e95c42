import { describe, expect, test } from "vitest";
import type { Exchange } from "../../src/model/exchange.ts";
import type { RecordingReader } from "../../src/model/recording.ts";
import { exportLine } from "../../src/recording/export.ts";
import { sameKey } from "../../src/recording/same-key.ts";
import { summariseShapes } from "../../src/recording/shape-summary.ts";
import type { RecordingSummary } from "../../src/recording/summary.ts";
import { shapesText, summaryText } from "../../src/recording/summary-text.ts";

const EXCHANGE: Exchange = {
  id: 1,
  at: Date.UTC(2026, 0, 2),
  durationMs: 1.5,
  protocol: "json-rpc",
  transport: "http",
  connection: 1,
  customer: "cus_00000000000000aa",
  name: "n",
  request: { verb: "POST", path: "/", headers: { a: "b" }, body: Buffer.from('{"id":1}') },
  response: { status: 200, headers: {}, body: Buffer.from("[1]") },
  probability: 0.25,
  unreplayable: "writes",
};

describe("an exported line", () => {
  test("has every field, and JSON bodies as they are", () => {
    expect(exportLine(EXCHANGE)).toBe(
      '{"at":"2026-01-02T00:00:00.000Z","durationMs":1.5,"customer":"cus_00000000000000aa","protocol":"json-rpc",' +
        '"transport":"http","name":"n","weight":4,"unreplayable":"writes",' +
        '"request":{"method":"POST","path":"/","headers":{"a":"b"},"body":{"id":1}},' +
        '"response":{"status":200,"headers":{},"body":[1]}}',
    );
  });

  test("leaves out what there is not", () => {
    const line = exportLine({
      ...EXCHANGE,
      durationMs: null,
      customer: null,
      name: null,
      unreplayable: null,
      probability: 1,
      request: { ...EXCHANGE.request, body: null },
      response: null,
    });
    expect(JSON.parse(line)).toEqual({
      at: "2026-01-02T00:00:00.000Z",
      protocol: "json-rpc",
      transport: "http",
      weight: 1,
      request: { method: "POST", path: "/", headers: { a: "b" } },
    });
  });

  test.each([
    ['{"a": 1}', '{"a": 1}'],
    [' {"a":1} \n', '{"a":1}'],
    ['{"a":\n1}', String.raw`"{\"a\":\n1}"`],
    ['"text"', String.raw`"\"text\""`],
    ["5", '"5"'],
    ["{no", '"{no"'],
    ["", '""'],
    ["é", '"é"'],
  ])("writes the body %j as %s", (body, written) => {
    const line = exportLine({
      ...EXCHANGE,
      request: { ...EXCHANGE.request, body: Buffer.from(body) },
    });
    expect(line).toContain(`"body":${written}},"response"`);
    expect(line).not.toMatch(/\n/);
  });
});

/** A reader of these exchanges, made with this key. */
function reading(exchanges: readonly Exchange[], keyId: string | null = null): RecordingReader {
  return {
    path: `${keyId}.sqlite`,
    header: { keyId },
    exchanges: () => exchanges,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is read here
  } as unknown as RecordingReader;
}

describe("the key of recordings that are opened together", () => {
  test.each([
    [[], null],
    [[null, null], null],
    [[null, "aa"], "aa"],
    [["aa", null, "aa"], "aa"],
  ])("%j is %j", (keys, key) => {
    expect(sameKey(keys.map((each) => reading([], each)))).toBe(key);
  });

  test("is one", () => {
    expect(() => sameKey(["aa", null, "bb"].map((key) => reading([], key)))).toThrow(
      "made with different keys",
    );
  });
});

const call = (params: string, more: Partial<Exchange> = {}): Exchange => ({
  ...EXCHANGE,
  unreplayable: null,
  request: {
    ...EXCHANGE.request,
    body: Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"eth_call","params":${params}}`),
  },
  ...more,
});

const shape = (index: number) => ({
  method: `m${index}`,
  parameters: "[]",
  kept: 1,
  traffic: 10 - index,
});

describe("the shapes of parameters", () => {
  test("are counted as kept and as the traffic they stand for, the most frequent first", () => {
    const shapes = summariseShapes(
      reading([
        call('["latest"]'),
        call('["latest"]', { probability: 0.5 }),
        call("[1,2]", { probability: 0.1 }),
        call('["latest"]', { unreplayable: "event" }),
        call("[]", { request: { ...EXCHANGE.request, body: Buffer.from("{no") } }),
        call("[]", {
          protocol: "rest",
          request: { verb: "GET", path: "/v2/info", headers: {}, body: null },
        }),
      ]),
    );
    expect(shapes.map(({ method, kept, traffic }) => [method, kept, traffic])).toEqual([
      ["eth_call", 1, 10],
      ["eth_call", 2, 6],
      ["GET /v2/info", 1, 4],
      ["POST /", 1, 4],
    ]);
    expect(shapes[0]?.parameters).not.toBe(shapes[1]?.parameters);
  });

  test("make a table of 40 rows at most, which says how many it leaves out", () => {
    const all = Array.from({ length: 42 }, (_, index) => shape(index));
    expect(shapesText(all.slice(0, 2))).toBe(
      [
        "",
        "method  kept  traffic  parameters",
        "m0         1       10  []",
        "m1         1        9  []",
        "",
      ].join("\n"),
    );
    expect(shapesText(all.slice(0, 40))).not.toContain("more shapes");
    expect(shapesText(all)).toMatch(/\nm39 .*\nand 2 more shapes; --json has all\n$/);
  });
});

const SUMMARY: RecordingSummary = {
  header: {
    formatVersion: 2,
    createdAt: "2026-01-02T00:00:00.000Z",
    source: "record",
    network: { chainId: "1", genesisHash: null },
    keyId: "abcd1234",
    closed: true,
    options: {},
  },
  facts: {
    name: "r",
    seen: 1_001,
    stored: 1_000,
    dropped: { "queue-full": 1 },
    firstAt: Date.UTC(2026, 0, 2),
    lastAt: Date.UTC(2026, 0, 2, 0, 1),
  },
  ratePerSecond: 16.68,
  methods: [
    {
      method: "eth_call",
      kept: 990,
      traffic: 9_900,
      share: 0.99,
      errors: 3,
      unreplayable: 0,
      requestBytes: 12_345,
      responseBytes: 6,
      p50Ms: 1.25,
      p95Ms: 10,
    },
    {
      method: "net_version",
      kept: 10,
      traffic: 100,
      share: 0.01,
      errors: 0,
      unreplayable: 0,
      requestBytes: 0,
      responseBytes: 0,
      p50Ms: null,
      p95Ms: null,
    },
  ],
  customers: [
    {
      customer: "cus_00000000000000aa",
      kept: 5,
      traffic: { estimate: 50, lower: 40, upper: 60 },
      methods: ["a", "b", "c", "d"].map((method, index) => ({
        method,
        kept: 1,
        traffic: { estimate: 9 - index, lower: 9 - index, upper: 9 - index },
      })),
    },
  ],
  statuses: { "200": 999, none: 1 },
  unreplayable: {},
  unread: { minutes: 2, connections: 3, bytes: 4_000 },
};

const of = <Row>(row: Row | undefined, count: number): Row[] =>
  Array.from({ length: count }, () => row).filter((each) => each !== undefined);

describe("a summary's text", () => {
  test("says what is in a recording, in tables", () => {
    expect(summaryText(SUMMARY)).toMatchInlineSnapshot(`
      "r: record, chain 1, made 2026-01-02T00:00:00.000Z, format 2
      Closed properly.
      Tokens made with key abcd1234.
      2026-01-02T00:00:00.000Z to 2026-01-02T00:01:00.000Z, 16.7 exchanges a second
      seen 1,001 = stored 1,000 + dropped 1 (queue-full 1)
      Beside that 4,000 bytes of 3 connections passed unread, in 2 minutes: no count or share below holds them.

      method       kept  traffic    share  errors  p50 ms  p95 ms  bytes in  bytes out
      eth_call      990    9,900  99.00 %       3     1.3    10.0    12,345          6
      net_version    10      100   1.00 %       0       -       -         0          0

      customer              kept  traffic (95 %)  mostly
      cus_00000000000000aa     5   50 (40 to 60)  a 9, b 8, c 7

      Status: 200 999, none 1
      Cannot be replayed: none
      "
    `);
  });

  test("says what it has not", () => {
    const text = summaryText({
      ...SUMMARY,
      header: { ...SUMMARY.header, keyId: null, closed: false },
      facts: { ...SUMMARY.facts, firstAt: null, lastAt: null },
      ratePerSecond: null,
      customers: [],
      unreplayable: { event: 2 },
      unread: null,
    });
    expect(text).toMatch(/^Not closed: still being written, or its recorder was killed\.$/m);
    expect(text).toMatch(/^No tokens in it\.$/m);
    expect(text).toMatch(/^No exchanges\.$/m);
    expect(text).toMatch(/^No customers: --customer says where they stand\.$/m);
    expect(text).toMatch(/^Cannot be replayed: event 2$/m);
    expect(text).not.toMatch(/unread/);
    const short = summaryText({ ...SUMMARY, ratePerSecond: null });
    expect(short).toMatch(/^2026-01-02T00:00:00\.000Z to 2026-01-02T00:01:00\.000Z$/m);
  });

  test("shows forty methods and customers at most, and counts the rest", () => {
    const [method] = SUMMARY.methods;
    const [customer] = SUMMARY.customers;
    const many = summaryText({ ...SUMMARY, methods: of(method, 41), customers: of(customer, 43) });
    expect(many.match(/^eth_call /gm)).toHaveLength(40);
    expect(many.match(/^cus_/gm)).toHaveLength(40);
    expect(many).toContain("\nand 1 more methods; --json has all\n");
    expect(many).toContain("\nand 3 more customers; --json has all\n");
    expect(summaryText({ ...SUMMARY, methods: of(method, 40) })).not.toContain("more methods");
  });
});
