import type { Protocol, Transport, Unreplayable } from "../model/exchange.ts";
import { parsedJson, type JsonValue } from "../model/json.ts";
import { describeJsonRpc, describeOther, errorCodeOf } from "../protocol/exchange-shape.ts";
import type { ExchangeShape } from "../protocol/exchange-shape.ts";
import { cleanAnswerBody } from "./answer-body.ts";
import { contextOf } from "./context.ts";
import type { RequestHead } from "./credentials.ts";
import { cleanRequestHead, cleanResponseHeaders } from "./head.ts";
import type { CleanHead } from "./head.ts";
import { cleanRequestBody } from "./request-body.ts";
import type { RedactionRules } from "./rules.ts";
import type { Secrets } from "./secrets.ts";
import type { Tokeniser } from "./tokens.ts";

/** A head's pairs in the order and case they came. The same object for the same bytes lets the redactor reuse its work. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** An exchange as it was read off the wire: full of secrets, must not leave the process. */
export interface CapturedExchange {
  readonly transport: Transport;
  readonly requestHead: RequestHead;
  /** Decoded, or null without one (or when it was past the limit). */
  readonly requestBody: Buffer | null;
  readonly responseHead: ResponseHead | null;
  readonly responseBody: Buffer | null;
  /** A server's message that answers no request. */
  readonly isEvent: boolean;
}

/** What may be written down. */
export interface RedactedExchange extends ExchangeShape {
  readonly customer: string | null;
  /** JSON text of `[verb, path, request headers, response headers]`, as the recording's blocks hold it. */
  readonly head: string;
  readonly requestBody: Buffer | null;
  readonly responseBody: Buffer | null;
  /** Bodies that could not be read as what they claim to be: their length, and a keyed hash instead of them. */
  readonly reduced: readonly ReducedBody[];
  readonly errorCode: number | null;
  readonly unreplayable: Extract<Unreplayable, "redacted-body" | "writes" | "event"> | null;
}

export interface ReducedBody {
  readonly side: "request" | "response";
  readonly bytes: number;
  /** Keyed, 64 hex digits: equal for equal bodies, and no help to who guesses. */
  readonly sha256: string;
}

/** Throws on anything unforeseen; the caller then drops the record, never the traffic. */
export type Redactor = (captured: CapturedExchange) => RedactedExchange;

const NONE: readonly ReducedBody[] = [];
/** Heads remembered by their text: a few MB at most. */
const MOST_REMEMBERED = 500;
const LONGEST_REMEMBERED = 4_096;

/** All of a head that decides what may stay of it. */
function textOf({ verb, path, headers }: RequestHead, protocol: Protocol): string {
  let text = `${protocol} ${verb.length} ${path.length} ${verb}${path}`;
  for (const [name, value] of headers) {
    const isLength = LENGTH.test(name) && /^\d{1,15}$/.test(value);
    // With their lengths, so that no two heads make the same text.
    if (!isLength) text += `\n${name.length} ${value.length} ${name}${value}`;
  }
  return text;
}

const LENGTH = /^content-length$/i;

/** A pure function of an exchange, but for what it remembers of heads that it has seen. */
export function redactor(rules: RedactionRules, tokens: Tokeniser): Redactor {
  const context = contextOf(rules, tokens);
  const requestHeads = new WeakMap<RequestHead, Partial<Record<Protocol, CleanHead>>>();
  // A client's heads differ in little but their length: those of one text are cleaned once.
  const byText = new Map<string, CleanHead>();
  const cleanHead = (head: RequestHead, protocol: Protocol): CleanHead => {
    const text = textOf(head, protocol);
    const known = byText.get(text);
    if (known !== undefined) return known;
    const clean = cleanRequestHead(head, protocol, rules, tokens);
    if (text.length <= LONGEST_REMEMBERED) {
      if (byText.size >= MOST_REMEMBERED) byText.clear();
      byText.set(text, clean);
    }
    return clean;
  };
  const headOf = (head: RequestHead, protocol: Protocol): CleanHead => {
    const known = requestHeads.get(head) ?? {};
    const clean = known[protocol] ?? cleanHead(head, protocol);
    known[protocol] = clean;
    requestHeads.set(head, known);
    return clean;
  };
  const responseHeads = new WeakMap<ResponseHead, { secrets: Secrets; text: string }>();
  const responseHeadText = (head: ResponseHead, secrets: Secrets): string => {
    const known = responseHeads.get(head);
    if (known?.secrets === secrets) return known.text;
    const text = JSON.stringify(cleanResponseHeaders(head.headers, rules, secrets, tokens));
    responseHeads.set(head, { secrets, text });
    return text;
  };

  return ({ transport, requestHead, requestBody, responseHead, responseBody, isEvent }) => {
    const json = parsed(requestBody);
    const described = requestHead.verb === "POST" ? describeJsonRpc(json) : undefined;
    const isJsonRpc = transport === "websocket" || described !== undefined;
    const protocol: Protocol = isJsonRpc ? "json-rpc" : "rest";
    const head = headOf(requestHead, protocol);
    const request = cleanRequestBody(requestBody, json, isJsonRpc, head, context);
    const answer = cleanAnswerBody(
      responseBody,
      { head, isJsonRpc, isEvent, methods: request.methods, found: request.found },
      context,
    );
    // Of the clean body: names of members are in it too.
    const call =
      request.body === requestBody
        ? described
        : isJsonRpc && request.body !== null
          ? describeJsonRpc(parsed(request.body))
          : undefined;
    const shape = isEvent
      ? { protocol, method: "(event)", parameters: "" }
      : (call ??
        (isJsonRpc
          ? { protocol, method: "(malformed)", parameters: "" }
          : describeOther(head.verb, head.path, head.headers)));
    const responseText =
      responseHead === null ? "null" : responseHeadText(responseHead, head.secrets);
    return {
      ...shape,
      protocol: transport === "websocket" ? "json-rpc" : shape.protocol,
      customer: head.customer,
      head: wholeHead(head, responseText),
      requestBody: request.body,
      responseBody: answer.body,
      reduced:
        request.reduced || answer.reduced
          ? [
              ...reducedBody("request", request.reduced ? requestBody : null, tokens),
              ...reducedBody("response", answer.reduced ? responseBody : null, tokens),
            ]
          : NONE,
      errorCode: errorCodeOf(answer.body),
      unreplayable: isEvent
        ? "event"
        : (request.unreplayable ?? (head.lost ? "redacted-body" : null)),
    };
  };
}

function reducedBody(
  side: ReducedBody["side"],
  body: Buffer | null,
  tokens: Tokeniser,
): ReducedBody[] {
  return body === null ? [] : [{ side, bytes: body.length, sha256: tokens.digest(body) }];
}

function wholeHead(request: CleanHead, response: string): string {
  if (request.last.response !== response) {
    request.last = { response, head: `[${request.text},${response}]` };
  }
  return request.last.head;
}

function parsed(body: Buffer | null): JsonValue | undefined {
  return body === null ? undefined : parsedJson(body);
}
