import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { assert, json, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { rawMember } from "../../src/import/raw-json.ts";
import { splitBytes } from "../../src/import/split-bytes.ts";
import { TOKENS } from "../record/support/redaction.ts";
import { readAll } from "../record/support/recorders.ts";
import { runCli } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

const KEY = "a key for tests, of 32 characters";
const CALL = '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}';
const KEYED_PATH = "/v3/0123456789abcdef0123456789abcdef";

interface Result extends CliResult {
  readonly folder: string;
  readonly recording: string;
}

/** Writes files, imports them by the command, and gives what it said. */
async function importing(
  files: Readonly<Record<string, string | Buffer>>,
  flags: readonly string[] = [],
): Promise<Result> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const names = Object.keys(files);
  const result = await runCli(["import", ...names, "--out", "out.sqlite", ...flags], {
    cwd: folder,
    env: { SHADOWDIFF_KEY: KEY },
  });
  const clean = (text: string): string => text.replaceAll(folder, "FOLDER");
  return {
    code: result.code,
    stdout: clean(result.stdout),
    stderr: clean(result.stderr),
    folder,
    recording: path.join(folder, "out.sqlite"),
  };
}

const bodies = (file: string): (string | undefined)[] =>
  readAll(file).exchanges.map((each) => each.request.body?.toString());

describe("JSON Lines", () => {
  it("takes bare requests, batches and whole exchanges, byte for byte", async () => {
    const odd =
      '{"jsonrpc":"2.0", "id":9007199254740993,"method":"eth_call","params":[1.0,"l\\u0061test"]}';
    const result = await importing({
      "a.jsonl": [
        odd,
        `[${CALL},${CALL}]`,
        "",
        `{"request":${odd}}`,
        `{"at":"2026-01-02T03:04:05.678Z","durationMs":2.5,"customer":"alice","name":"mine","request":{"method":"post","path":"/x?a=b","headers":{"Accept":"*/*"},"body": ${odd} },"response":{"status":404,"headers":{"Retry-After":"1"},"body":"not JSON"}}`,
        '{"request":{"method":"GET","path":"/extended/v1/status"}}',
      ].join("\r\n"),
    });
    expect([result.code, result.stdout, result.stderr]).toEqual([
      0,
      "seen 5 = stored 5 + dropped 0\nRecording: out.sqlite\n",
      "",
    ]);
    expect(bodies(result.recording)).toEqual([odd, `[${CALL},${CALL}]`, odd, odd, undefined]);
    expect(readAll(result.recording).exchanges[3]).toMatchObject({
      at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      durationMs: 2.5,
      name: "mine",
      customer: TOKENS.token("cus", "alice"),
      request: { verb: "POST", path: "/x?a=b", headers: { accept: "*/*" } },
      response: { status: 404, headers: { "retry-after": "1" } },
    });
  });

  it("names bad lines, counts them, and goes on; --strict stops", async () => {
    const lines = {
      "a.jsonl": [
        CALL,
        '{"secret": nonsense',
        "42",
        '{"x":1}',
        '{"request":{"method":"G T"}}',
        '{"request":{},"at":"yesterday"}',
        CALL,
      ].join("\n"),
    };
    const result = await importing(lines);
    expect(result).toMatchObject({
      code: 0,
      stdout: "seen 7 = stored 2 + dropped 5 (bad-entry 5)\nRecording: out.sqlite\n",
    });
    expect(result.stderr).toMatchInlineSnapshot(`
      "skipped: FOLDER/a.jsonl:2: not JSON: unexpected character
      skipped: FOLDER/a.jsonl:3: expected an object or a batch
      skipped: FOLDER/a.jsonl:4: neither a JSON-RPC request ("method") nor an exchange ("request")
      skipped: FOLDER/a.jsonl:5: request.method: expected an HTTP verb
      skipped: FOLDER/a.jsonl:6: at: Invalid ISO datetime
      "
    `);
    const strict = await importing(lines, ["--strict"]);
    expect([strict.code, strict.stderr]).toMatchInlineSnapshot(`
      [
        2,
        "FOLDER/a.jsonl:2: not JSON: unexpected character
      ",
      ]
    `);
  });

  it("comes back from an export as it was", async () => {
    const first = await importing({
      "a.jsonl": `${CALL}\n{"customer":"alice","request":{"method":"POST","path":"${KEYED_PATH}","headers":{"User-Agent":"viem/2"},"body":{"method":"eth_sendRawTransaction","id":1,"params":["0x02"]}},"response":{"status":200,"headers":{},"body":{"id":1,"result":[1.0]}}}\n`,
    });
    await runCli(["inspect", "out.sqlite", "--export", "again.jsonl"], { cwd: first.folder });
    const second = await runCli(["import", "again.jsonl", "--out", "again.sqlite"], {
      cwd: first.folder,
      env: { SHADOWDIFF_KEY: KEY },
    });
    expect(second.code).toBe(0);
    expect(readAll(path.join(first.folder, "again.sqlite")).exchanges).toEqual(
      readAll(first.recording).exchanges,
    );
    const refused = await runCli(["inspect", "out.sqlite", "--export", "again.jsonl"], {
      cwd: first.folder,
    });
    expect(refused.code).toBe(2);
  });

  it("reads members of a line as they stand", () => {
    assert(
      property(json(), json(), (a, b) => {
        const text = `{ "x\\u0061" : ${a} , "b":[${b}],"c": {"d": ${b} }}`;
        expect(rawMember(text, ["xa"])).toBe(a.trim());
        expect(rawMember(text, ["c", "d"])).toBe(b.trim());
        expect(rawMember(text, ["c", "e"])).toBeUndefined();
      }),
    );
    expect(rawMember('{"a":1,"a":{"b":2.0}}', ["a", "b"])).toBe("2.0");
  });
});

