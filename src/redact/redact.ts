import type { Headers, Protocol, Transport, Unreplayable } from "../model/exchange.ts";
import type { JsonValue } from "../model/json.ts";
import { redactRequestBody, redactResponseBody } from "./body.ts";
import { findCredentials } from "./credentials.ts";
import type { RequestHead } from "./credentials.ts";
import { keepHeaders, redactPath } from "./head.ts";
import type { RedactionRules } from "./rules.ts";
import { substitutions } from "./substitute.ts";
import type { Substitution } from "./substitute.ts";
import type { Tokeniser } from "./tokens.ts";
import { describeJsonRpc, describeOther, errorCodeOf } from "../protocol/shape.ts";
import type { ExchangeShape } from "../protocol/shape.ts";

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
  readonly errorCode: number | null;
  readonly unreplayable: Extract<Unreplayable, "redacted-body" | "writes" | "event"> | null;
}

/** A request's head without its secrets, and what to look for in the bodies. */
export interface CleanHead {
  readonly verb: string;
  readonly path: string;
  readonly headers: Headers;
  /** JSON text of verb, path and headers, comma-separated. */
  readonly text: string;
  readonly customer: string | null;
  readonly secrets: readonly Substitution[];
  /** The last whole head made with it: most answers of a connection have the same head too. */
  last: { readonly response: string; readonly head: string };
}

/** Throws on anything unforeseen; the caller then drops the record, never the traffic. */
export type Redactor = (captured: CapturedExchange) => RedactedExchange;

export function redactor(rules: RedactionRules, tokens: Tokeniser): Redactor {
  const requestHeads = new WeakMap<RequestHead, Partial<Record<Protocol, CleanHead>>>();

  const cleanRequestHead = (head: RequestHead, protocol: Protocol): CleanHead => {
    const known = requestHeads.get(head) ?? {};
    const clean = known[protocol] ?? redactRequestHead(head, protocol, rules, tokens);
    known[protocol] = clean;
    requestHeads.set(head, known);
    return clean;
  };
  const responseHeads = new WeakMap<
    ResponseHead,
    { secrets: readonly Substitution[]; text: string }
  >();
  const responseHeadText = (head: ResponseHead, secrets: readonly Substitution[]): string => {
    const known = responseHeads.get(head);
    if (known?.secrets === secrets) return known.text;
    const text = JSON.stringify(keepHeaders(head.headers, "response", rules, secrets, tokens));
    responseHeads.set(head, { secrets, text });
    return text;
  };

  return (captured) => {
    const body = parseBody(captured.requestBody);
    const call = captured.requestHead.verb === "POST" ? describeJsonRpc(body?.json) : undefined;
    const protocol: Protocol =
      call === undefined && captured.transport === "http" ? "rest" : "json-rpc";
    const head = cleanRequestHead(captured.requestHead, protocol);
    const shape = captured.isEvent
      ? { protocol, method: "(event)", parameters: "" }
      : (call ?? describeOther(head.verb, head.path, head.headers));
    const request = redactRequestBody(captured.requestBody, body, head, rules, tokens);
    const secrets =
      request.secrets.length === 0 ? head.secrets : [...request.secrets, ...head.secrets];
    const responseBody = redactResponseBody(
      captured.responseBody,
      request.methods,
      secrets,
      rules,
      tokens,
    );
    const responseText =
      captured.responseHead === null
        ? "null"
        : responseHeadText(captured.responseHead, head.secrets);
    return {
      ...shape,
      protocol: captured.transport === "websocket" ? "json-rpc" : shape.protocol,
      customer: head.customer,
      head: wholeHead(head, responseText),
      requestBody: request.body,
      responseBody,
      errorCode: errorCodeOf(responseBody),
      unreplayable: captured.isEvent ? "event" : request.unreplayable,
    };
  };
}

function redactRequestHead(
  head: RequestHead,
  protocol: Protocol,
  rules: RedactionRules,
  tokens: Tokeniser,
): CleanHead {
  const isJsonRpc = protocol === "json-rpc";
  const credentials = findCredentials(head, rules, isJsonRpc);
  const secrets = substitutions(credentials.secrets, credentials.customer, tokens);
  const path = redactPath(head.path, credentials, secrets, rules, tokens, isJsonRpc);
  const headers = keepHeaders(head.headers, "request", rules, secrets, tokens);
  const verb = /^[A-Z]{1,20}$/.test(head.verb) ? head.verb : "(odd verb)";
  return {
    verb,
    path,
    headers,
    text: `${JSON.stringify(verb)},${JSON.stringify(path)},${JSON.stringify(headers)}`,
    customer: credentials.customer === null ? null : tokens.token("cus", credentials.customer),
    secrets,
    last: { response: "", head: "" },
  };
}

function wholeHead(request: CleanHead, response: string): string {
  if (request.last.response !== response) {
    request.last = { response, head: `[${request.text},${response}]` };
  }
  return request.last.head;
}

const OPENS_JSON = new Set([0x5b, 0x7b]);

/** A body that is JSON: its text and its value. */
export interface JsonBody {
  readonly text: string;
  readonly json: JsonValue;
}

function parseBody(body: Buffer | null): JsonBody | undefined {
  if (body === null || body.length === 0) return undefined;
  if (!OPENS_JSON.has(body[0] ?? 0) && !/^\s*[[{]/.test(body.toString("latin1", 0, 64))) {
    return undefined;
  }
  try {
    const text = body.toString("utf8");
    const json: JsonValue = JSON.parse(text);
    return { text, json };
  } catch {
    return undefined;
  }
}
