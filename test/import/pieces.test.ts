import { gzipSync } from "node:zlib";
import { writeFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HarEntrySchema, entryBase, headerPairs } from "../../src/import/har-entry.ts";
import { parsePairLine } from "../../src/import/pairs/parse-line.ts";
import { posixCommands } from "../../src/import/shell-words.ts";
import { cmdCommands, isForCmd } from "../../src/import/cmd-words.ts";
import { fileBytes, fileLines, splitBytes } from "../../src/import/split-bytes.ts";
import { temporaryFolder } from "../support/folder.ts";

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const written = async (bytes: Buffer): Promise<string> => {
  const file = path.join(temporaryFolder(), "f");
  writeFileSync(file, bytes);
  const chunks = [];
  for await (const chunk of fileBytes(file)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("splitting bytes", () => {
  test("gives the parts between separators, however the bytes come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("a", "-", "=", "ab", "-="), { maxLength: 20 }),
        fc.constantFrom("-", "-=", "=-="),
        fc.integer({ min: 1, max: 9 }),
        async (pieces, separator, size) => {
          const text = pieces.join("");
          const parts = [];
          for await (const part of splitBytes(
            inChunks(Buffer.from(text), size),
            Buffer.from(separator),
            1_000,
          ))
            parts.push(part);
          const expected = text.split(separator);
          // What is left after the last separator is a part only where there is something.
          const last = expected.pop() ?? "";
          expect(parts).toEqual([
            ...expected.map((bytes, at) => ({
              bytes: Buffer.from(bytes),
              number: at + 1,
              ended: true,
              tooLong: false,
            })),
            ...(last === ""
              ? []
              : [
                  {
                    bytes: Buffer.from(last),
                    number: expected.length + 1,
                    ended: false,
                    tooLong: false,
                  },
                ]),
          ]);
        },
      ),
    );
  });

  test("leaves out what is longer than the limit, and says so", async () => {
    const parts = [];
    for await (const part of splitBytes(
      inChunks(Buffer.from("123,1234,12,12345"), 3),
      Buffer.from(","),
      3,
    ))
      parts.push([part.bytes.toString(), part.number, part.ended, part.tooLong]);
    expect(parts).toEqual([
      ["123", 1, true, false],
      ["", 2, true, true],
      ["12", 3, true, false],
      ["", 4, false, true],
    ]);
  });

  test.each<[string, Buffer, string]>([
    ["UTF-8", Buffer.from("né"), "né"],
    ["UTF-8 with a mark", Buffer.from("\ufeffné"), "né"],
    ["UTF-16 with a mark", Buffer.from("\ufeffné", "utf16le"), "né"],
    ["UTF-16 without one", Buffer.from("abé", "utf16le"), "abé"],
    ["the other UTF-16 with a mark", utf16be("\ufeffné"), "né"],
    ["the other UTF-16 without one", utf16be("abé"), "abé"],
    ["gzip", gzipSync("né"), "né"],
    ["gzip of several members", Buffer.concat([gzipSync("a"), gzipSync("b")]), "ab"],
    ["nothing", Buffer.alloc(0), ""],
    ["a byte", Buffer.from("a"), "a"],
    ["half a mark", Buffer.from([0xef, 0xbb, 0x41]), "\ufffdA"],
    ["zeros", Buffer.from([0x61, 0, 0, 0x62]), "a\0\0b"],
  ])("reads a file of %s", async (_, bytes, text) => {
    expect(await written(bytes)).toBe(text);
  });

  test("numbers lines as an editor does", async () => {
    const file = path.join(temporaryFolder(), "f");
    writeFileSync(file, "a\n\nb");
    const lines = [];
    for await (const { bytes, number } of fileLines(file))
      lines.push(`${number} ${bytes.toString()}`);
    expect(lines).toEqual(["1 a", "2 ", "3 b"]);
  });
});

const CALL = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":"0x1"}';
const parsed = (line: string) => parsePairLine(line, 7, (customer) => `token of ${customer}`);