describe("execution-apis files", () => {
  it("takes folders of them, and names each exchange", async () => {
    const folder = path.resolve(import.meta.dirname, "../fixtures/import/execution-apis");
    const result = await importing({}, [folder]);
    expect(result.stdout).toBe("seen 4 = stored 4 + dropped 0\nRecording: out.sqlite\n");
    expect(
      readAll(result.recording).exchanges.map((each) => [each.name, each.response?.status]),
    ).toEqual([
      ["eth_blockNumber/simple-test", 200],
      ["eth_getBlockByNumber/get-genesis", 200],
      ["made-up/two", 200],
      ["made-up/two#2", undefined],
    ]);
  });

  it("names lines that are none", async () => {
    const result = await importing({
      "a/b.io": `hello\n<< {}\n>> nonsense\n>> ${CALL}\n<< {"id":1}\n`,
    });
    expect(result.stderr).toMatchInlineSnapshot(`
      "skipped: FOLDER/a/b.io:1: expected a line that starts with >>, << or //
      skipped: FOLDER/a/b.io:2: an answer without a request before it
      skipped: FOLDER/a/b.io:3: the request is not JSON
      "
    `);
    expect(readAll(result.recording).facts).toMatchObject({ seen: 4, stored: 1 });
  });
});

const MONKEYS = Buffer.from("\n🐵🙈🙉\n");
const gorRecord = (meta: string, ...parts: (string | Buffer)[]): Buffer =>
  Buffer.concat([Buffer.from(`${meta}\n`), ...parts.map((part) => Buffer.from(part)), MONKEYS]);
const REQUEST = `POST ${KEYED_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${CALL.length}\r\n\r\n${CALL}`;
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":"0x36"}';

const answered = `HTTP/1.1 200 OK\r\nContent-Length: ${ANSWER.length}\r\n\r\n${ANSWER}`;
const stored = (file: string): unknown[] =>
  readAll(file).exchanges.map((each) => [
    each.unreplayable,
    each.request.body?.toString() ?? null,
    each.response?.body?.toString() ?? null,
  ]);

