import { WebSocket } from "ws";
import type { Answer, Failure } from "./answer.ts";
import type { Connection } from "./connection.ts";
import type { Question } from "../../chains/chain.ts";
import type { Target } from "../../model/target.ts";
import { withoutOwnSecrets } from "./own-secrets.ts";

/** Whether the target takes a WebSocket at its address. */
export function canOpen(target: Target, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = open(target, Math.min(timeoutMs, PROBE_MS));
    socket.once("open", () => {
      socket.terminate();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function open(target: Target, timeoutMs: number, maxPayload = PROBE_BYTES): WebSocket {
  return new WebSocket(target.webSocketUrl, {
    headers: target.headers,
    handshakeTimeout: timeoutMs,
    maxPayload,
    perMessageDeflate: false,
  });
}

/** A probe must not hold up a check behind a server that lets handshakes hang. */
const PROBE_MS = 3_000;
const PROBE_BYTES = 1024 * 1024;
/** A subscription's event is no answer. */
const EVENT = /^\s*\{(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"method"\s*:/;

const TOO_LONG = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";

interface Waiting {
  readonly settle: (answer: Answer) => void;
  readonly startedAt: number;
}

/** A connection over WebSocket, one request at a time: the next message that is no event is its answer. */
export function connectWebSocket(target: Target, maxBodyBytes: number): Connection {
  let socket: WebSocket | null = null;
  let waiting: Waiting | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  const clean = withoutOwnSecrets(target);

  const finish = (partial: Pick<Answer, "body" | "failure">): void => {
    const current = waiting;
    waiting = null;
    current?.settle({
      status: null,
      headers: {},
      ms: performance.now() - current.startedAt,
      ...partial,
    });
  };
  const fail = (kind: Failure["kind"], detail: string): void =>
    finish({ body: null, failure: { kind, detail } });

  const ready = async (timeoutMs: number): Promise<WebSocket | null> => {
    if (socket?.readyState === WebSocket.OPEN) return socket;
    const opening = open(target, timeoutMs, maxBodyBytes);
    socket = opening;
    opening.on("message", (data: Buffer) => {
      if (!EVENT.test(data.toString("latin1", 0, 80))) finish({ body: data, failure: null });
    });
    // One that was given up may close when the next is waited for already.
    opening.on("close", () => {
      if (socket === opening) fail("unreachable", "closed");
    });
    return new Promise((resolve) => {
      opening.once("open", () => resolve(opening));
      opening.on("error", (error: NodeJS.ErrnoException) => {
        // By its length as announced: nothing of it was kept.
        if (error.code === TOO_LONG) fail("malformed", `longer than ${maxBodyBytes} bytes`);
        resolve(null);
      });
    });
  };

  const ask = async (question: Question, timeoutMs: number): Promise<Answer> => {
    const opened = await ready(timeoutMs);
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        fail("timeout", "no answer");
        // A late answer would be taken for the next one's.
        socket?.terminate();
      }, timeoutMs);
      waiting = {
        startedAt,
        settle: (answer) => {
          clearTimeout(timer);
          resolve(clean(answer));
        },
      };
      if (opened === null) fail("unreachable", "no WebSocket");
      else opened.send((question.body ?? Buffer.alloc(0)).toString());
    });
  };

  return {
    ask(question, timeoutMs) {
      const mine = turn.then(() => ask(question, timeoutMs));
      turn = mine;
      return mine;
    },
    async close() {
      socket?.terminate();
    },
  };
}
