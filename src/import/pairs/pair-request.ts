import type { ChainName, Exchange } from "../../model/exchange.ts";
import type { Adapter, Asked } from "../../protocol/adapter.ts";
import { parsePlain } from "../../diff/parse.ts";
import { jsonRpc } from "../../protocol/json-rpc/adapter.ts";
import { eachMember, skipSpace, skipValue } from "../../protocol/json-rpc/scan.ts";
import { rest } from "../../protocol/rest/adapter.ts";
import type { Route } from "../../protocol/rest/routes.ts";

/** What a line or a caller knows of the request beside its text. */
interface Known {
  readonly chain: ChainName | undefined;
  readonly routes: readonly Route[];
}

/** What a pairs line asks, read by the protocol that it is in. */
export interface AskedExchange {
  readonly adapter: Adapter;
  readonly exchange: Exchange;
  readonly asked: Asked;
}

/** A JSON-RPC call or batch, as JSON or as its text; or REST: `{"method": "GET", "path": "/v2/info"}` or `GET /v2/info`. */
export function askedOf(request: string | object, text: string, known: Known): AskedExchange {
  const typed = typeof request === "string" ? request : "";
  const line = /^([A-Z]+) (\/\S*)\s*/.exec(typed);
  if (line !== null) return restRequest(line[1]!, line[2]!, typed.slice(line[0].length), known);
  const fields: Readonly<Record<string, unknown>> =
    typeof request === "string" ? {} : { ...request };
  if (typeof fields["path"] === "string" && !("jsonrpc" in fields)) {
    const verb = typeof fields["method"] === "string" ? fields["method"] : "GET";
    const body = memberTexts(text).get("body") ?? "";
    return restRequest(verb, fields["path"], body, known);
  }
  const exchange = exchangeOf(
    "json-rpc",
    "POST",
    "/",
    typeof request === "string" ? request : text,
    known.chain,
  );
  const asked = jsonRpc.read(exchange) ?? batchOfNoCall(exchange);
  if (asked === null) throw new Error("request is neither a JSON-RPC call nor a REST request");
  return { adapter: jsonRpc, exchange, asked };
}

/** `[]`, or a list of things that are no calls: nodes answer it, once for all of it or item by item. */
function batchOfNoCall({ request }: Exchange): Asked | null {
  const parsed = parsePlain(request.body?.toString() ?? "");
  return parsed.ok && Array.isArray(parsed.value) ? { batch: true, calls: [] } : null;
}

function restRequest(verb: string, path: string, body: string, known: Known): AskedExchange {
  const adapter = rest(known.routes);
  const exchange = exchangeOf("rest", verb, path, body, known.chain);
  const asked = adapter.read(exchange);
  if (asked === null) throw new Error("request is no REST request");
  return { adapter, exchange, asked };
}

function exchangeOf(
  protocol: Exchange["protocol"],
  verb: string,
  path: string,
  body: string,
  chain: ChainName | undefined,
): Exchange {
  return {
    ...(chain === undefined ? {} : { chain }),
    id: 0,
    at: 0,
    durationMs: null,
    protocol,
    transport: "http",
    connection: null,
    customer: null,
    name: null,
    request: { verb, path, headers: {}, body: body === "" ? null : Buffer.from(body) },
    response: null,
    probability: 1,
    unreplayable: null,
  };
}

/** Texts of an object's own members, as they stand there; of a duplicate key the last, as JSON.parse has it. */
export function memberTexts(text: string): Map<string, string> {
  const bytes = Buffer.from(text);
  const texts = new Map<string, string>();
  eachMember(bytes, skipSpace(bytes, 0), (keyStart, keyEnd, valueStart) => {
    const value = bytes.toString("utf8", valueStart, skipValue(bytes, valueStart));
    texts.set(bytes.toString("utf8", keyStart, keyEnd), value);
    return false;
  });
  return texts;
}