describe("a line of a pairs file", () => {
  test("is a pair with what it says of itself, digits and all", () => {
    const line = `{"request":${CALL},"old":{"jsonrpc":"2.0","id":1,"result":1.0},"candidate":${ANSWER},
      "control":${ANSWER},"recorded":${ANSWER},"name":"n","customer":"c","at":"2026-01-02T00:00:00Z",
      "oldMeta":{"status":201,"headers":{"X-A":"b"},"ms":5},"candidateMeta":{"outcome":"timeout"}}`;
    const { pairs, batch } = parsed(line.replaceAll("\n", ""));
    expect(batch).toBeNull();
    expect(pairs).toHaveLength(1);
    const [pair] = pairs;
    expect(pair).toMatchObject({
      id: "7",
      name: "n",
      customer: "token of c",
      at: Date.UTC(2026, 0, 2),
      method: "eth_chainId",
      chain: "ethereum",
      weight: 1,
      old: { kind: "reply", status: 201, headers: { "x-a": "b" }, ms: 5 },
      candidate: { kind: "timeout", status: null, headers: {}, ms: null },
      control: { kind: "reply" },
      recorded: { kind: "reply" },
    });
    expect(pair?.old.body?.toString()).toBe('{"jsonrpc":"2.0","id":1,"result":1.0}');
    expect(JSON.parse(pair?.request.toString() ?? "")).toEqual(JSON.parse(CALL));
  });

  test("has nothing of what it does not say", () => {
    const [pair] = parsed(`{"request":${CALL},"old":${ANSWER},"candidateText":"<html>"}`).pairs;
    expect(pair).toMatchObject({
      name: null,
      customer: null,
      at: null,
      control: null,
      recorded: null,
    });
    expect(pair?.candidate.kind).toBe("malformed");
    const [silent] = parsed(`{"request":${CALL},"old":${ANSWER},"candidateMeta":{}}`).pairs;
    expect(silent?.candidate).toMatchObject({ kind: "unreachable", body: null });
    const [failed] = parsed(
      `{"request":${CALL},"old":${ANSWER},"candidate":{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}}`,
    ).pairs;
    expect(failed?.candidate.kind).toBe("fault");
    const event =
      '{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{}}}';
    const [sent] = parsed(`{"request":${CALL},"old":${event},"candidate":${event}}`).pairs;
    expect([sent?.old.kind, sent?.candidate.kind]).toEqual(["reply", "reply"]);
  });

  test.each([
    ["{no", /JSON/],
    ['{"method":"x"}', /a request alone/],
    ['{"old":1}', /request is missing/],
    [`{"request":${CALL},"candidate":${ANSWER}}`, /old is missing/],
    [`{"request":${CALL},"old":${ANSWER}}`, /candidate is missing/],
    [`{"request":${CALL},"old":${ANSWER},"candidate":${ANSWER},"at":"soon"}`, /^at: /],
    [
      `{"request":${CALL},"old":${ANSWER},"candidate":${ANSWER},"oldMeta":{"status":"x"}}`,
      /^oldMeta\.status: /,
    ],
    ["[1]", /./],
  ])("%s is refused", (line, words) => {
    expect(() => parsed(line)).toThrow(words);
  });

  test("of a batch is a pair for each call that asks for an answer, and the whole", () => {
    const request = `[${CALL},{"jsonrpc":"2.0","method":"eth_chainId"},{"jsonrpc":"2.0","id":2,"method":"net_version"}]`;
    const old = `[{"jsonrpc":"2.0","id":2,"result":"1"},${ANSWER}]`;
    const { pairs, batch } = parsed(
      `{"request":${request},"old":${old},"candidate":[${ANSWER}],"control":${old}}`,
    );
    expect(
      pairs.map(({ id, method, old: one, candidate, control }) => [
        id,
        method,
        one.kind,
        candidate.kind,
        control?.kind,
      ]),
    ).toEqual([
      ["7:0", "eth_chainId", "reply", "reply", "reply"],
      ["7:2", "net_version", "reply", "malformed", "reply"],
    ]);
    expect(pairs[0]?.old.body?.toString()).toBe(ANSWER);
    expect(batch?.whole).toMatchObject({ id: "7:batch", method: "(batch)" });
    expect(batch?.splits.candidate?.order).toEqual([0]);
    const failed = parsed(`{"request":${request},"old":${old},"candidate":${ANSWER}}`);
    expect(failed.batch).toBeNull();
    expect(failed.pairs.map(({ id, method }) => [id, method])).toEqual([["7", "(batch)"]]);
    const quiet = parsed(`{"request":[{"jsonrpc":"2.0","method":"x"}],"old":[],"candidate":[]}`);
    expect(quiet).toMatchObject({ batch: null, pairs: [{ method: "(batch)" }] });
  });
});

const posixWords = (text: string): (string[] | string)[] =>
  posixCommands(text).map(({ words: own, line, unknown }) => unknown ?? [String(line), ...own]);

const ofCmd = (text: string): (string[] | string)[] =>
  cmdCommands(text).map(({ words: own, line, unknown }) => unknown ?? [String(line), ...own]);

