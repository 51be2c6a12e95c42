import { Agent, request } from "undici";
import type { Network } from "../../model/run.ts";
import type { Upstream } from "./upstream.ts";

/** These are the cheapest questions there are, and the recording does not wait for them. */
const TIMEOUT_MS = 2_000;
/** An id or a block without its transactions: a thousandth of it. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;
/** Then twice as long each time: a node that was just started answers soon, one that is away is left alone. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** Ends an answer that is too long, also one that does not say so. */
const dispatcher = new Agent({ maxResponseSize: LARGEST_ANSWER_BYTES, keepAliveTimeout: 1 });
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

/** Asks again, less and less often, until the upstream says which network it is on. Gives what ends it. */
export function watchNetwork(upstream: Upstream, known: (network: Network) => void): () => void {
  const ending = new AbortController();
  let pauseMs = FIRST_PAUSE_MS;
  const next = (): void => {
    const timer = setTimeout(() => void askAgain(), pauseMs);
    timer.unref();
    ending.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  };
  const askAgain = async (): Promise<void> => {
    const network = await detectNetwork(upstream);
    if (ending.signal.aborted) return;
    if (network !== UNKNOWN_NETWORK) {
      known(network);
      return;
    }
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    next();
  };
  next();
  return () => ending.abort();
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
      dispatcher,
    });
    return await response.body.json();
  } catch {
    return undefined;
  }
}
