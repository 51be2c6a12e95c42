import { compared, withDifference, type ExchangeResult } from "../../model/comparison.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Outcome } from "../../model/pair.ts";
import type { Fork } from "./pinning.ts";

export const SPLIT_KEY = "chain-split";

/**
 * A chain split as a result of its own: breaking, never uncomparable. `split` is the index of the first candidate among the
 * fork's views, which are old first.
 */
export function chainSplitResult(fork: Fork, split: number, at: number): ExchangeResult {
  const ancestor: JsonObject | null =
    fork.ancestor === null ? null : { number: fork.ancestor.number, hash: fork.ancestor.hash };
  const seen = (hash: string | undefined): JsonObject => ({
    number: fork.height,
    hash: hash ?? "",
    commonAncestor: ancestor,
  });
  const old = seen(fork.hashes[0]);
  // The first candidate that stands on another block than old's first target.
  const other = fork.hashes.findIndex((hash, view) => view >= split && hash !== fork.hashes[0]);
  const candidate = seen(fork.hashes[other === -1 ? split : other]);
  const method = "(chain)";
  const number = `0x${fork.height.toString(16)}`;
  const request = {
    jsonrpc: "2.0",
    id: 1,
    method: "eth_getBlockByNumber",
    params: [number, false],
  };
  const targets = { old: 0, candidate: Math.max(0, other - split) };
  const pair = {
    id: SPLIT_KEY,
    name: null,
    protocol: "json-rpc",
    chain: "ethereum",
    method,
    customer: null,
    client: null,
    at,
    weight: 1,
    request: Buffer.from(JSON.stringify(request)),
    old: outcomeOf(old, targets.old),
    candidate: outcomeOf(candidate, targets.candidate),
    control: null,
    recorded: null,
  } as const;
  return {
    key: SPLIT_KEY,
    sends: 0,
    beside: true,
    comparisons: [
      withDifference(
        compared(pair),
        {
          kind: "chain-split",
          path: "/result/hash",
          pattern: "/result/hash",
          old: fork.hashes[0] ?? null,
          candidate: fork.hashes[other === -1 ? split : other] ?? null,
        },
        "confirmed",
      ),
    ],
  };
}

function outcomeOf(value: JsonObject, target: number): Outcome {
  return {
    kind: "reply",
    status: null,
    headers: {},
    body: Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, result: value })),
    ms: null,
    target,
  };
}
