import { isNumberText, numberText } from "../../diff/number-text.ts";
import {
  decode,
  mayHoldRiskyNumber,
  parseLossless,
  parsePlain,
  type Parsed,
} from "../../diff/parse.ts";
import { isObject, type JsonObject, type JsonValue } from "../../model/json.ts";
import type { Outcome, Pair } from "../../model/pair.ts";
import type { AnswerClass, AnswerError } from "./fact.ts";

/** An outcome that was read: what of it is compared, and what it is as a whole. */
export interface Answer {
  /** `failed` when there is nothing to compare: no answer, or a body that the protocol does not allow. */
  readonly class: AnswerClass | "failed" | "malformed";
  /** The response without its envelope (JSON-RPC), or the whole body (REST). */
  readonly value: JsonValue;
  /** `id`, `jsonrpc` and whatever else stood beside the answer. */
  readonly envelope: JsonObject;
  readonly error: AnswerError | null;
  /** The value is the whole body, without an envelope. */
  readonly rest?: boolean;
  /**
   * The same answer with the text of numbers that a double changes (diff/number-text.ts); itself where there are none.
   * Looking for them costs a quarter of parsing, so it is done only where numbers are compared.
   */
  readonly exact?: () => Answer;
}

const NOTHING = { value: null, envelope: {}, error: null } as const;

/** Reads an outcome; never throws. A call of a batch and a whole batch (`(batch)`, an array) are read alike. */
export function readAnswer(pair: Pair, outcome: Outcome): Answer {
  if (outcome.kind === "timeout" || outcome.kind === "unreachable")
    return { class: "failed", ...NOTHING };
  if (outcome.kind === "malformed" || outcome.body === null)
    return { class: "malformed", ...NOTHING };
  const text = decode(outcome.body);
  const answer = interpret(pair, outcome, text, parsePlain(text));
  let exact: Answer | null = null;
  return {
    ...answer,
    exact() {
      exact ??= mayHoldRiskyNumber(text)
        ? interpret(pair, outcome, text, parseLossless(text))
        : this;
      return exact;
    },
  };
}

function interpret(pair: Pair, outcome: Outcome, text: string, parsed: Parsed): Answer {
  if (pair.protocol === "rest") {
    const failed = outcome.kind === "fault" || (outcome.status ?? 200) >= 400;
    const value = parsed.ok ? parsed.value : text;
    return { class: failed ? "error" : "result", value, envelope: {}, error: null, rest: true };
  }
  if (!parsed.ok) return { class: "malformed", ...NOTHING };
  return readJsonRpc(errorOfBatch(pair, parsed.value) ?? parsed.value);
}

/** One error for all calls of a batch is the answer to the batch, also where it comes as the only item of a list. */
function errorOfBatch({ method, request }: Pair, value: JsonValue): JsonValue | null {
  if (method !== "(batch)" || !Array.isArray(value) || value.length !== 1) return null;
  const [item = null] = value;
  const asked = parsePlain(decode(request));
  const isOfAll =
    isObject(item) && isObject(item["error"]) && asked.ok && Array.isArray(asked.value);
  return isOfAll && asked.value.length > 1 ? item : null;
}

/** Splits a JSON-RPC response into its envelope and what it answers. */
export function readJsonRpc(body: JsonValue): Answer {
  if (Array.isArray(body)) return { class: "result", value: body, envelope: {}, error: null };
  if (body === null || typeof body !== "object") return { class: "malformed", ...NOTHING };
  const { id, jsonrpc, ...rest } = body;
  const envelope: JsonObject = {
    ...(id !== undefined && { id }),
    ...(jsonrpc !== undefined && { jsonrpc }),
  };
  if (Object.hasOwn(body, "error") && (body["error"] !== null || !Object.hasOwn(body, "result")))
    return { class: "error", value: rest, envelope, error: readError(body["error"]) };
  if (!Object.hasOwn(body, "result")) {
    const event = eventOf(body);
    return event === undefined
      ? { class: "malformed", value: rest, envelope, error: null }
      : { class: "result", value: { result: event }, envelope, error: null };
  }
  return { class: body["result"] === null ? "null" : "result", value: rest, envelope, error: null };
}

/** What a notification of a subscription tells (`eth_subscription`); undefined where a body is none. Its id is the node's own. */
export function eventOf(body: JsonObject): JsonValue | undefined {
  const { method, params } = body;
  return typeof method === "string" && isObject(params) ? params["result"] : undefined;
}

/** Characters of a message that are looked through for phrases: nodes say it at the start, and a message may be huge. */
const MESSAGE_CHARACTERS = 2_000;

/** An error's code and the start of its message; an error that is only a string (a trace's) is its own message. */
export function readError(value: JsonValue | undefined): AnswerError {
  if (typeof value === "string")
    return { code: undefined, message: value.slice(0, MESSAGE_CHARACTERS) };
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return { code: undefined, message: "" };
  const code = value["code"];
  return {
    code: isNumberText(code) ? Number(numberText(code)) : code,
    message:
      typeof value["message"] === "string" ? value["message"].slice(0, MESSAGE_CHARACTERS) : "",
  };
}
