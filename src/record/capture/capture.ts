import { createHash } from "node:crypto";
import type { LargeBody } from "../../recording/batch.ts";
import { decodeBodyNow } from "../../wire/decode.ts";
import type { CaptureSink, DropReason, WireExchange } from "./captured.ts";
import type { CaptureConsumer } from "./consumer.ts";
import { isAnswer } from "./is-answer.ts";
import { isTooComplex } from "./json-cost.ts";
import { undecodedIn } from "./undecoded.ts";
import type { SharedState } from "./shared-state.ts";

export interface CaptureParts {
  readonly state: SharedState;
  readonly consumer: CaptureConsumer;
  readonly drop: (reason: DropReason, exchanges?: number) => void;
  readonly unread: (reason: DropReason, connections: number, bytes: number) => void;
  readonly closed: () => DropReason | null;
  /** Told what a body that did not decode looks like; nothing of what it holds. */
  readonly undecoded: (look: () => string) => void;
  readonly maxBodyBytes: number;
  /** Values that a body may have to be parsed. */
  readonly mostValues: number;
}

/** The way of an exchange from the wire to the consumer: counted, decoded, handed over. Whatever fails costs only itself. */
export class Capture implements CaptureSink {
  /** Of the event that is being read. */
  atMs = 0;
  clockMs = 0;
  private readonly inflating = new Set<Promise<void>>();
  private readonly parts: CaptureParts;

  constructor(parts: CaptureParts) {
    this.parts = parts;
  }

  arrive(): number {
    const { state } = this.parts;
    state.arrived += 1;
    state.underWay += 1;
    state.lastId += 1;
    return state.lastId;
  }

  withdraw(): void {
    this.parts.state.arrived -= 1;
    this.parts.state.underWay -= 1;
  }

  now(): number {
    return this.atMs;
  }

  clock(): number {
    return this.clockMs;
  }

  drop(reason: DropReason): void {
    this.parts.state.underWay -= 1;
    this.parts.drop(reason);
  }

  unread(reason: DropReason, connections: number, bytes: number): void {
    this.parts.unread(reason, connections, bytes);
  }

  working(work: Promise<void>): void {
    this.inflating.add(work);
    void work.finally(() => this.inflating.delete(work));
  }

  /** Resolves once nothing is being inflated any more. */
  async idle(): Promise<void> {
    while (this.inflating.size > 0) await Promise.all(this.inflating);
  }

  settle(exchange: WireExchange): boolean {
    const clear = this.clearOrReason(exchange);
    if (typeof clear === "string") {
      this.drop(clear);
      return clear !== "desync";
    }
    this.parts.state.underWay -= 1;
    try {
      this.parts.consumer.exchange(clear);
    } catch {
      // Its message may quote a body; the count says enough.
      this.parts.drop("capture-error");
    }
    return true;
  }

  private clearOrReason(exchange: WireExchange): WireExchange | DropReason {
    const reason = this.parts.closed();
    if (reason !== null) return reason;
    try {
      const clear = this.inClear(exchange);
      if (clear === null) {
        this.parts.undecoded(() => undecodedIn(exchange, this.parts.maxBodyBytes));
        return "undecodable";
      }
      const isHttp = exchange.transport === "http";
      return isHttp && !isAnswer(clear.requestBody, clear.responseBody) ? "desync" : clear;
    } catch {
      return "capture-error";
    }
  }

  /** Null where a body is not what its content-encoding says, or is a bomb. */
  private inClear(exchange: WireExchange): WireExchange | null {
    const large = [...exchange.large];
    const requestBody = this.decoded(
      exchange.requestBody,
      exchange.requestHead.contentEncoding,
      "request",
      large,
    );
    const responseBody = this.decoded(
      exchange.responseBody,
      exchange.responseHead?.contentEncoding ?? "",
      "response",
      large,
    );
    if (requestBody === undefined || responseBody === undefined) return null;
    return { ...exchange, requestBody, responseBody, large };
  }

  /** Undefined where it does not decode; null, and a row in `large`, where nobody should parse it. */
  private decoded(
    body: Buffer | null,
    encoding: string,
    side: LargeBody["side"],
    large: LargeBody[],
  ): Buffer | null | undefined {
    if (body === null || body.length === 0) return body;
    let plain = body;
    if (encoding !== "") {
      const result = decodeBodyNow(body, encoding, this.parts.maxBodyBytes);
      if ("problem" in result) return undefined;
      plain = result.body;
    }
    if (!isTooComplex(plain, this.parts.mostValues)) return plain;
    const sha256 = createHash("sha256").update(body).digest("hex");
    large.push({ side, bytes: body.length, sha256 });
    return null;
  }
}
