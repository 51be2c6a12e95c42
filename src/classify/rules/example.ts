import { isObject, type JsonValue } from "../../model/json.ts";
import type { Outcome, Pair } from "../../model/pair.ts";

import { chainOf } from "../../chains/index.ts";
import type { ExampleMeta, RuleExample } from "./rule.ts";

/** A rule's example as the pair that a replay would have made of it. */
export function examplePair(example: RuleExample, id = "example:1"): Pair {
  const {
    protocol = "json-rpc",
    request,
    old,
    candidate,
    oldMeta = {},
    candidateMeta = {},
  } = example;
  const text =
    protocol === "rest"
      ? request.method
      : JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: request.method,
          params: request.params ?? [],
        });
  return {
    id,
    name: null,
    protocol,
    chain: chainOf(protocol, request.method),
    method: request.method,
    customer: null,
    client: null,
    at: null,
    weight: 1,
    request: Buffer.from(text),
    old: outcome(protocol === "rest", old, oldMeta),
    candidate: outcome(protocol === "rest", candidate, candidateMeta),
    control: null,
    recorded: null,
  };
}

function outcome(rest: boolean, answer: JsonValue, meta: ExampleMeta): Outcome {
  const { status = 200, headers = {}, envelope = {} } = meta;
  const whole = rest || typeof answer === "string" || Array.isArray(answer) || envelope === null;
  const body =
    whole || !isObject(answer) ? answer : { jsonrpc: "2.0", id: 1, ...envelope, ...answer };
  const failed = status >= 400 || (isObject(answer) && Object.hasOwn(answer, "error"));
  const kind = meta.outcome ?? (failed ? "fault" : "reply");
  const silent = kind === "timeout" || kind === "unreachable";
  return {
    kind,
    status: silent ? null : status,
    headers,
    body: silent ? null : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    ms: null,
    target: 0,
  };
}
