import { itemOf, type Place } from "./place.ts";
import type { Break } from "./words.ts";

/**
 * Code about one place, made of the finding's own method and path. `response` is the JSON of a JSON-RPC response, `body` that
 * of a REST one, so that a path of the finding is the path in the code.
 */

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** `response.result.logs[i].data`, or `body.total`. */
export function access(place: Place, segments: readonly string[] = place.segments): string {
  return rootOf(place) + steps(segments, place);
}

/** What the answer is called in code: one that refuses a whole batch is a single response. */
export function rootOf({ wire, isInBatch, isEvent }: Place): string {
  // What a subscription delivers is no response: `{"method": "eth_subscription", "params": {"result": …}}`.
  if (isEvent) return "message.params";
  return wire === "rest" ? "body" : isInBatch ? "responses[i]" : "response";
}

function steps(segments: readonly string[], place: Place): string {
  return segments
    .map((segment, at) => {
      if (segment === "*") return at === segments.length - 1 ? `[${indexOf(place)}]` : "[i]";
      return IDENTIFIER.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
    })
    .join("");
}

/** Lists are read by place, maps by key. */
function indexOf(place: Place): string {
  return itemOf(place) === "an entry" && place.segments.at(-1) === "*" ? "key" : "i";
}

/** The object that holds the field, and the field's name as a string. */
export function holder(place: Place): { readonly object: string; readonly key: string } {
  return {
    object: access(place, place.segments.slice(0, -1)),
    key: JSON.stringify(place.segments.at(-1) ?? ""),
  };
}

/** What a library call gives, by library; a library without a text is left out. */
interface Outcomes {
  readonly ethers?: string;
  readonly viem?: string;
  readonly python?: string;
}

/** The same request through each library's way to send any method; only for methods of an Ethereum node. */
export function calls(place: Place, outcomes: Outcomes): Break[] {
  if (!place.isEthereum) return [];
  const method = JSON.stringify(place.method);
  return lines(outcomes, {
    ethers: `await provider.send(${method}, params)`,
    viem: `await client.request({ method: ${method}, params })`,
    python: `w3.provider.make_request(${method}, params)`,
  });
}

/** The value at the place through each library; only below a result. */
export function reads(place: Place, outcomes: Outcomes): Break[] {
  const [root, ...below] = place.segments;
  if (!place.isEthereum || root !== "result" || below.length === 0) return [];
  const method = JSON.stringify(place.method);
  const python = below
    .map((part, at) => {
      if (part !== "*") return `[${JSON.stringify(part)}]`;
      return at === below.length - 1 ? `[${indexOf(place)}]` : "[i]";
    })
    .join("");
  return lines(outcomes, {
    ethers: `(await provider.send(${method}, params))${steps(below, place)}`,
    viem: `(await client.request({ method: ${method}, params }))${steps(below, place)}`,
    python: `w3.provider.make_request(${method}, params)["result"]${python}`,
  });
}

function lines(outcomes: Outcomes, code: Record<keyof Outcomes, string>): Break[] {
  const names = { ethers: "ethers", viem: "viem", python: "web3.py" } as const;
  return (["ethers", "viem", "python"] as const).flatMap((key) => {
    const result = outcomes[key];
    return result === undefined ? [] : [{ library: names[key], code: code[key], result }];
  });
}

/** A line for code in any language or library. */
export function any(code: string, result: string): Break {
  return { library: "any", code, result };
}
