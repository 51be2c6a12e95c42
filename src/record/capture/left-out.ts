import { describeJsonRpc, errorCodeOf } from "../../protocol/exchange-shape.ts";
import { findCustomer } from "../../redact/credentials.ts";
import type { CustomerSource } from "../../redact/rules.ts";
import type { Tokeniser } from "../../redact/tokens.ts";
import { isKnownMethod } from "../sample/known-methods.ts";
import type { Offer } from "../sample/sampler.ts";
import type { WireExchange } from "./captured.ts";

/** Up to here a request is parsed to see whether it is the first of its kind; past it only its method is looked for. */
const PARSED_BYTES = 4 * 1024;
/** A method is named at the start of a request; one that is not is counted without its name. */
const LOOKED_AT_BYTES = 1_024;
const METHOD = /^\s*\{[^{[]*"method"\s*:\s*"(\w{1,60})"/;

/**
 * What sampling needs to know of an exchange that its rate leaves out, without redacting it: null where it must be read like
 * any other, as its name might be anything (REST, methods that no node has).
 */
export function leftOut(
  exchange: WireExchange,
  sources: readonly CustomerSource[],
  tokens: Tokeniser,
): Offer | null {
  const { requestBody, requestHead, isEvent } = exchange;
  if (isEvent || requestHead.verb !== "POST" || requestBody === null) return null;
  const shape = shapeOf(requestBody);
  if (shape === null || !isKnownMethod(shape.method)) return null;
  const customer = findCustomer(requestHead, sources);
  return {
    ...shape,
    id: exchange.id,
    errorCode: errorCodeOf(exchange.responseBody),
    customer: customer === null ? null : tokens.token("cus", customer),
  };
}

function shapeOf(body: Buffer): Pick<Offer, "method" | "parameters"> | null {
  if (body.length <= PARSED_BYTES) {
    try {
      return describeJsonRpc(JSON.parse(body.toString("utf8"))) ?? null;
    } catch {
      return null;
    }
  }
  const start = body.toString("latin1", 0, LOOKED_AT_BYTES);
  if (/^\s*\[\s*\{/.test(start)) return { method: "(batch)", parameters: "(long)" };
  const method = METHOD.exec(start)?.[1];
  return method === undefined ? null : { method, parameters: "(long)" };
}
