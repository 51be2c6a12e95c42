import type { ExchangeRow, LargeBody } from "../../recording/batch.ts";
import { encodePayload } from "../../recording/frames.ts";
import { encodeRecordWithHead } from "../../recording/record-bytes.ts";
import type { WindowCounts } from "../../model/recording.ts";
import { redactor as usualRedactor } from "../../redact/redact.ts";
import type { RedactedExchange, Redactor } from "../../redact/redact.ts";
import type { RedactionRules } from "../../redact/rules.ts";
import { tokeniser } from "../../redact/tokens.ts";
import type { Tokeniser } from "../../redact/tokens.ts";
import { sampler } from "../sample/sampler.ts";
import type { Decision, SamplingOptions } from "../sample/sampler.ts";
import type { WireExchange } from "./captured.ts";
import { leftOut } from "./left-out.ts";
import type { CreateConsumer } from "./consumer.ts";

export interface RecordingOptions {
  readonly rules: RedactionRules;
  /** The HMAC key of the tokens. */
  readonly key: Uint8Array;
  readonly sampling: SamplingOptions;
  /** A module that exports another `redactor(rules, tokens)`, or null. */
  readonly redactorModule: string | null;
  /** Number of the window to begin with, and when it began (Unix ms). */
  readonly window: number;
  readonly startedAt: number;
  /** Time after which a frame is handed over though it is not full, ms. */
  readonly flushMs: number;
}

/** From the traffic thread: a window ends, or the file. */
export interface ToRecording {
  readonly kind: "window" | "rotate";
  /** Unix ms. */
  readonly startedAt: number;
}

export type FromRecording =
  | ({ readonly kind: "batch" } & RecordedBatch)
  /** What a node said of its chain, to a client: decimal text. */
  | { readonly kind: "chain"; readonly chainId: string }
  /** All that belongs into the file before has been handed over. */
  | { readonly kind: "rotated" };

export interface RecordedBatch {
  readonly exchanges: number;
  /** Rows and records as the writer takes them. */
  readonly payload: Uint8Array;
  readonly evicted: readonly number[];
  readonly windows: readonly WindowCounts[];
}

/** A frame is handed over when it has so many rows or bytes: small ones, so that no burst of them hits the traffic thread. */
const FRAME_ROWS = 64;
const FRAME_BYTES = 1024 * 1024;

/** What `record` does with each exchange in the capture thread: redact, sample, encode, and hand over by the frame. */
export const createConsumer: CreateConsumer<RecordingOptions> = async (options, context) => {
  const tokens = tokeniser(Buffer.from(options.key));
  const redact = await redactorOf(options, tokens);
  const samples = sampler(options.sampling, Math.random, options.startedAt, options.window);
  let rows: ExchangeRow[] = [];
  let records: Buffer[] = [];
  let bytes = 0;
  let evicted: number[] = [];

  const flush = (): void => {
    const windows = samples.takeCounts();
    if (rows.length + evicted.length + windows.length === 0) return;
    const payload = encodePayload(rows, records);
    const batch: FromRecording = {
      kind: "batch",
      exchanges: rows.length,
      payload,
      evicted,
      windows,
    };
    context.post(batch, rows.length, [payload.buffer]);
    rows = [];
    records = [];
    bytes = 0;
    evicted = [];
  };
  let knowsChain = false;
  const lookForChain = (exchange: WireExchange, method: string): void => {
    if (knowsChain || method !== "eth_chainId") return;
    const chainId = chainIdIn(exchange.responseBody);
    if (chainId === null) return;
    knowsChain = true;
    const message: FromRecording = { kind: "chain", chainId };
    context.post(message);
  };
  const timer = setInterval(flush, options.flushMs);

  return {
    exchange(exchange) {
      const { priority, keep } = samples.draw();
      if (!keep) {
        const rest = leftOut(exchange, options.rules.customer, tokens);
        if (rest !== null && samples.leaveOut(rest, priority)) {
          context.drop("sampled-out");
          return;
        }
      }
      let clean: RedactedExchange;
      try {
        clean = redact(exchange);
      } catch {
        // Its message may quote the body; the count says enough.
        context.drop("redactor-error");
        return;
      }
      lookForChain(exchange, clean.method);
      const decision = samples.offer({ ...clean, id: exchange.id }, priority);
      evicted.push(...decision.evicted);
      if (!decision.keep) {
        context.drop("sampled-out");
        return;
      }
      const record = encodeRecordWithHead(clean.head, clean.requestBody, clean.responseBody);
      rows.push(rowOf(exchange, clean, decision));
      records.push(record);
      bytes += record.length;
      if (rows.length >= FRAME_ROWS || bytes >= FRAME_BYTES) flush();
    },
    message(message) {
      const { kind, startedAt } = message as ToRecording;
      if (kind === "window") {
        samples.nextWindow(startedAt);
        return;
      }
      flush();
      samples.reset(startedAt);
      const answer: FromRecording = { kind: "rotated" };
      context.post(answer);
    },
    end() {
      clearInterval(timer);
      flush();
    },
  };
};

const CHAIN_ID = /"result"\s*:\s*"(0x[0-9a-f]{1,16})"/i;
const LARGEST_CHAIN_ANSWER_BYTES = 1_024;

function chainIdIn(answer: Buffer | null): string | null {
  if (answer === null || answer.length > LARGEST_CHAIN_ANSWER_BYTES) return null;
  const found = CHAIN_ID.exec(answer.toString("latin1"))?.[1];
  return found === undefined ? null : BigInt(found).toString();
}

async function redactorOf(options: RecordingOptions, tokens: Tokeniser): Promise<Redactor> {
  if (options.redactorModule === null) return usualRedactor(options.rules, tokens);
  const { redactor }: { redactor: typeof usualRedactor } = await import(options.redactorModule);
  return redactor(options.rules, tokens);
}

function rowOf(exchange: WireExchange, clean: RedactedExchange, decision: Decision): ExchangeRow {
  const largeRequest = exchange.large.some((body) => body.side === "request");
  return {
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
      ? "incomplete"
      : largeRequest
        ? "body-too-large"
        : clean.unreplayable,
    large: [...exchange.large, ...clean.reduced],
  };
}

function bodyBytes(exchange: WireExchange, side: LargeBody["side"]): number {
  const large = exchange.large.find((body) => body.side === side);
  if (large !== undefined) return large.bytes;
  return (side === "request" ? exchange.requestBody : exchange.responseBody)?.length ?? 0;
}
