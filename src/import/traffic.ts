import { describeJsonRpc } from "../protocol/exchange-shape.ts";
import type { JsonValue } from "../model/json.ts";
import type { ImportedExchange } from "./imported.ts";

/** Which of a source's exchanges are traffic to the node. */
export interface Wanted {
  /** Hosts, `h` or `h:8545`; empty takes all. */
  readonly hosts: readonly string[];
  /** What the URL begins with, `https://h/v2/`; empty takes all. */
  readonly urls: readonly string[];
  /** Also calls that are no JSON-RPC. */
  readonly rest: boolean;
}

/** Why an exchange is left out, as its loss is counted. */
export type LeftOut = "other-host" | "not-traffic" | "not-json-rpc" | "redirected";

const STATIC_PATH =
  /\.(?:m?js|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|eot|mp[34]|webm|wasm|html?|pdf)$/i;
const STATIC_TYPE =
  /^\s*(?:text\/(?:css|html|javascript|ecmascript)|application\/(?:x-)?(?:javascript|wasm|font-\w+|pdf)|(?:image|font|audio|video)\/)/i;

/** The host (with its port where one is named) that an exchange was sent to, or null where its source does not say. */
export function hostOf(exchange: ImportedExchange): string | null {
  const { origin, requestHead } = exchange;
  if (origin !== undefined && origin !== null) return origin.replace(/^[a-z]+:\/\//, "");
  const header = requestHead.headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  return header?.trim().toLowerCase() ?? null;
}

/**
 * Null for what is taken. `isMixed` says that the source holds whatever a browser asked for, of which only calls are traffic
 * to a node.
 */
export function whyLeftOut(
  exchange: ImportedExchange,
  wanted: Wanted,
  isMixed: boolean,
): LeftOut | null {
  if (isMixed && !isToNode(exchange)) return "not-traffic";
  if (!isWantedHost(exchange, wanted)) return "other-host";
  if (!isMixed) return null;
  const isCall = exchange.transport === "websocket" || isJsonRpc(exchange);
  if (!isCall && !wanted.rest) return "not-json-rpc";
  // The call itself follows, sent to where the answer pointed.
  const status = exchange.responseHead?.status ?? 0;
  return isCall && [301, 302, 303, 307, 308].includes(status) ? "redirected" : null;
}

/** Over HTTP or WebSocket, and no part of a page. */
function isToNode(exchange: ImportedExchange): boolean {
  if (exchange.origin === null || exchange.requestHead.verb === "CONNECT") return false;
  if (exchange.transport === "websocket" || isJsonRpc(exchange)) return true;
  if (exchange.isAsset === true) return false;
  const { verb, path } = exchange.requestHead;
  if (verb !== "GET" && verb !== "HEAD") return true;
  const type = exchange.responseHead?.headers.find(
    ([name]) => name.toLowerCase() === "content-type",
  )?.[1];
  return !STATIC_PATH.test(path.split("?", 1)[0] ?? "") && !STATIC_TYPE.test(type ?? "");
}

function isWantedHost(exchange: ImportedExchange, { hosts, urls }: Wanted): boolean {
  if (hosts.length === 0 && urls.length === 0) return true;
  const host = hostOf(exchange);
  // A bare request names no host: it was meant for the node.
  if (host === null) return exchange.origin === undefined;
  const name = host.replace(/:\d+$/, "");
  if (hosts.some((each) => each.toLowerCase() === host || each.toLowerCase() === name)) return true;
  const url = `${exchange.origin ?? `http://${host}`}${exchange.requestHead.path}`;
  return urls.some((each) => isWithin(url, each));
}

/** `https://h/v2/KEY?x=1` is within `https://h/v2`, not within `https://h/v`. */
function isWithin(url: string, start: string): boolean {
  const base = URL.parse(start);
  const whole = URL.parse(url);
  if (base === null || whole === null || base.host !== whole.host) return false;
  if (base.protocol.replace("ws", "http") !== whole.protocol.replace("ws", "http")) return false;
  const path = base.pathname.replace(/\/$/, "");
  return whole.pathname === path || whole.pathname.startsWith(`${path}/`);
}

function isJsonRpc({ requestHead, requestBody }: ImportedExchange): boolean {
  if (requestHead.verb !== "POST" || requestBody === null) return false;
  try {
    const json: JsonValue = JSON.parse(requestBody.toString("utf8"));
    return describeJsonRpc(json) !== undefined;
  } catch {
    return false;
  }
}
