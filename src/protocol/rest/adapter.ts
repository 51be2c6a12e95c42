import type { Exchange } from "../../model/exchange.ts";
import type { Adapter, Call, Pinned, Pins } from "../adapter.ts";
import { chainOf, methodKnowledge } from "../../chains/index.ts";
import { routeOf, type Route } from "./routes.ts";

const NOTHING = Buffer.alloc(0);
/** Request headers that shape a REST answer. Conditional ones are left out: a 304 for both would prove nothing. */
const SHAPING = ["accept", "accept-encoding", "accept-language", "content-type", "origin", "range"];

/** REST over HTTP, its routes from an OpenAPI document or inferred. */
export function rest(routes: readonly Route[]): Adapter {
  return {
    protocol: "rest",
    read(exchange) {
      const { verb, path, body } = exchange.request;
      const method = routeOf(verb.toUpperCase(), path, routes);
      const chain = exchange.chain ?? chainOf("rest", method);
      return {
        batch: false,
        calls: [
          {
            index: 0,
            method,
            chain,
            knowledge: methodKnowledge(chain, method),
            id: "",
            bytes: body ?? NOTHING,
            path,
          },
        ],
      };
    },
    pin: pinRoute,
    fillIn: () => null,
    question: (exchange, [call]) => ({
      verb: exchange.request.verb,
      path: call?.path ?? exchange.request.path,
      headers: shaping(exchange),
      body: call === undefined || call.bytes.length === 0 ? null : call.bytes,
    }),
    shown: (exchange, call) => {
      const line = `${exchange.request.verb} ${call.path ?? exchange.request.path}`;
      return call.bytes.length === 0
        ? Buffer.from(line)
        : Buffer.concat([Buffer.from(`${line}\n\n`), call.bytes]);
    },
    split: () => null,
    kind: (status) => ({ kind: status !== null && status >= 400 ? "fault" : "reply" }),
  };
}

/** Adds the parameter that holds the tip still, where the route has one and the request did not name it. */
function pinRoute(call: Call, pins: Pins): Pinned {
  const parameter = call.knowledge.pin;
  const latest = pins.latest;
  const path = call.path ?? "/";
  const query = new URLSearchParams(path.split("?")[1] ?? "");
  const unpinned: Pinned = {
    call,
    replaced: [],
    left: [],
    missing: parameter !== null && !query.has(parameter),
    highest: null,
  };
  if (parameter === null || latest === null) return unpinned;
  const named = query.get(parameter);
  if (named !== null && named !== "latest") return { ...unpinned, missing: false };
  const bare = path.split("?")[0] ?? path;
  const rest = (path.split("?")[1] ?? "")
    .split("&")
    .filter((part) => part !== "" && !part.startsWith(`${parameter}=`));
  const hash = latest.hash.replace(/^0x/, "");
  return {
    call: { ...call, path: `${bare}?${[...rest, `${parameter}=${hash}`].join("&")}` },
    replaced: ["latest"],
    left: [],
    missing: false,
    highest: latest.number,
  };
}

function shaping(exchange: Exchange): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of SHAPING) {
    const value = exchange.request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}
