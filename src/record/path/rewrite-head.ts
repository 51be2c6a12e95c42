import type { HttpHead } from "../../wire/http-head.ts";
import type { Upstream } from "./upstream.ts";

/** What of an upstream decides how a head is rewritten. */
export type Rewriting = Pick<Upstream, "hostHeader" | "basePath" | "query">;

/**
 * A request's head as the upstream needs it: its path before the request's, its query beside it, its Host; every other line as
 * it came, in lines that end in CRLF. Another protocol than WebSocket is not asked for, as nobody could rewrite its requests.
 * Null for a request that can't be passed on by its address.
 */
export function rewriteHead(head: HttpHead, text: string, upstream: Rewriting): Buffer | null {
  const target = targetOf(head.path, upstream);
  const version = /HTTP\/1\.[01]/.exec(text.slice(0, text.indexOf("\n")))?.[0];
  if (target === null || version === undefined || head.verb === "CONNECT") return null;
  const refusesUpgrade = head.upgrade !== "" && head.upgrade !== "websocket";
  const lines = [`${head.verb} ${target} ${version}`];
  if (upstream.hostHeader !== null) lines.push(`Host: ${upstream.hostHeader}`);
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase();
    if (lower === "host" && upstream.hostHeader !== null) continue;
    if (!refusesUpgrade) lines.push(`${name}: ${value}`);
    else if (lower === "connection") {
      const kept = value
        .split(",")
        .map((word) => word.trim())
        .filter((word) => !/^(?:upgrade|http2-settings)$/i.test(word));
      if (kept.length > 0) lines.push(`${name}: ${kept.join(", ")}`);
    } else if (lower !== "upgrade" && lower !== "http2-settings") lines.push(`${name}: ${value}`);
  }
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

/** `/a?b` → `/base/a?key=…&b`; `*` stays; null for what is no path. */
function targetOf(path: string, { basePath, query }: Rewriting): string | null {
  if (path === "*") return path;
  if (!path.startsWith("/")) return null;
  const at = path.indexOf("?");
  const pathname = at < 0 ? path : path.slice(0, at);
  const own = at < 0 ? "" : path.slice(at + 1);
  const whole = basePath === "" ? pathname : pathname === "/" ? basePath : `${basePath}${pathname}`;
  const both = [query, own].filter((part) => part !== "").join("&");
  return both === "" ? whole : `${whole}?${both}`;
}