describe("GoReplay files", () => {
  it("pairs requests with answers in any order, decoded", async () => {
    const packed = brotliCompressSync(Buffer.from(ANSWER));
    const chunked = [
      `HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n${packed.length.toString(16)}\r\n`,
      packed,
      "\r\n0\r\n\r\n",
    ];
    const gor = Buffer.concat([
      gorRecord("2 bb 1700000001000500000 500000", ...chunked),
      gorRecord("1 aa 1700000000000000000", REQUEST),
      gorRecord("1 bb 1700000001000000000 77", REQUEST),
      gorRecord("3 aa 1700000000000000001 5", "HTTP/1.1 500 Replayed\r\n\r\n"),
      gorRecord(
        "2 aa 1700000000002000000",
        `HTTP/1.1 200 OK\r\nContent-Length: ${ANSWER.length}\r\n\r\n${ANSWER}`,
      ),
      gorRecord(
        "1 cc 1700000002000000000 1",
        REQUEST.replace("POST", "HEAD").replace(/Content-Length.*$/s, "\r\n"),
      ),
      gorRecord("2 cc 1700000002000000000 1", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
      gorRecord("1 dd 1700000003000000000 1", REQUEST),
    ]);
    for (const files of [
      { "a.gor": gor },
      { "a.gor.gz": Buffer.concat([gzipSync(gor.subarray(0, 300)), gzipSync(gor.subarray(300))]) },
    ]) {
      const result = await importing(files, ["--customer", "path:2"]);
      expect([result.stderr, result.stdout]).toEqual([
        "",
        "seen 4 = stored 4 + dropped 0\nCan't be replayed: 1 of 4 (redacted-body 1)\nRecording: out.sqlite\n",
      ]);
      const { exchanges } = readAll(result.recording);
      expect(
        exchanges.map((each) => [
          each.at,
          each.durationMs,
          each.request.verb,
          each.response?.body?.toString() ?? null,
          each.unreplayable,
        ]),
      ).toEqual([
        [1_700_000_001_000, 0.5, "POST", ANSWER, null],
        [1_700_000_000_000, 2, "POST", ANSWER, null],
        // Without its key it is not known what was asked for.
        [1_700_000_002_000, 0.000001, "HEAD", null, "redacted-body"],
        [1_700_000_003_000, null, "POST", null, null],
      ]);
      expect(exchanges[0]).toMatchObject({
        customer: TOKENS.token("cus", KEYED_PATH.slice(4)),
        request: { path: `/v3/${TOKENS.token("cus", KEYED_PATH.slice(4))}` },
      });
    }
  });

  it("does not take half a request, or two glued together, for one", async () => {
    const result = await importing({
      "a.gor": Buffer.concat([
        gorRecord("1 aa 1 1", REQUEST.slice(0, -3)),
        gorRecord("1 bb 2 1", REQUEST, REQUEST),
        gorRecord("1 cc 3 1", REQUEST),
        gorRecord("2 cc 4 1", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut"),
      ]),
    });
    expect(
      readAll(result.recording).exchanges.map((each) => [
        each.unreplayable,
        each.request.body?.length ?? null,
      ]),
    ).toEqual([
      ["incomplete", CALL.length],
      ["incomplete", null],
      ["incomplete", null],
    ]);
  });

  it("names records that are none", async () => {
    const result = await importing({
      "a.gor": Buffer.concat([
        gorRecord("hello"),
        gorRecord("2 ff 5", "HTTP/1.1 200 OK\r\n\r\n"),
        gorRecord("1 ee 5", "no HTTP"),
        gorRecord("1 aa 1", REQUEST),
        gorRecord("1 aa 1", REQUEST),
      ]),
    });
    expect(result.stderr).toMatchInlineSnapshot(`
      "skipped: FOLDER/a.gor: record 1: the meta line is not TYPE ID TIMESTAMP [LATENCY]
      skipped: FOLDER/a.gor: record 5: the same record again
      skipped: FOLDER/a.gor: record 2: an answer without its request
      skipped: FOLDER/a.gor: record 3: the request is no HTTP/1 message
      "
    `);
  });

  it("waits past an interim answer for the one that counts", async () => {
    const result = await importing({
      "a.gor": Buffer.concat([
        gorRecord("1 aa 1 1", REQUEST),
        gorRecord("2 aa 2 1", "HTTP/1.1 100 Continue\r\n\r\n"),
        gorRecord("2 aa 3 1", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        gorRecord("2 aa 4 1", answered),
        gorRecord("1 bb 5 1", REQUEST),
        gorRecord("2 bb 6 1", "HTTP/1.1 100 Continue\r\n\r\n", answered),
      ]),
    });
    expect([result.stderr, stored(result.recording)]).toEqual([
      "",
      [
        [null, CALL, ANSWER],
        [null, CALL, ANSWER],
      ],
    ]);
  });

  it("reads files whose line ends went through Windows", async () => {
    const lines = `{\n"jsonrpc":"2.0",\n"id":1,"method":"eth_chainId"}`;
    const text = Buffer.concat([
      gorRecord("1 aa 1 1", REQUEST),
      gorRecord("2 aa 4 1", answered),
      gorRecord("1 bb 5 1", `POST / HTTP/1.1\r\nContent-Length: ${lines.length}\r\n\r\n${lines}`),
    ])
      .toString()
      .replaceAll(/\r?\n/g, "\r\n");
    const result = await importing({ "a.gor": text });
    expect([result.stderr, stored(result.recording)]).toEqual([
      "",
      [
        [null, CALL, ANSWER],
        [null, lines, null],
      ],
    ]);
  });

  it("never sends again what is longer or shorter than it says, and says how many there are", async () => {
    const chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    const result = await importing({
      "a.gor": Buffer.concat([
        gorRecord("1 a1 1 1", `${REQUEST}}}`),
        gorRecord("1 a2 2 1", REQUEST.slice(0, -1)),
        gorRecord("1 a3 3 1", `${chunked}more`),
        gorRecord("1 a4 4 1", "GET / HTTP/1.1\r\n\r\nmore"),
        gorRecord("1 a5 5 1", `${REQUEST}\n`),
        gorRecord("1 a6 6 1", REQUEST),
        gorRecord("2 a6 7 1", `${answered}more`),
      ]),
    });
    expect(readAll(result.recording).exchanges.map((each) => each.unreplayable)).toEqual(
      ["incomplete", "incomplete", "incomplete", "incomplete", "incomplete", null].toSorted(
        (a, b) => Number(a === null) - Number(b === null),
      ),
    );
    expect(result.stdout).toContain("Can't be replayed: 5 of 6 (incomplete 5)\n");
  });

  it("pairs an id that comes again in order, and leaves out what is there twice", async () => {
    const other = REQUEST.replace('"id":1', '"id":2');
    const result = await importing({
      "a.gor": Buffer.concat([
        gorRecord("1 aa 1 1", REQUEST),
        gorRecord("1 aa 1 1", REQUEST),
        gorRecord("1 aa 2 1", other),
        gorRecord("2 aa 3 1", answered),
        gorRecord("2 aa 4 1", answered.replace('"id":1', '"id":2')),
      ]),
    });
    expect(stored(result.recording)).toEqual([
      [null, CALL, ANSWER],
      [null, CALL.replace('"id":1', '"id":2'), ANSWER.replace('"id":1', '"id":2')],
    ]);
    expect(result.stderr).toBe("skipped: FOLDER/a.gor: record 2: the same record again\n");
  });

  it("finds separators wherever chunks end", async () => {
    const bytes = Buffer.concat([
      gorRecord("1 a 1", "x"),
      gorRecord("1 b 1", "yy"),
      Buffer.from("tail"),
    ]);
    for (let size = 1; size < 20; size += 1) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const parts: string[] = [];
      for await (const part of splitBytes(asStream(chunks), MONKEYS, 1_000))
        parts.push(part.bytes.toString());
      expect(parts).toEqual(["1 a 1\nx", "1 b 1\nyy", "tail"]);
    }
  });
});

async function* asStream(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

const HAR = readFileSync(path.resolve(import.meta.dirname, "../fixtures/import/browser.har"));

describe("HTTP archives", () => {
  it("takes entries whatever wrote them, and WebSocket messages", async () => {
    for (const files of [
      { "a.har": HAR },
      { "a.har.gz": gzipSync(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), HAR])) },
    ]) {
      const result = await importing(files, ["--rest"]);
      expect([result.code, result.stdout]).toEqual([
        0,
        "seen 6 = stored 5 + dropped 1 (bad-entry 1)\nCan't be replayed: 1 of 5 (redacted-body 1)\nHosts: mainnet.example 3, stacks.example 1, site.example 1\nRecording: out.sqlite\n",
      ]);
      const { exchanges } = readAll(result.recording);
      expect(
        exchanges.map((each) => [
          each.request.verb,
          each.request.path,
          each.request.body?.toString() ?? null,
          each.response?.status ?? null,
          each.response?.body?.toString() ?? null,
        ]),
      ).toEqual([
        ["POST", `/v3/${TOKENS.token("red", KEYED_PATH.slice(4))}`, CALL, 200, ANSWER],
        ["GET", "/extended/v1/status?unanchored=true", null, null, null],
        ["POST", expect.stringMatching(/^\/red_/), null, 302, null],
        ["POST", "/ws", CALL, 101, ANSWER],
        ["POST", "/ws", CALL.replace('"id":1', '"id":2'), null, null],
      ]);
      expect(exchanges[0]?.response?.headers).toEqual({ "content-type": "application/json" });
      expect(exchanges[3]).toMatchObject({ transport: "websocket", durationMs: 100 });
    }
  });

  it("keeps what came before the file was cut, and says so", async () => {
    const result = await importing({ "a.har": HAR.subarray(0, 1_200), "b.har": '{"log":{}}' }, [
      "--rest",
    ]);
    expect(result.code).toBe(0);
    expect(result.stderr).toMatchInlineSnapshot(`
      "skipped: FOLDER/a.har: entry 3: request: Invalid input: expected object, received number
      skipped: FOLDER/a.har: after entry 3: not JSON any more
      skipped: FOLDER/b.har: no entries at log.entries
      "
    `);
    expect(readAll(result.recording).facts.stored).toBe(2);
  });
});

