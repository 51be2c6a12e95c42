import type { LargeBody } from "../../recording/batch.ts";
import { encodeRecordWithHead } from "../../recording/record-bytes.ts";
import type { CaptureSink, WireExchange } from "./captured.ts";
import { decodedBody } from "../../wire/decode.ts";
import type { DropCounts } from "./drop-counts.ts";
import type { WriteQueue } from "../writing/queue.ts";
import type { RedactedExchange, Redactor } from "../../redact/redact.ts";
import type { Sampler } from "../sample/sampler.ts";

/** The clocks of a recorder: one that a person may set back, and one that only goes on. */
export interface Clocks {
  now(): number;
  clock(): number;
}

export interface CaptureParts {
  readonly redact: Redactor;
  readonly sampler: Sampler;
  readonly queue: WriteQueue;
  readonly drops: DropCounts;
  readonly clocks: Clocks;
  readonly maxBodyBytes: number;
  /** Why nothing is to be recorded at the moment (`size-limit`), or null. */
  readonly closed: () => "size-limit" | null;
  readonly onPush: () => void;
}

/** The way of an exchange from the wire to the queue: decode, redact, sample, encode. Whatever fails costs only the record. */
export class Capture implements CaptureSink {
  arrived = 0;
  /** Handed over by a connection and not yet queued or dropped: being decoded. */
  underWay = 0;
  /** Messages that are being inflated, of which it is not known yet what they are. */
  atWork = 0;
  private hasEnded = false;
  private settled = 0;
  private nextId = 1;
  private evicted: number[] = [];
  private readonly parts: CaptureParts;

  constructor(parts: CaptureParts) {
    this.parts = parts;
  }

  arrive(): number {
    if (!this.hasEnded) this.arrived += 1;
    this.nextId += 1;
    return this.nextId - 1;
  }

  working(change: 1 | -1): void {
    this.atWork += change;
  }

  withdraw(): void {
    this.arrived -= 1;
  }

  now(): number {
    return this.parts.clocks.now();
  }

  clock(): number {
    return this.parts.clocks.clock();
  }

  drop(reason: Parameters<CaptureSink["drop"]>[0]): void {
    if (this.hasEnded) return;
    this.settled += 1;
    this.parts.drops.add(reason);
  }

  /** Requests that a connection still reads or waits for. */
  get inFlight(): number {
    return this.arrived - this.settled - this.underWay;
  }

  /** The recorder ends: what has not been handed over by now never will be, and what comes later is ignored. */
  giveUpRest(): void {
    const rest = this.inFlight + this.underWay;
    if (rest > 0) this.parts.drops.add("shutdown", rest);
    this.settled += rest;
    this.underWay = 0;
    this.hasEnded = true;
  }

  takeEvicted(): number[] {
    return this.evicted.splice(0);
  }

  settle(exchange: WireExchange): void {
    if (this.hasEnded) return;
    const isEncoded =
      exchange.requestHead.contentEncoding !== "" ||
      (exchange.responseHead?.contentEncoding ?? "") !== "";
    if (!isEncoded) {
      this.finish(exchange);
      return;
    }
    this.underWay += 1;
    void this.decoded(exchange).then(
      (decoded) => {
        if (this.hasEnded) return;
        this.underWay -= 1;
        this.finish(decoded);
      },
      () => {
        if (this.hasEnded) return;
        this.underWay -= 1;
        this.drop("undecodable");
      },
    );
  }

  private async decoded(exchange: WireExchange): Promise<WireExchange> {
    const { requestHead, requestBody, responseHead, responseBody } = exchange;
    const limit = this.parts.maxBodyBytes;
    return {
      ...exchange,
      requestBody:
        requestBody === null
          ? null
          : await decodedBody(requestBody, requestHead.contentEncoding, limit),
      responseBody:
        responseBody === null || responseBody.length === 0
          ? responseBody
          : await decodedBody(responseBody, responseHead?.contentEncoding ?? "", limit),
    };
  }

  private finish(exchange: WireExchange): void {
    const closed = this.parts.closed();
    if (closed !== null) {
      this.drop(closed);
      return;
    }
    let clean: RedactedExchange;
    try {
      clean = this.parts.redact(exchange);
    } catch {
      // Its message may quote the body; the count says enough.
      this.drop("redactor-error");
      return;
    }
    try {
      this.enqueue(exchange, clean);
    } catch {
      this.drop("capture-error");
    }
  }

  private enqueue(exchange: WireExchange, clean: RedactedExchange): void {
    const { sampler, queue, drops, onPush } = this.parts;
    const decision = sampler.offer({ ...clean, id: exchange.id });
    for (const id of decision.evicted) this.evicted.push(id);
    if (!decision.keep) {
      this.drop("sampled-out");
      return;
    }
    const record = encodeRecordWithHead(clean.head, clean.requestBody, clean.responseBody);
    const largeRequest = exchange.large.find((body) => body.side === "request");
    const row = {
      id: exchange.id,
      at: exchange.at,
      durationMs:
        exchange.durationMs === null ? null : Math.round(exchange.durationMs * 1_000) / 1_000,
      protocol: clean.protocol,
      transport: exchange.transport,
      connection: exchange.connection,
      method: decision.method,
      customer: clean.customer,
      name: null,
      status: exchange.responseHead?.status ?? null,
      errorCode: clean.errorCode,
      requestBytes: bodyBytes(exchange, "request"),
      responseBytes: exchange.responseHead === null ? null : bodyBytes(exchange, "response"),
      window: decision.window,
      priority: decision.priority,
      forced: decision.forced,
      unreplayable: exchange.incomplete
        ? ("incomplete" as const)
        : largeRequest === undefined
          ? clean.unreplayable
          : ("body-too-large" as const),
      large: exchange.large,
    };
    this.settled += 1;
    if (!queue.tryPush({ row, record })) {
      drops.add("queue-full");
      return;
    }
    try {
      onPush();
    } catch {
      // The exchange is in the queue and counted; the link's timer sends it.
    }
  }
}

function bodyBytes(exchange: WireExchange, side: LargeBody["side"]): number {
  const large = exchange.large.find((body) => body.side === side);
  if (large !== undefined) return large.bytes;
  return (side === "request" ? exchange.requestBody : exchange.responseBody)?.length ?? 0;
}
