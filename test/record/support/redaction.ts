import { NO_RULES, parseCustomerSource } from "../../../src/redact/rules.ts";
import type { RedactionRules } from "../../../src/redact/rules.ts";
import { tokeniser } from "../../../src/redact/tokens.ts";
import { redactor } from "../../../src/redact/redact.ts";
import type { RedactedExchange } from "../../../src/redact/redact.ts";

export const KEY = Buffer.from("a key for tests, of 32 characters");
export const TOKENS = tokeniser(KEY);

export interface Given {
  readonly verb?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly answerHeaders?: Readonly<Record<string, string>>;
  readonly answer?: unknown;
}

export function rules(overrides: Partial<RedactionRules> = {}, customer = ""): RedactionRules {
  const source = parseCustomerSource(customer);
  return { ...NO_RULES, customer: source === undefined ? [] : [source], ...overrides };
}

/** Redacts one exchange; `everything` is all the text that would be written down. */
export function redactOne(
  given: Given,
  ruleSet: RedactionRules = NO_RULES,
): RedactedExchange & { everything: string; request: string; response: string } {
  const clean = redactor(
    ruleSet,
    TOKENS,
  )({
    transport: "http",
    requestHead: {
      verb: given.verb ?? "POST",
      path: given.path ?? "/",
      headers: Object.entries({ "Content-Type": "application/json", ...given.headers }),
    },
    requestBody: bytes(given.body),
    responseHead: { status: 200, headers: Object.entries(given.answerHeaders ?? {}) },
    responseBody: bytes(given.answer),
    isEvent: false,
  });
  const request = clean.requestBody?.toString("utf8") ?? "";
  const response = clean.responseBody?.toString("utf8") ?? "";
  return {
    ...clean,
    request,
    response,
    everything: [
      clean.head,
      request,
      response,
      clean.customer,
      clean.method,
      clean.parameters,
    ].join("\n"),
  };
}

function bytes(body: unknown): Buffer | null {
  if (body === undefined) return null;
  return Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

export const CALL = { jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] };
