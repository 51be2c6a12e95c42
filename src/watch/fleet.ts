import { request } from "undici";
import { displayUrl } from "../model/display-url.ts";
import { versionNumbers } from "./triage/release.ts";

/** A node of the fleet and what it says it is. */
export interface FleetNode {
  /** As it may be shown. */
  readonly node: string;
  /** Its own words; null where it did not answer. */
  readonly version: string | null;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 64 * 1024;

interface Probe {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly read: (answer: unknown) => unknown;
}

const rpc = (method: string): string =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });

/** How a node is asked for its version, one after the other until one is answered: Ethereum, Bitcoin, Solana, Stacks. */
const PROBES: readonly Probe[] = [
  {
    method: "POST",
    path: "",
    body: rpc("web3_clientVersion"),
    read: (answer) => at(answer, "result"),
  },
  {
    method: "POST",
    path: "",
    body: rpc("getnetworkinfo"),
    read: (answer) => at(at(answer, "result"), "subversion"),
  },
  {
    method: "POST",
    path: "",
    body: rpc("getVersion"),
    read: (answer) => at(at(answer, "result"), "solana-core"),
  },
  { method: "GET", path: "/v2/info", read: (answer) => at(answer, "server_version") },
  { method: "GET", path: "/extended", read: (answer) => at(answer, "server_version") },
];

/** Asks each node what it runs. A node that does not answer is said, not guessed. */
export async function askFleet(
  nodes: readonly string[],
  signal: AbortSignal,
): Promise<FleetNode[]> {
  return Promise.all(
    nodes.map(async (node) => ({ node: displayUrl(node), version: await versionOf(node, signal) })),
  );
}

async function versionOf(node: string, signal: AbortSignal): Promise<string | null> {
  const url = URL.parse(node);
  if (url === null) return null;
  for (const { method, path, body, read } of PROBES) {
    const place = new URL(url);
    if (path !== "") place.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
    const version = read(await answerOf(place, method, body, signal));
    if (typeof version === "string" && versionNumbers(version) !== null)
      return version.slice(0, 300);
  }
  return null;
}

async function answerOf(
  url: URL,
  method: "GET" | "POST",
  body: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (credentials !== ":")
    headers["authorization"] = `Basic ${Buffer.from(credentials).toString("base64")}`;
  try {
    const response = await request(`${url.origin}${url.pathname}${url.search}`, {
      method,
      headers,
      body: body ?? null,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of response.body) {
      bytes += (part as Buffer).length;
      if (bytes > MOST_BYTES) return undefined;
      parts.push(part as Buffer);
    }
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    return undefined;
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
