import { connect, type Socket } from "node:net";
import type { CreateConsumer } from "../record/capture/consumer.ts";
import type { WireExchange } from "../record/capture/captured.ts";
import { redactor, type RedactedExchange } from "../redact/redact.ts";
import type { RedactionRules } from "../redact/rules.ts";
import { tokeniser } from "../redact/tokens.ts";
import { encodePassed } from "./passed.ts";

export interface ShadowConsumerOptions {
  readonly rules: RedactionRules;
  /** The HMAC key of the tokens. */
  readonly key: Uint8Array;
  /** Where the comparer listens: a Unix socket. */
  readonly socket: string;
}

/** Bytes that may wait for the comparer to read them. */
const WAITING_BYTES = 32 * 1024 * 1024;
/** A comparer that was started anew is there again soon; what passes meanwhile is counted as lost. */
const RETRY_MS = 200;
/** The start waits no longer for the comparer: what passes before it is there is counted as lost. */
const FIRST_MS = 1_000;

/** What `shadow` does with each exchange in the capture thread: redact, and hand over to the comparer, or count it as lost. */
export const createConsumer: CreateConsumer<ShadowConsumerOptions> = async (options, context) => {
  const redact = redactor(options.rules, tokeniser(Buffer.from(options.key)));
  let socket: Socket | null = null;
  let ended = false;
  const first = Promise.withResolvers<void>();

  const open = (): void => {
    const opening = connect(options.socket);
    opening.once("connect", () => {
      socket = opening;
      first.resolve();
    });
    opening.on("error", () => {});
    opening.once("close", () => {
      socket = null;
      if (!ended) setTimeout(open, RETRY_MS);
    });
  };
  const late = setTimeout(first.resolve, FIRST_MS);
  open();
  // What passes in the first moments is worth as much as the rest.
  await first.promise;
  clearTimeout(late);

  return {
    exchange(exchange) {
      if (socket === null) return context.drop("comparer-down");
      if (socket.writableLength > WAITING_BYTES) return context.drop("queue-full");
      let clean: RedactedExchange;
      try {
        clean = redact(exchange);
      } catch {
        // Its message may quote the body; the count says enough.
        context.drop("redactor-error");
        return;
      }
      socket.write(frameOf(exchange, clean));
      context.post(null, 1);
    },
    async end() {
      ended = true;
      const last = socket;
      if (last !== null) await new Promise<void>((resolve) => last.end(resolve));
    },
  };
};

function frameOf(exchange: WireExchange, clean: RedactedExchange): Buffer {
  const { responseHead, responseBody, large } = exchange;
  // A body past the limit is not there to be sent, or compared.
  const tooLarge = large.length > 0;
  const isAltered =
    clean.responseBody !== null &&
    responseBody !== null &&
    !clean.responseBody.equals(responseBody);
  return encodePassed(
    {
      id: exchange.id,
      at: exchange.at,
      durationMs: exchange.durationMs,
      protocol: clean.protocol,
      chain: null,
      transport: exchange.transport,
      connection: exchange.connection,
      customer: clean.customer,
      head: clean.head,
      // What redaction changed is not what old answered: both are then asked anew.
      status: isAltered ? null : (responseHead?.status ?? null),
      unreplayable: exchange.incomplete
        ? "incomplete"
        : tooLarge
          ? "body-too-large"
          : clean.unreplayable,
    },
    clean.requestBody,
    isAltered ? null : clean.responseBody,
  );
}
