import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import type { JsonValue } from "../../../src/model/json.ts";

/** One call as the node got it. */
export interface RpcCall {
  readonly method: string;
  readonly params: readonly JsonValue[];
  readonly id: JsonValue;
}

/** `undefined` leaves the call to the node's own answers. */
export type Answer = (
  call: RpcCall,
) => { readonly result: JsonValue } | { readonly error: JsonValue } | undefined;

/** Takes over the whole HTTP answer when it gives true. */
export type Respond = (
  body: string,
  response: ServerResponse,
  request: IncomingMessage,
) => boolean | Promise<boolean>;

/** A chain in memory: hashes depend on the branch, from `forkAt` on. */
export interface FakeChain {
  head: number;
  branch: string;
  forkAt: number;
  finalized: number | null;
}

export interface FakeNode {
  readonly url: string;
  readonly chain: FakeChain;
  /** Every call that was asked, in order. */
  readonly asked: RpcCall[];
  /** Sends an event to all subscriptions of a kind (`newHeads`, `logs`). */
  emit(kind: string, event: JsonValue): void;
  close(): Promise<void>;
}

export interface FakeNodeOptions {
  readonly chainId?: number;
  readonly version?: string | (() => string);
  readonly chain?: Partial<FakeChain>;
  readonly answer?: Answer;
  readonly respond?: Respond;
  /** Takes WebSocket connections at the same address. */
  readonly webSocket?: boolean;
}

/** A real HTTP server that answers as an Ethereum node does, and misbehaves as it is told. */
export async function startFakeNode(options: FakeNodeOptions = {}): Promise<FakeNode> {
  const chain: FakeChain = { head: 100, branch: "a", forkAt: 0, finalized: 90, ...options.chain };
  const asked: RpcCall[] = [];
  const answer = (call: RpcCall): JsonValue => {
    asked.push(call);
    const given = options.answer?.(call) ?? ownAnswer(call, chain, options);
    return { jsonrpc: "2.0", id: call.id, ...given };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      void Promise.resolve(options.respond?.(body, response, request) ?? false).then((taken) => {
        if (taken) return;
        if (body === "") {
          // A handshake of WebSocket, or a health check.
          response.writeHead(400).end();
          return;
        }
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- requests of the program under test
        const parsed = JSON.parse(body) as RpcCall | RpcCall[];
        const text = JSON.stringify(Array.isArray(parsed) ? parsed.map(answer) : answer(parsed));
        response.writeHead(200, { "content-type": "application/json" });
        response.end(text);
      });
    });
  });
  const sockets = options.webSocket === true ? serveSockets(server, answer) : null;
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    chain,
    asked,
    emit: (kind, event) => sockets?.emit(kind, event),
    close: () =>
      new Promise((resolve) => {
        sockets?.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Sockets {
  emit(kind: string, event: JsonValue): void;
  close(): void;
}

function serveSockets(server: Server, answer: (call: RpcCall) => JsonValue): Sockets {
  const sockets = new WebSocketServer({ server });
  const subscribers: { kind: JsonValue | undefined; id: string; socket: WebSocket }[] = [];
  sockets.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- requests of the program under test
      const call = JSON.parse(data.toString()) as RpcCall;
      if (call.method !== "eth_subscribe") {
        socket.send(JSON.stringify(answer(call)));
        return;
      }
      const id = `0x${subscribers.length + 1}`;
      subscribers.push({ kind: call.params[0], id, socket });
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: call.id, result: id }));
    });
  });
  return {
    emit(kind, event) {
      for (const { kind: wanted, id, socket } of subscribers) {
        const params = { subscription: id, result: event };
        if (wanted === kind) {
          socket.send(JSON.stringify({ jsonrpc: "2.0", method: "eth_subscription", params }));
        }
      }
    },
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  return (server.address() as AddressInfo).port;
}

export function hashAt(chain: FakeChain, number: number): string {
  const branch = number < chain.forkAt ? "trunk" : chain.branch;
  return `0x${createHash("sha256").update(`${branch}:${number}`).digest("hex")}`;
}

function blockNumberOf(chain: FakeChain, name: JsonValue | undefined): number | null {
  if (name === undefined || name === "latest" || name === "pending") return chain.head;
  if (name === "safe" || name === "finalized") return chain.finalized;
  if (name === "earliest") return 0;
  const number = Number(name);
  return Number.isSafeInteger(number) && number <= chain.head ? number : null;
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

function ownAnswer(
  { method, params }: RpcCall,
  chain: FakeChain,
  options: FakeNodeOptions,
): { result: JsonValue } | { error: JsonValue } {
  const version = typeof options.version === "function" ? options.version() : options.version;
  switch (method) {
    case "eth_chainId":
      return { result: hex(options.chainId ?? 7) };
    case "web3_clientVersion":
      return { result: version ?? "Fake/v1.0.0" };
    case "rpc_modules":
      return { result: { eth: "1.0", net: "1.0", web3: "1.0" } };
    case "eth_blockNumber":
      return { result: hex(chain.head) };
    case "eth_syncing":
      return { result: false };
    case "eth_getBlockByNumber": {
      const number = blockNumberOf(chain, params[0]);
      return {
        result: number === null ? null : { number: hex(number), hash: hashAt(chain, number) },
      };
    }
    case "eth_getBalance": {
      const number = blockNumberOf(chain, params[1]);
      if (number === null) return { error: { code: -32000, message: "header not found" } };
      return { result: hashAt(chain, number).slice(0, 18) };
    }
    case "eth_getLogs":
    case "eth_getBlockReceipts":
      return { result: [] };
    case "eth_getTransactionByHash":
      return { result: null };
    default:
      return { error: { code: -32601, message: `the method ${method} does not exist` } };
  }
}
