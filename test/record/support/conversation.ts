import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import type { Conversation, Piece } from "./cases.ts";

/** What each end saw of a conversation. */
export interface Seen {
  readonly byClient: Buffer;
  readonly byServer: Buffer;
  /** `end`: the other side finished properly; `error`: it was cut. */
  readonly clientSaw: "end" | "error";
}

/** A server that plays its side of one conversation at a time, over raw TCP. */
export interface Stage {
  readonly port: number;
  play(conversation: Conversation, throughPort: number): Promise<Seen>;
  close(): Promise<void>;
}

const GIVE_UP_MS = 10_000;

export async function openStage(): Promise<Stage> {
  let conversation: Conversation | undefined;
  let serverDone: ((bytes: Buffer) => void) | undefined;
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    if (conversation === undefined) socket.destroy();
    else void playServer(socket, conversation).then((bytes) => serverDone?.(bytes));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    async play(next, throughPort) {
      conversation = next;
      const byServer = new Promise<Buffer>((resolve, reject) => {
        serverDone = resolve;
        setTimeout(() => reject(new Error("the server's side did not end")), GIVE_UP_MS).unref();
      });
      const client = await playClient(throughPort, next);
      return { ...client, byServer: await byServer };
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** Bytes received so far, with a way to wait for a number of them. */
class Received {
  private readonly parts: Buffer[] = [];
  private length = 0;
  private ended = false;
  private waiting: { readonly length: number; readonly resolve: () => void }[] = [];

  constructor(socket: Socket) {
    socket.on("data", (bytes) => {
      this.parts.push(bytes);
      this.length += bytes.length;
      this.wake();
    });
    const over = (): void => {
      this.ended = true;
      this.wake();
    };
    socket.on("end", over);
    socket.on("close", over);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  async atLeast(length: number): Promise<void> {
    if (this.length >= length || this.ended) return;
    await new Promise<void>((resolve) => this.waiting.push({ length, resolve }));
  }

  private wake(): void {
    const ready = this.waiting.filter((each) => this.ended || each.length <= this.length);
    this.waiting = this.waiting.filter((each) => !ready.includes(each));
    for (const each of ready) each.resolve();
  }
}

async function playServer(socket: Socket, conversation: Conversation): Promise<Buffer> {
  socket.on("error", () => {});
  const received = new Received(socket);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  let wanted = 0;
  let budget = conversation.end === "server-abort" ? conversation.abortAfter : Infinity;
  for (const [index, turn] of conversation.turns.entries()) {
    await received.atLeast(wanted + Math.ceil(turn.request.length * turn.answersAfter));
    wanted += turn.request.length;
    budget = await writePieces(socket, conversation.responsePieces[index] ?? [], budget);
    if (budget <= 0) break;
    await received.atLeast(wanted);
  }
  if (conversation.end === "server-abort") socket.resetAndDestroy();
  else if (conversation.end === "server") socket.end();
  else await received.atLeast(Infinity);
  if (!socket.destroyed) socket.end();
  await closed;
  return received.bytes;
}

async function playClient(
  port: number,
  conversation: Conversation,
): Promise<{ byClient: Buffer; clientSaw: "end" | "error" }> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true, allowHalfOpen: true });
  let sawEnd = false;
  let aborted = false;
  socket.on("error", () => {});
  socket.once("end", () => {
    sawEnd = true;
    socket.end();
  });
  const received = new Received(socket);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  let wanted = 0;
  let budget = conversation.end === "client-abort" ? conversation.abortAfter : Infinity;
  for (const [index, turn] of conversation.turns.entries()) {
    budget = await writePieces(socket, conversation.requestPieces[index] ?? [], budget);
    if (budget <= 0) break;
    wanted += turn.response?.length ?? 0;
    if (!conversation.pipelined) await received.atLeast(wanted);
  }
  if (conversation.end === "client-abort") {
    aborted = true;
    socket.resetAndDestroy();
  } else if (conversation.end === "client") {
    await received.atLeast(wanted);
    socket.end();
  }
  await closed;
  return { byClient: received.bytes, clientSaw: sawEnd || aborted ? "end" : "error" };
}

/** Gives what is left of the budget: 0 once it is used up. */
async function writePieces(
  socket: Socket,
  pieces: readonly Piece[],
  budgetBytes: number,
): Promise<number> {
  let left = budgetBytes;
  for (const { bytes, turns } of pieces) {
    for (let turn = 0; turn < turns; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
    if (!socket.writable) return 0;
    const part = bytes.subarray(0, Math.min(bytes.length, left));
    left -= part.length;
    const isFull = !socket.write(part);
    if (isFull) {
      await new Promise<void>((resolve) => {
        socket.once("drain", resolve);
        socket.once("close", () => resolve());
      });
    }
    if (left <= 0) return 0;
  }
  return left;
}
