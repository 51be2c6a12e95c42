import { request } from "undici";
import type { OwnRequest } from "./requests.ts";

/** The demo's three customers are invented. Who asks is decided by the method, as an indexer, an explorer or a wallet would. */
const CUSTOMERS = [
  { id: "cus_00000000000e4da1", methods: /^(?:eth_getLogs|eth_getStorage|eth_simulate|debug_)/ },
  {
    id: "cus_0000000000ba11e7",
    methods: /^(?:eth_getTransaction|eth_getBlock|eth_getRaw|txpool_)/,
  },
  { id: "cus_000000000030170a", methods: /./ },
];

/** Asks old, old again, and candidate each request: lines for `compare`. */
export async function askBoth(
  old: string,
  candidate: string,
  requests: readonly OwnRequest[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const [index, { name, method, params }] of requests.entries()) {
    const body = JSON.stringify({ jsonrpc: "2.0", id: index + 1, method, params });
    const customer = CUSTOMERS.find(({ methods }) => methods.test(method))?.id;
    const [oldText, controlText] = [await post(old, body), await post(old, body)];
    const candidateText = await post(candidate, body);
    lines.push(
      JSON.stringify({ name, customer, request: body, oldText, controlText, candidateText }),
    );
  }
  return lines;
}

async function post(url: string, body: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const answer = await request(url, { method: "POST", headers, body });
  return answer.body.text();
}
