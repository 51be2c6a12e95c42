import { createRequire } from "node:module";
import { headParser } from "../../../src/wire/http-head.ts";
import { framingOf, HttpReader, UNREADABLE } from "../../../src/wire/http-reader.ts";

type Random = () => number;

/** A request as a parser read it: verb, target, body (Latin-1). */
export type ReadRequest = readonly [verb: string, target: string, body: string];

const pick = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;

const NAMES = ["Host", "X-A", "Content-Type", "Expect", "Connection", "TE", "Trailer", "Upgrade"];
const VALUES = [
  "x",
  "a b",
  "",
  "100-continue",
  "close",
  "keep-alive",
  "chunked",
  "h2c",
  '"q"',
  "é",
];
const PIECES = [
  ...'\r\n \t:;=,"\0/?#0159afAFxX-_%\u0080\u00ff'.split(""),
  "\r\n",
  "\n\n",
  "\r\n\r\n",
  "Content-Length: 3\r\n",
  "Content-Length: 0\r\n",
  "content-length:+2\r\n",
  "Content-Length : 1\r\n",
  "Content-Length: 1, 1\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Transfer-Encoding:\tchunked\r\n",
  "Connection: Upgrade\r\nUpgrade: h2c\r\n",
  "0\r\n\r\n",
  "0x2",
  "1;a=b\r\n",
  "GET / HTTP/1.1\r\n\r\n",
  "HTTP/1.0",
  "HTTP/1.2",
];

/** A few pipelined requests, most of them with some bytes of another kind in them. */
export function fuzzedConversation(random: Random): Buffer {
  let text = "";
  for (let count = 1 + Math.floor(random() * 3); count > 0; count -= 1) text += oneRequest(random);
  const changes = random() < 0.25 ? 0 : 1 + Math.floor(random() * 4);
  for (let change = 0; change < changes; change += 1) {
    const at = Math.floor(random() * (text.length + 1));
    const gone = random() < 0.5 ? 0 : Math.floor(random() * 4);
    const piece = random() < 0.3 ? "" : pick(random, PIECES);
    text = text.slice(0, at) + piece + text.slice(at + gone);
  }
  return Buffer.from(text, "latin1");
}

function oneRequest(random: Random): string {
  const verb = pick(random, ["POST", "POST", "GET", "PUT", "OPTIONS", "HEAD"]);
  const target = pick(random, ["/", "/a/b?c=%20", "http://h/x", "*", "/é", "/v2/key"]);
  const body = "{}[]0\r\n:ab".repeat(2).slice(0, Math.floor(random() * 12));
  const lines = [`${verb} ${target} HTTP/1.${random() < 0.9 ? 1 : 0}`];
  for (let count = Math.floor(random() * 4); count > 0; count -= 1)
    lines.push(`${pick(random, NAMES)}:${pick(random, ["", " ", "\t"])}${pick(random, VALUES)}`);
  const framing = random();
  if (framing < 0.4)
    return `${lines.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  if (framing < 0.7) {
    const extension = pick(random, ["", "", ";a", ";a=b", ';a="b c"', " ", ";"]);
    const trailer = pick(random, ["", "", "X: y\r\n", "Content-Length: 3\r\n", "bad\r\n"]);
    const chunk = body === "" ? "" : `${body.length.toString(16)}${extension}\r\n${body}\r\n`;
    return `${lines.join("\r\n")}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n${trailer}\r\n`;
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

const parse = headParser("request");

/** What the recorder would believe of it: whole requests up to the first doubt. */
export function readHere(bytes: Buffer): ReadRequest[] {
  const all: ReadRequest[] = [];
  let verb = "";
  let path = "";
  let body = "";
  let isLast = false;
  const reader = new HttpReader(
    parse,
    {
      head(head) {
        if (head.doubt !== null || isLast) return UNREADABLE;
        // What comes behind an upgrade is read once its answer is there.
        isLast = head.closes || head.upgrade !== "";
        ({ verb, path } = head);
        body = "";
        return framingOf(head, "none");
      },
      body: (part) => {
        body += part.toString("latin1");
      },
      end: () => all.push([verb, path, body]),
      tunnel: () => {},
      broken: () => {},
    },
    { strict: true },
  );
  reader.feed(bytes);
  return all;
}

/** Node's llhttp, as `node:http` uses it: there is no public door to it. */
interface Parser {
  initialize(type: number, resource: object): void;
  execute(bytes: Buffer): number | Error;
  [callback: number]: unknown;
}
interface ParserClass {
  new (): Parser;
  readonly REQUEST: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}
const {
  HTTPParser,
  methods,
}: { readonly HTTPParser: ParserClass; readonly methods: readonly string[] } = createRequire(
  import.meta.url,
)("_http_common");

/** What Node's own parser, llhttp, makes of it: whole requests up to its first error. */
export function readByNode(bytes: Buffer): ReadRequest[] {
  const all: ReadRequest[] = [];
  const parser = new HTTPParser();
  parser.initialize(HTTPParser.REQUEST, {});
  let verb = "";
  let path = "";
  let body = "";
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    _headers: unknown,
    method: number,
    url: string,
  ): number => {
    verb = methods[method] ?? "";
    path = url.replace(/^https?:\/\/[^/?]*/i, "") || "/";
    body = "";
    return 0;
  };
  parser[HTTPParser.kOnBody] = (part: Buffer): void => {
    body += part.toString("latin1");
  };
  parser[HTTPParser.kOnMessageComplete] = (): void => {
    all.push([verb, path, body]);
  };
  // It may go on reading in what it was given.
  parser.execute(Buffer.from(bytes));
  return all;
}

/** Null where `theirs` begins with all of `ours`; else the first that is not so. */
export function difference(
  ours: readonly ReadRequest[],
  theirs: readonly ReadRequest[],
): string | null {
  for (const [index, each] of ours.entries()) {
    const other = theirs[index];
    if (JSON.stringify(other) !== JSON.stringify(each))
      return `${JSON.stringify(each)} here, ${JSON.stringify(other) ?? "nothing"} there`;
  }
  return null;
}
