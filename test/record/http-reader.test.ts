import { assert, array, integer, property, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { headParser } from "../../src/wire/http-head.ts";
import { HttpReader } from "../../src/wire/http-reader.ts";

/** What a reader makes of chunks, as lines. */
function read(chunks: readonly Buffer[], side: "request" | "response" = "request"): string[] {
  const events: string[] = [];
  let body = "";
  const reader = new HttpReader(headParser(side), {
    head(head) {
      events.push(`${head.verb}${head.path} ${head.status || ""}`.trim());
      if (head.chunked) return { by: "chunks" };
      if (head.contentLength !== undefined) return { by: "length", bytes: head.contentLength };
      return side === "request" ? { by: "none" } : { by: "close" };
    },
    body: (bytes) => {
      body += bytes.toString("latin1");
    },
    end() {
      events.push(`end ${JSON.stringify(body)}`);
      body = "";
    },
    tunnel: () => {},
    broken: () => events.push("broken"),
  });
  for (const chunk of chunks) reader.feed(chunk);
  if (reader.finish()) events.push("cut");
  return events;
}

/** The parts in which a body passes on. */
function passed(text: string): string[] {
  const parts: string[] = [];
  const reader = new HttpReader(headParser("request"), {
    head: () => ({ by: "chunks" }),
    body: () => {},
    end: () => {},
    tunnel: () => {},
    broken: () => parts.push("broken"),
    raw: (bytes) => parts.push(bytes.toString("latin1")),
  });
  reader.feed(Buffer.from(`PUT / HTTP/1.1\r\n\r\n${text}`, "latin1"));
  return parts;
}

function split(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  const at = [
    0,
    ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b),
    bytes.length,
  ];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const TWO =
  "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nPUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\nT: v\r\n\r\n";

describe("reading HTTP/1", () => {
  it("passes a body of one-byte chunks on in one part, and its bytes whole where it breaks off", () => {
    const tiny = `${"1\r\na\r\n".repeat(1_000)}0\r\n\r\n`;
    expect(passed(tiny)).toEqual([tiny]);
    expect(passed("1\r\na\r\nno size\r\n")).toEqual(["1\r\na\r\n", "broken", "no size\r\n"]);
  });

  it("gives the same whatever the chunks", () => {
    const whole = read([Buffer.from(TWO)]);
    expect(whole).toEqual([
      "POST/a",
      'end "abc"',
      "GET/b",
      'end ""',
      "PUT/c",
      'end "abc0123456789"',
    ]);
    assert(
      property(array(integer({ min: 0, max: TWO.length }), { maxLength: 40 }), (cuts) => {
        expect(read(split(TWO, cuts))).toEqual(whole);
      }),
    );
    expect(
      read(
        split(
          TWO,
          Array.from(TWO, (_, index) => index),
        ),
      ),
    ).toEqual(whole);
  });

  it("never throws, whatever the bytes", () => {
    assert(
      property(
        array(uint8Array({ maxLength: 300 })),
        integer({ min: 0, max: TWO.length }),
        (chunks, at) => {
          read(chunks.map((chunk) => Buffer.from(chunk)));
          read([Buffer.from(TWO.slice(0, at)), ...chunks.map((chunk) => Buffer.from(chunk))]);
        },
      ),
    );
  });

  it.each([
    ["GET / HTTP/1.1\nHost: x\n\n", ["GET/", 'end ""']],
    ["\r\n\r\nGET / HTTP/1.0\r\n\r\n", ["GET/", 'end ""']],
    ["GET / HTTP/2.0\r\n\r\n", ["broken"]],
    ["GET / HTTP/1.1\r\nno colon\r\n\r\n", ["broken"]],
    ["POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab", ["POST/", "broken"]],
    ["POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", ["POST/", "broken"]],
    ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ["POST/", "broken"]],
    ["POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", ["POST/", "cut"]],
    ["GET http://user:pass@host/p?q HTTP/1.1\r\n\r\n", ["GET/p?q", 'end ""']],
    // Whichever empty line comes first ends the head.
    [
      "GET /a HTTP/1.1\nHost: x\n\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
      ["GET/a", 'end ""', "GET/b", 'end ""'],
    ],
    [
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n000000000000001\r\na\r\n0\r\n\r\n",
      ["POST/", 'end "a"'],
    ],
  ])("reads %j", (text, events) => {
    expect(read([Buffer.from(text)])).toEqual(events);
  });

  it("gives up on a head without end instead of keeping it", () => {
    expect(read([Buffer.from(`GET / HTTP/1.1\r\nA: ${"x".repeat(300_000)}`)])).toEqual(["broken"]);
  });
});

const doubt = (lines: string): unknown =>
  headParser("request")(`${lines.replaceAll("|", "\r\n")}\r\n\r\n`)?.doubt;

describe("what parsers read in different ways", () => {
  it.each([
    ["POST / HTTP/1.1|Content-Length: 2", null],
    ["POST /a?b=%20 HTTP/1.0|Host: x|X: caf\u00e9", null],
    ["POST / HTTP/1.1|Transfer-Encoding: chunked", null],
    ["POST / HTTP/1.1|Content-Length: 2|Content-Length: 2", "framing"],
    ["POST / HTTP/1.1|Content-Length: 2, 2", "framing"],
    ["POST / HTTP/1.1|Content-Length: +2", "framing"],
    ["POST / HTTP/1.1|Content-Length : 2", "framing"],
    ["POST / HTTP/1.1|Content-Length: 2|Transfer-Encoding: chunked", "framing"],
    ["POST / HTTP/1.1|Transfer-Encoding: chunked|Transfer-Encoding: identity", "framing"],
    ["POST / HTTP/1.1|Transfer-Encoding: gzip, chunked", "framing"],
    ["POST / HTTP/1.0|Transfer-Encoding: chunked", "framing"],
    ["POST / HTTP/1.1|X: a| b", "form"],
    ["POST / HTTP/1.1|X: a\nY: b", "form"],
    ["POST / HTTP/1.1|X: a\rY: b", "form"],
    ["POST / HTTP/1.1|X: a\0", "form"],
    ["FETCH / HTTP/1.1", "form"],
    ["POST /\u00e0 HTTP/1.1", "form"],
  ])("%j: %s", (lines, wanted) => {
    expect(doubt(lines)).toBe(wanted);
  });
});