describe("words of a shell", () => {
  test.each<[string, (string[] | string)[]]>([
    ["a 'b c' \"d e\" f\\ g", [["1", "a", "b c", "d e", "f g"]]],
    ["a ''", [["1", "a", ""]]],
    [
      "a\nb; c & d",
      [
        ["1", "a"],
        ["2", "b"],
        ["2", "c"],
        ["2", "d"],
      ],
    ],
    ["a \\\n b", [["1", "a", "b"]]],
    [
      "a \\\r\n b\nc",
      [
        ["1", "a", "b"],
        ["3", "c"],
      ],
    ],
    [
      "a 'x\ny'\nb",
      [
        ["1", "a", "x\ny"],
        ["3", "b"],
      ],
    ],
    [
      "a | b c\nd",
      [
        ["1", "a"],
        ["2", "d"],
      ],
    ],
    [
      "a || b",
      [
        ["1", "a"],
        ["1", "b"],
      ],
    ],
    ["a > f b", [["1", "a", "b"]]],
    ["a 2> f b", [["1", "a", "b"]]],
    ["a 2>&1 b", [["1", "a", "b"]]],
    ["a >> f", [["1", "a"]]],
    ["a 12> f", [["1", "a", "12"]]],
    [
      "a # b\nc #d",
      [
        ["1", "a"],
        ["2", "c"],
      ],
    ],
    ["a b#c", [["1", "a", "b#c"]]],
    ["a $'\\x41\\101\\u00e9\\n\\''", [["1", "a", "AAé\n'"]]],
    ["a $'\\q'", [["1", "a", "q"]]],
    ['a "\\$x \\\\ \\q \\" \\`"', [["1", "a", '$x \\ \\q " `']]],
    [
      'a "x\\\ny"\nb',
      [
        ["1", "a", "xy"],
        ["3", "b"],
      ],
    ],
    ["a $", [["1", "a", "$"]]],
    ["a '$x'", [["1", "a", "$x"]]],
    ["a $x", ["it holds a shell variable"]],
    ['a "${x}"', ["it holds a shell variable"]],
    ["a `b`", ["it holds a shell variable"]],
    ["a <<E", ["it reads a here-document"]],
    ["a 'b", ["a quote is not closed"]],
    ['a "b', ["a quote is not closed"]],
    ["a $x\nb", ["it holds a shell variable", ["2", "b"]]],
    ["", []],
    ["\n\n # x", []],
  ])("%j", (text, commands) => {
    expect(posixWords(text)).toEqual(commands);
  });

  test.each<[string, (string[] | string)[]]>([
    ['a "b c" d', [["1", "a", "b c", "d"]]],
    [
      "a ^\r\n  b\r\nc",
      [
        ["1", "a", "b"],
        ["3", "c"],
      ],
    ],
    ["a ^\n  b", [["1", "a", "b"]]],
    [
      'a ^"b^" & c',
      [
        ["1", "a", "b"],
        ["1", "c"],
      ],
    ],
    ['a "b & c"', [["1", "a", "b & c"]]],
    ['a "\\"b\\\\"', [["1", "a", '"b\\']]],
    ["a b\\c", [["1", "a", "b\\c"]]],
    ['a ""', [["1", "a", ""]]],
    ["a ^^ b", [["1", "a", "^", "b"]]],
    ["a %X% b", ["it holds a variable"]],
    ["\n\na", [["3", "a"]]],
    ["", []],
  ])("of Windows: %j", (text, commands) => {
    expect(ofCmd(text)).toEqual(commands);
  });

  test.each([
    ['curl ^"x^"', true],
    ["curl ^\r\n x", true],
    ["curl \\\n x", false],
    ["a^b", false],
  ])("%j is for Windows: %s", (text, isIt) => {
    expect(isForCmd(text)).toBe(isIt);
  });
});

const entry = (more: object) =>
  HarEntrySchema.parse({
    startedDateTime: "2026-01-02T00:00:00Z",
    time: 5,
    request: { method: "post", url: "https://h:1/a?b=1", headers: [] },
    ...more,
  });

test.each<[object, object]>([
  [
    {},
    {
      at: Date.UTC(2026, 0, 2),
      durationMs: 5,
      isAsset: false,
      origin: "https://h:1",
      incomplete: false,
    },
  ],
  [{ startedDateTime: 1_767_312_000_000 }, { at: 1_767_312_000_000 }],
  [{ startedDateTime: "12345678901" }, { at: Date.parse("12345678901") || null }],
  [{ startedDateTime: "soon" }, { at: null }],
  [
    { startedDateTime: null, time: null },
    { at: null, durationMs: null },
  ],
  [{ time: "7" }, { durationMs: 7 }],
  [{ time: -1 }, { durationMs: null }],
  [{ time: 0 }, { durationMs: 0 }],
  [{ time: "x" }, { durationMs: null }],
  [{ _resourceType: "script" }, { isAsset: true }],
  [{ _resourceType: "fetch" }, { isAsset: false }],
])("with %j is %j", (more, expected) => {
  expect(entryBase(entry(more))).toMatchObject(expected);
});

const headersOf = (given: unknown): unknown =>
  entryBase(entry({ request: { method: "GET", url: "https://h/", headers: given } })).requestHead
    .headers;
expect(headersOf([{ name: "A", value: 1 }, ["b", true], { name: "" }, 5])).toEqual([
  ["A", "1"],
  ["b", "true"],
]);

describe("an entry of a HAR", () => {
  test("has its headers in any of the forms that tools write, but those that no longer hold", () => {
    expect(headersOf({ a: "1", b: 2 })).toEqual([
      ["a", "1"],
      ["b", "2"],
    ]);
    expect(headersOf(null)).toEqual([]);
    expect(headersOf("x")).toEqual([]);
    const left = [":method", "Content-Length", "transfer-encoding", "Content-Encoding", "Host"];
    expect(headerPairs(left.map((name) => ({ name, value: "v" })))).toEqual([["Host", "v"]]);
  });
});
