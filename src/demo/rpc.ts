import { request } from "undici";
import { runFailure } from "../errors.ts";
import type { JsonValue } from "../model/json.ts";

/** One JSON-RPC call that must work: what the demo builds its chain with. */
export async function rpc(
  url: string,
  method: string,
  params: readonly JsonValue[] = [],
): Promise<JsonValue> {
  const { body } = await request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await body.json()) as { result?: JsonValue; error?: { message: string } };
  if (answer.error !== undefined || answer.result === undefined) {
    throw runFailure(
      `${method} failed on the demo's node: ${answer.error?.message ?? "no result"}`,
    );
  }
  return answer.result;
}
