import { createServer } from "node:http";

/** What a test changes of the API. */
export interface StacksOptions {
  /** Height of the tip when the server starts; it does not move by itself. */
  readonly height: number;
  /** Takes over an answer's JSON; undefined leaves it. */
  readonly answer?: (verb: string, path: string, query: URLSearchParams) => unknown;
}

export interface StacksApi {
  readonly url: string;
  readonly asked: string[];
  close(): Promise<void>;
}

function hashOf(height: number): string {
  return `0x${height.toString(16).padStart(64, "0")}`;
}

/** Answers in the documented shapes of the Stacks API: its status with the tip, transactions, accounts at a tip, call-read. */
export async function startStacksApi({ height, answer }: StacksOptions): Promise<StacksApi> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const verb = request.method ?? "GET";
    asked.push(`${verb} ${request.url}`);
    request.resume();
    const given = answer?.(verb, url.pathname, url.searchParams);
    const value = given === undefined ? own(verb, url, height) : given;
    response.writeHead(value === null ? 404 : 200, {
      "content-type": "application/json; charset=utf-8",
      etag: `"${hashOf(height)}"`,
      "cache-control": "public, no-cache",
    });
    response.end(JSON.stringify(value ?? { error: "not found" }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function own(verb: string, url: URL, height: number): unknown {
  const path = url.pathname;
  if (path === "/extended/v1/status") {
    return {
      server_version: `stacks-blockchain-api v8.${height}.0`,
      status: "ready",
      chain_tip: {
        block_height: height,
        block_hash: hashOf(height),
        index_block_hash: hashOf(height),
      },
    };
  }
  if (path === "/v2/info")
    return { network_id: 1, server_version: "stacks-node 3.1", stacks_tip_height: height };
  const block = /^\/extended\/v2\/blocks\/(\d+)$/.exec(path)?.[1];
  if (block !== undefined) {
    const number = Number(block);
    return number > height ? null : { height: number, index_block_hash: hashOf(number) };
  }
  if (path.startsWith("/v2/accounts/")) {
    // The balance at the tip that the request names, else at the latest.
    const tip = url.searchParams.get("tip");
    const at = tip === null ? height : Number(`0x${tip}`);
    return { balance: `0x${(1_000_000 + at).toString(16)}`, nonce: 3, locked: "0x0" };
  }
  if (path.startsWith("/extended/v1/tx/")) {
    return { tx_id: path.split("/").at(-1), tx_status: "success", block_height: 7, events: [] };
  }
  if (verb === "POST" && path.startsWith("/v2/contracts/call-read/"))
    return { okay: true, result: "0x03" };
  return null;
}
