/** Random HTTP/1 conversations, as bytes with their chunk boundaries, delays and ends. All from one seed. */

export interface Piece {
  readonly bytes: Buffer;
  /** Turns of the event loop to wait before writing it. */
  readonly turns: number;
}

export interface Turn {
  readonly verb: string;
  readonly request: Buffer;
  readonly requestBody: Buffer | null;
  /** Null: the server goes away without an answer. */
  readonly response: Buffer | null;
  readonly responseBody: Buffer | null;
  readonly status: number;
  /** The server answers after this share of the request. */
  readonly answersAfter: number;
}

export interface Conversation {
  readonly turns: readonly Turn[];
  /** Requests are written without waiting for answers. */
  readonly pipelined: boolean;
  readonly requestPieces: readonly (readonly Piece[])[];
  readonly responsePieces: readonly (readonly Piece[])[];
  readonly end: "client" | "server" | "client-abort" | "server-abort";
  /** For aborts: after so many bytes of the whole direction. */
  readonly abortAfter: number;
}

export type Random = () => number;

/** mulberry32: small, and the same everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
function pick<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[below(random, items.length)] ?? items[0];
}

export function randomConversation(random: Random): Conversation {
  const count = 1 + below(random, 4);
  const turns: Turn[] = [];
  for (let index = 0; index < count; index += 1) {
    const turn = randomTurn(random, index === count - 1);
    turns.push(turn);
    if (turn.response === null || turn.response.includes("\r\nX-Until-Close")) break;
  }
  const endsByServer = turns.some((turn) => turn.response?.includes("\r\nX-Until-Close") === true);
  const end = endsByServer
    ? "server"
    : turns.at(-1)?.response === null
      ? "server-abort"
      : pick(random, ["client", "client", "server", "client-abort", "server-abort"] as const);
  const total = (side: "request" | "response"): number =>
    turns.reduce((sum, turn) => sum + (turn[side]?.length ?? 0), 0);
  return {
    turns,
    pipelined: random() < 0.3,
    requestPieces: turns.map((turn) => pieces(random, turn.request)),
    responsePieces: turns.map((turn) => pieces(random, turn.response ?? Buffer.alloc(0))),
    end,
    abortAfter: below(random, total(end === "client-abort" ? "request" : "response") + 1),
  };
}

function randomTurn(random: Random, isLast: boolean): Turn {
  const verb = pick(random, ["POST", "POST", "POST", "GET", "HEAD", "PUT", "OPTIONS"] as const);
  const withBody = verb === "POST" || verb === "PUT" || random() < 0.1;
  const requestBody = withBody ? randomBody(random) : null;
  const request = message(
    random,
    `${verb} ${pick(random, ["/", "/v2/abcdef0123456789", "/a/b?c=d&e=%20", "http://u:p@h/x"] as const)} HTTP/1.1`,
    [["hOsT", "node.example"], ...oddHeaders(random)],
    requestBody,
  );
  if (isLast && random() < 0.04) {
    return {
      verb,
      request,
      requestBody,
      response: null,
      responseBody: null,
      status: 0,
      answersAfter: 1,
    };
  }
  const status = pick(random, [200, 200, 200, 404, 429, 500, 204, 304] as const);
  const hasBody = verb !== "HEAD" && status !== 204 && status !== 304;
  const responseBody = hasBody ? randomBody(random) : null;
  const interim = random() < 0.1 ? pick(random, [CONTINUE, HINTS] as const) : "";
  const untilClose = hasBody && isLast && random() < 0.15;
  const headers = oddHeaders(random);
  const line = `HTTP/1.1 ${status} ${pick(random, ["OK", "", "Très bien", "I'm a  teapot"] as const)}`;
  const answer = untilClose
    ? Buffer.concat([
        head(line, [...headers, ["X-Until-Close", "yes"], ["Connection", "close"]]),
        responseBody ?? Buffer.alloc(0),
      ])
    : hasBody
      ? message(random, line, headers, responseBody)
      : head(line, verb === "HEAD" ? [...headers, ["Content-Length", "1234"]] : headers);
  return {
    verb,
    request,
    requestBody,
    response: Buffer.concat([Buffer.from(interim, "latin1"), answer]),
    responseBody,
    status,
    // No server knows the answer before it has read the head.
    answersAfter:
      random() < 0.05 ? Math.max(random(), (request.indexOf("\r\n\r\n") + 4) / request.length) : 1,
  };
}

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n";

function randomBody(random: Random): Buffer {
  const size = pick(random, [0, 1, 40, 400, 4_000, 70_000] as const);
  const length = below(random, size + 1);
  // Bytes that look like framing, JSON and binary.
  const alphabet = pick(random, [
    '{"jsonrpc":"2.0"}',
    "0\r\n\r\nHTTP/1.1 200",
    "\u0000\u00ff\u0081x",
  ] as const);
  return Buffer.from(
    Array.from({ length }, () => alphabet.charCodeAt(below(random, alphabet.length)) & 0xff),
  );
}

function oddHeaders(random: Random): [string, string][] {
  const all: [string, string][] = [
    ["X-Api-Key", "k".repeat(1 + below(random, 30))],
    ["content-TYPE", "application/json"],
    ["Accept", "*/*"],
    ["X-Empty", ""],
    ["Set-Cookie", "a=b; path=/"],
    ["set-cookie", "c=d"],
    ["X-Latin", "caf\u00e9"],
    ["X-Long", "y".repeat(below(random, 3_000))],
  ];
  return all.filter(() => random() < 0.4);
}

function head(line: string, headers: readonly (readonly [string, string])[]): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`${line}\r\n${lines}\r\n`, "latin1");
}

function message(
  random: Random,
  line: string,
  headers: readonly (readonly [string, string])[],
  body: Buffer | null,
): Buffer {
  if (body === null) {
    return line.startsWith("HTTP/")
      ? head(line, [...headers, ["Content-Length", "0"]])
      : head(line, headers);
  }
  if (random() < 0.6) {
    return Buffer.concat([head(line, [...headers, ["Content-Length", String(body.length)]]), body]);
  }
  const parts: Buffer[] = [head(line, [...headers, ["Transfer-Encoding", "chunked"]])];
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, 1 + below(random, 5_000));
    const extension = random() < 0.2 ? ";ext=1" : "";
    parts.push(Buffer.from(`${size.toString(16)}${extension}\r\n`), body.subarray(at, at + size));
    parts.push(Buffer.from("\r\n"));
    at += size;
  }
  parts.push(Buffer.from(random() < 0.3 ? "0\r\nX-Trailer: yes\r\n\r\n" : "0\r\n\r\n"));
  return Buffer.concat(parts);
}

function pieces(random: Random, bytes: Buffer): Piece[] {
  const result: Piece[] = [];
  const largest = pick(random, [3, 50, 1_000, 100_000] as const);
  // Single bytes only at the start: enough to cross every boundary of a head, and quick.
  for (let at = 0; at < bytes.length;) {
    const size = 1 + below(random, result.length < 40 ? largest : 20_000);
    result.push({
      bytes: bytes.subarray(at, at + size),
      turns: random() < 0.5 ? 0 : 1 + below(random, 2),
    });
    at += size;
  }
  return result;
}
