import { Client, type Dispatcher } from "undici";
import { joinHeaders, type Answer, type Failure } from "./answer.ts";
import type { Bounded, Deadlines } from "./deadlines.ts";
import { decodeBody } from "../../wire/decode.ts";
import type { Question } from "../../chains/chain.ts";
import type { Target } from "../../model/target.ts";
import { withoutOwnSecrets, type CleanAnswer } from "./own-secrets.ts";

/** One connection to one target, one request at a time. */
export interface Connection {
  ask(question: Question, timeoutMs: number): Promise<Answer>;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  readonly deadlines: Deadlines;
  /** Cap on a body, as it came and decoded. */
  readonly maxBodyBytes: number;
}

/** Opens lazily with the first request, and again after a failure. */
export function connect(target: Target, options: ConnectionOptions): Connection {
  const { deadlines, maxBodyBytes } = options;
  const open = (): Client =>
    new Client(target.origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: 0 },
    });
  let client = open();
  const headersOf = headerCache(target);
  const clean = withoutOwnSecrets(target);
  // One watched slot for the connection: a deadline for each request would cost a set's bookkeeping twice a request.
  const slot: Slot = {
    reading: null,
    expire(now) {
      const { reading } = slot;
      if (reading === null || reading.deadline > now) return;
      const sent = reading.expire();
      // A request that never left (the host swallows connections) would stay queued before all later ones.
      if (sent) return;
      void client.destroy();
      client = open();
    },
  };
  deadlines.watch(slot);
  return {
    ask: (question, timeoutMs) =>
      new Promise((resolve) => {
        const most = Math.min(maxBodyBytes, question.maxBytes ?? maxBodyBytes);
        const reading = new Reading(resolve, clean, most, timeoutMs);
        slot.reading = reading;
        try {
          client.dispatch(
            {
              method: question.verb,
              path: question.path === null ? target.path : joined(target.path, question.path),
              headers: headersOf(question.headers),
              body: question.body,
            },
            reading,
          );
        } catch (error) {
          reading.onResponseError(null, error);
        }
      }),
    async close() {
      deadlines.forget(slot);
      await client.destroy();
    },
  };
}

interface Slot extends Bounded {
  /** The latest request; an earlier one of a shared connection is behind its own answer or failure. */
  reading: Reading | null;
}

/** The same few header sets are sent all the time: each is merged with the target's own once. */
function headerCache(target: Target): (headers: Question["headers"]) => Question["headers"] {
  const merged = new WeakMap<object, Question["headers"]>();
  return (headers) => {
    let found = merged.get(headers);
    if (found === undefined) {
      found = { "user-agent": "shadowdiff", ...headers, ...target.headers };
      merged.set(headers, found);
    }
    return found;
  };
}

function joined(base: string, path: string): string {
  return base === "/" ? path : `${base.replace(/\/$/, "")}${path}`;
}

const NOTHING = Buffer.alloc(0);
const NO_HEADERS: Record<string, never> = {};

/** Collects one answer. A class, because one is made for every request and closures would cost a fifth of it. */
class Reading implements Dispatcher.DispatchHandler {
  /** On the clock of performance.now(). */
  readonly deadline: number;
  #resolve: (answer: Answer) => void;
  #clean: CleanAnswer;
  #maxBytes: number;
  #controller: Dispatcher.DispatchController | null = null;
  #startedAt = performance.now();
  #status: number | null = null;
  #headers: Record<string, string | string[] | undefined> = NO_HEADERS;
  /** Most answers come in one. */
  #first: Buffer | null = null;
  #chunks: Buffer[] | null = null;
  #bytes = 0;
  #settled = false;

  constructor(
    resolve: (answer: Answer) => void,
    clean: CleanAnswer,
    maxBytes: number,
    timeoutMs: number,
  ) {
    this.#resolve = resolve;
    this.#clean = clean;
    this.#maxBytes = maxBytes;
    this.deadline = this.#startedAt + timeoutMs;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error("too late"));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#headers = headers;
    // What says itself that it is too long need not be read until it is.
    if (Number(headers["content-length"]) > this.#maxBytes) this.#tooLong();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#tooLong();
    else if (this.#first === null) this.#first = chunk;
    else (this.#chunks ??= [this.#first]).push(chunk);
  }

  #tooLong(): void {
    this.#fail({ kind: "malformed", detail: `longer than ${this.#maxBytes} bytes` });
  }

  onResponseEnd(): void {
    const body = this.#chunks === null ? (this.#first ?? NOTHING) : Buffer.concat(this.#chunks);
    const encoding = this.#headers["content-encoding"];
    const ms = performance.now() - this.#startedAt;
    if (encoding === undefined || body.length === 0) {
      this.#settle(ms, body, null);
      return;
    }
    void decodeBody(body, String(encoding), this.#maxBytes).then((decoded) => {
      if ("body" in decoded) this.#settle(ms, decoded.body, null);
      else this.#settle(ms, body, { kind: "malformed", detail: decoded.problem });
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: unknown): void {
    const notHttp = error instanceof Error && error.name === "HTTPParserError";
    this.#settle(
      performance.now() - this.#startedAt,
      null,
      notHttp
        ? { kind: "malformed", detail: "not HTTP" }
        : { kind: "unreachable", detail: failureDetail(error, this.#status !== null) },
    );
  }

  /** Ends the waiting; false when the request was never sent. */
  expire(): boolean {
    if (this.#settled) return true;
    this.#fail({
      kind: "timeout",
      detail: this.#status === null ? "no answer" : "answer did not end",
    });
    return this.#controller !== null;
  }

  #fail(failure: Failure): void {
    this.#settle(performance.now() - this.#startedAt, null, failure);
    this.#controller?.abort(new Error(failure.detail));
  }

  #settle(ms: number, body: Buffer | null, failure: Failure | null): void {
    if (this.#settled) return;
    this.#settled = true;
    // The connection keeps its latest reading: that must not keep an answer alive with it.
    this.#first = null;
    this.#chunks = null;
    const headers = joinHeaders(this.#headers);
    this.#resolve(this.#clean({ status: this.#status, headers, body, ms, failure }));
  }
}

const DETAILS: Readonly<Record<string, string>> = {
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "closed before the promised length",
  UND_ERR_SOCKET: "closed",
  ECONNRESET: "reset",
  EPIPE: "closed",
};

/** A few stable words: error messages of the socket layer name ports and differ by platform. */
function failureDetail(error: unknown, started: boolean): string {
  const found =
    typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  const code = typeof found === "string" ? found : "";
  const words = Object.hasOwn(DETAILS, code) ? DETAILS[code] : undefined;
  if (words !== undefined) return started ? `${words} within the answer` : words;
  return code === "" ? String(error).slice(0, 100) : code;
}