it("keeps what was read when it is interrupted, and says so", async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, "a.jsonl"), CALL);
  const { code, stderr } = await runCli(["import", "a.jsonl", "--out", "o.sqlite"], {
    cwd: folder,
    env: { SHADOWDIFF_KEY: KEY },
    signal: AbortSignal.abort(),
  });
  expect([code, stderr.replaceAll(folder, "FOLDER")]).toEqual([
    4,
    "Interrupted: FOLDER/o.sqlite holds what was read until then\n",
  ]);
  expect(readAll(path.join(folder, "o.sqlite")).facts.seen).toBe(0);
});

describe("bad input", () => {
  it("is named in a line or two, and nothing is made or overwritten", async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, "a.txt"), "x");
    writeFileSync(path.join(folder, "a.jsonl"), CALL);
    writeFileSync(
      path.join(folder, "torn.jsonl.gz"),
      gzipSync(Buffer.alloc(100_000, "x")).subarray(0, 60),
    );
    writeFileSync(path.join(folder, "there.sqlite"), "mine");
    mkdirSync(path.join(folder, "empty"));
    const run = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await runCli(["import", ...words], {
        cwd: folder,
        env: { SHADOWDIFF_KEY: KEY },
      });
      return `${code}: ${stderr.replaceAll(folder, "FOLDER")}`;
    };
    expect([
      await run("no.jsonl", "--out", "o.sqlite"),
      await run("a.txt", "--out", "o.sqlite"),
      await run("empty", "--out", "o.sqlite"),
      await run("a.jsonl", "--out", "there.sqlite"),
      await run("a.jsonl", "--out", "a.txt/o.sqlite"),
      await run("a.jsonl", "--out", "o.sqlite", "--customer", "header"),
      await run("a.jsonl", "--out", "o.sqlite", "--redact-json", "x"),
      await run("a.jsonl", "--out", "o.sqlite", "--redact-pattern", "("),
      await run("torn.jsonl.gz", "--out", "torn.sqlite"),
    ]).toMatchInlineSnapshot(`
      [
        "2: No file or folder at FOLDER/no.jsonl
      ",
        "2: FOLDER/a.txt: not a format that can be imported
        Expected HAR, .gor, .jsonl, .io, a JSON array of calls or curl commands, each also with .gz, or a folder of them.
      ",
        "2: FOLDER/empty holds nothing that can be imported
      ",
        "2: FOLDER/there.sqlite exists already
        Choose another --out, or remove the file.
      ",
        "2: Cannot create the recording FOLDER/a.txt/o.sqlite
        EEXIST: file already exists, mkdir 'FOLDER/a.txt'
      ",
        "2: --customer header is not understood
        Give header:NAME, path:N, query:NAME, basic or jwt:CLAIM.
      ",
        "2: --redact-json x is no JSON pointer
        It starts with a slash: /params/0/apiKey; * stands for any key or index.
      ",
        "2: --redact-pattern ( is no regular expression
        Invalid regular expression: /(/g: Unterminated group
      ",
        "2: Cannot read FOLDER/torn.jsonl.gz: unexpected end of file
        It is gzip that breaks off or is damaged: copy it again.
      ",
      ]
    `);
    expect(readFileSync(path.join(folder, "there.sqlite"), "utf8")).toBe("mine");
    expect(readdirSync(folder).sort()).toEqual([
      "a.jsonl",
      "a.txt",
      "empty",
      "there.sqlite",
      "torn.jsonl.gz",
    ]);
  });
});
