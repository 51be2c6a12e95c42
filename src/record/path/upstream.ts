import { isIP, connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { usageError } from "../../errors.ts";

/** Where the recorder passes everything on to. */
export interface Upstream {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Host header that it needs, or null to leave the client's. */
  readonly hostHeader: string | null;
  /** Put in front of every path, "" mostly. Never shown: it may hold a key. */
  readonly basePath: string;
  /** Put beside every query, "" mostly. Never shown: it may hold a key. */
  readonly query: string;
}

/** Whether requests can't pass as they came. */
export function rewrites({ hostHeader, basePath, query }: Upstream): boolean {
  return hostHeader !== null || basePath !== "" || query !== "";
}

export type HostMode = "auto" | "keep" | "upstream";

/**
 * Reads a target URL. With `auto`, Host is rewritten where the upstream is chosen by name: by https, or by a host name other
 * than localhost; a node at an address takes any. Throws a usage error for credentials in it: they would be sent for everyone.
 */
export function parseUpstream(target: string, mode: HostMode): Upstream {
  const url = new URL(target);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw usageError("--target takes an http or https URL; WebSocket goes through the same port", {
      details: ["Write http instead of ws, https instead of wss."],
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw usageError("--target must not hold a user name or password", {
      details: ["Clients send their own credentials through the recorder."],
    });
  }
  const secure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const named = isIP(host) === 0 && host !== "localhost";
  const rewrites = mode === "upstream" || (mode === "auto" && (secure || named));
  return {
    secure,
    host,
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    hostHeader: rewrites ? url.host : null,
    query: url.search.slice(1),
    basePath: url.pathname === "/" ? "" : url.pathname.replace(/\/$/, ""),
  };
}

/** Opens a connection. The certificate is checked as Node does (NODE_EXTRA_CA_CERTS adds authorities). */
export function connectUpstream(upstream: Upstream): Socket {
  const { host, port } = upstream;
  if (!upstream.secure) {
    return connectTcp({ host, port, noDelay: true, allowHalfOpen: true });
  }
  const options: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
    host,
    port,
    // What clients of the recorder speak.
    ALPNProtocols: ["http/1.1"],
    allowHalfOpen: true,
  };
  // An address is no server name (RFC 6066).
  return connectTls(isIP(host) === 0 ? { ...options, servername: host } : options).setNoDelay(true);
}
