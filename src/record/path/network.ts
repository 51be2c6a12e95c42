import { request } from "undici";
import type { Network } from "../../model/run.ts";
import type { Upstream } from "./upstream.ts";

const TIMEOUT_MS = 2_000;
const LARGEST_ANSWER_BYTES = 1024 * 1024;
export const UNKNOWN_NETWORK: Network = { chainId: "unknown", genesisHash: null };

/** Asks the upstream which network it is on. Never rejects: what can't be learnt is `unknown`, and recording goes on. */
export async function detectNetwork(upstream: Upstream): Promise<Network> {
  const [chainId, genesis] = await Promise.all([
    call(upstream, "eth_chainId", []),
    call(upstream, "eth_getBlockByNumber", ["0x0", false]),
  ]);
  if (typeof chainId === "string" && /^0x[0-9a-f]+$/i.test(chainId)) {
    const hash: unknown =
      typeof genesis === "object" && genesis !== null && "hash" in genesis ? genesis.hash : null;
    return {
      chainId: BigInt(chainId).toString(),
      genesisHash: typeof hash === "string" ? hash : null,
    };
  }
  const info = await ask(upstream, "GET", "/v2/info", null);
  if (typeof info === "object" && info !== null && "network_id" in info) {
    return { chainId: String(info.network_id), genesisHash: null };
  }
  return UNKNOWN_NETWORK;
}

async function call(upstream: Upstream, method: string, params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = await ask(upstream, "POST", "/", body);
  return typeof answer === "object" && answer !== null && "result" in answer
    ? answer.result
    : undefined;
}

async function ask(
  upstream: Upstream,
  method: "GET" | "POST",
  path: string,
  body: string | null,
): Promise<unknown> {
  const host = upstream.host.includes(":") ? `[${upstream.host}]` : upstream.host;
  const url = `${upstream.secure ? "https" : "http"}://${host}:${upstream.port}${upstream.basePath}${path === "/" ? "" : path}${upstream.query === "" ? "" : `?${upstream.query}`}`;
  try {
    const response = await request(url, {
      method,
      body,
      headers: body === null ? {} : { "content-type": "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const length = Number(response.headers["content-length"] ?? 0);
    if (length > LARGEST_ANSWER_BYTES) return undefined;
    return await response.body.json();
  } catch {
    return undefined;
  }
}
