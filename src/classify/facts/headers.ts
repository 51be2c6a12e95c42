import type { Headers } from "../../model/exchange.ts";

/** Headers that clients read: a change of their value is a difference. Others are compared by whether they are there. */
const READ_BY_CLIENTS =
  /^(?:access-control-.*|retry-after|link|x-total(?:-count)?|x-next-.*|content-range|accept-ranges|allow|location|www-authenticate|cache-control|content-disposition|content-language|x-api-version|deprecation|sunset)$/;

/** Headers that change from answer to answer, belong to the connection, or name and guard what stands in front: no client of an interface reads them. */
const PASSING =
  /^(?:date|age|etag|last-modified|expires|server|via|connection|keep-alive|transfer-encoding|content-length|content-encoding|content-type|vary|set-cookie|trailer|upgrade|alt-svc|nel|report-to|server-timing|cf-.*|x-cache.*|x-request-id|x-correlation-id|x-trace-.*|traceparent|x-amzn-.*|x-amz-.*|x-response-time|x-ratelimit-(?:remaining|reset)|ratelimit-(?:remaining|reset)|strict-transport-security|x-powered-by|x-frame-options|x-content-type-options|x-xss-protection|x-dns-prefetch-control|x-download-options|x-permitted-cross-domain-policies|x-robots-tag|x-ua-compatible|referrer-policy|permissions-policy|feature-policy|content-security-policy.*|cross-origin-.*|expect-ct|origin-agent-cluster|x-runtime|x-served-by|x-timer|x-varnish|x-backend.*|x-upstream.*|x-envoy-.*|x-kong-.*|x-proxy.*|x-node.*|x-server.*|x-vercel-.*|fly-.*|pragma|p3p|host|warning|sec-websocket-.*)$/;

export interface HeaderFact {
  readonly name: string;
  readonly type: "content-type" | "header-added" | "header-changed";
  readonly old: string | undefined;
  readonly candidate: string | undefined;
}

/** What differs in the headers of two answers, as far as a client can tell. */
export function compareHeaders(old: Headers, candidate: Headers): HeaderFact[] {
  const facts: HeaderFact[] = [];
  // A side whose headers were not kept has none at all.
  if (isEmpty(old) || isEmpty(candidate) || agree(old, candidate)) return facts;
  const before = mediaType(old["content-type"]);
  const after = mediaType(candidate["content-type"]);
  if (before !== after && before !== undefined)
    facts.push({
      name: "content-type",
      type: "content-type",
      old: old["content-type"],
      candidate: candidate["content-type"],
    });
  for (const name of new Set([...Object.keys(old), ...Object.keys(candidate)])) {
    const left = old[name];
    const right = candidate[name];
    if (PASSING.test(name) || left === right) continue;
    if (left === undefined) facts.push({ name, type: "header-added", old: left, candidate: right });
    else if (right === undefined || READ_BY_CLIENTS.test(name))
      facts.push({ name, type: "header-changed", old: left, candidate: right });
  }
  return facts;
}

function isEmpty(headers: Headers): boolean {
  for (const _ in headers) return false;
  return true;
}

/** Nearly every pair has the same headers but for its time: told without a list of their names. */
function agree(old: Headers, candidate: Headers): boolean {
  let names = 0;
  for (const name in old) {
    const right = candidate[name];
    if (right === undefined) return false;
    if (old[name] !== right && name !== "date") return false;
    names += 1;
  }
  for (const _ in candidate) names -= 1;
  return names === 0;
}

/** Type and subtype; a charset of UTF-8 is JSON's default and says nothing. */
function mediaType(value: string | undefined): string | undefined {
  return value?.split(";")[0]?.trim().toLowerCase();
}
