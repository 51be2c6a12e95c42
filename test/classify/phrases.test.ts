import { expect, test } from "vitest";
import {
  excuseOf,
  isRateLimited,
  namesLimit,
  namesMissingMethod,
  saysStateLost,
} from "../../src/protocol/phrases.ts";

/** Messages of real nodes and providers. */
test.each([
  "query returned more than 10000 results",
  "query exceeds max results 20000, retry with the range 0x1-0x2",
  "exceed maximum block range: 5000",
  "block range too large, limit is 1000",
  "eth_getLogs is limited to a 10,000 range",
  "batch too large",
  "response size exceeded: response is too big",
  "gas required exceeds allowance (50000000)",
  "too many addresses in filter",
  "too many requests in batch",
  "please limit the query to at most 1000 blocks",
  "ranges over 10000 blocks are not supported on freetier",
  "specify less number of address",
])("a limit on size: %s", (message) => {
  expect(namesLimit(message)).toBe(true);
});

test.each([
  "execution reverted: ERC20: transfer amount exceeds allowance",
  "block range extends beyond current head block",
  "max priority fee per gas higher than max fee per gas",
  "nonce has max value",
  "daily request count exceeded, request rate limited",
  "insufficient funds for gas * price + value",
])("no limit on size: %s", (message) => {
  expect(namesLimit(message)).toBe(false);
});

function error(code: number, message: string): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code, message } }));
}

test.each<[number, string]>([
  [-32005, "Too Many Requests"],
  [-32000, "too many requests"],
  [-32005, "project ID request rate exceeded"],
  [-32016, "rate limit exceeded"],
  [-32005, "slow down"],
  [-32005, "exceeded project rate limit of 25 credits per second"],
  [429, "Your app has exceeded its compute units per second capacity"],
  [-32097, "You've exceeded the RPS limit: 30 requests/second"],
  [-32007, "50/second request limit reached - reduce calls per second"],
  [-32005, "daily request count exceeded, request rate limited"],
  [-32029, "You have exceeded your allowed requests"],
  [-32000, "You have reached the free tier limits"],
  [15, "Too many request, try again later"],
  [-32000, "daily limit reached"],
  [-32000, "Monthly capacity limit exceeded. Upgrade your scaling policy"],
  [-32000, "too many concurrent requests"],
  [-32000, "call rate limit exhausted, retry in 10m0s"],
  [-32000, "server is busy, try again later"],
  [-32603, "Work queue depth exceeded"],
])("asked too often, for whoever looks: %i %s", (code, message) => {
  expect(isRateLimited(200, error(code, message))).toBe(true);
  for (const chain of ["ethereum", "bitcoin", "solana", "other"] as const)
    expect(excuseOf(chain, { code, message })).toBe("rate-limited");
});

test.each<[number, string]>([
  [3, "execution reverted: rate limit exceeded"],
  [-32000, "rate limit of the contract"],
  [-32005, "query returned more than 10000 results"],
  [-32000, "insufficient funds for gas * price + value"],
  [-32600, "too many requests in batch"],
])("an answer, however it sounds: %i %s", (code, message) => {
  expect(isRateLimited(200, error(code, message))).toBe(false);
});

test("a result that speaks of rates is a result; a page that does is none", () => {
  const result = Buffer.from('{"jsonrpc":"2.0","id":1,"result":"too many requests","error":null}');
  expect(isRateLimited(200, result)).toBe(false);
  expect(isRateLimited(503, Buffer.from("<h1>Too many requests</h1>"))).toBe(true);
  expect(isRateLimited(503, Buffer.from("Work queue depth exceeded"))).toBe(true);
  expect(isRateLimited(503, Buffer.from("<h1>503 Service Temporarily Unavailable</h1>"))).toBe(
    false,
  );
});

test.each([
  "missing trie node 00aa (path ) state 0x1 is not available",
  "required historical state unavailable (reexec=128)",
  "state at block #123 is pruned",
  "state for block 0x1 was not available",
  "historical state 0xab is not available",
  "distance to target block exceeds maximum proof window",
  "World state unavailable for block 12",
  "No state available for block 0x1",
  "state does not exist for block 5",
  "Unable to find the state of the block",
  "history not available: block is older than retention",
  "receipts for block 1 are not available",
])("state that is gone, for whoever looks: %s", (message) => {
  expect(excuseOf("ethereum", { code: -32000, message })).toBe("state-lost");
  expect(saysStateLost(error(-32000, message))).toBe(true);
});

test.each<["bitcoin" | "solana", number, string, string]>([
  ["bitcoin", -28, "Loading block index…", "syncing"],
  ["bitcoin", -28, "Verifying blocks…", "syncing"],
  ["bitcoin", -1, "Block not available (pruned data)", "state-lost"],
  ["solana", -32005, "Node is behind by 42 slots", "node-behind"],
  ["solana", -32005, "Node is unhealthy", "node-behind"],
  ["solana", -32004, "Block not available for slot 261", "node-behind"],
  ["solana", -32016, "Minimum context slot has not been reached", "node-behind"],
  [
    "solana",
    -32001,
    "Block 5 cleaned up, does not exist on node. First available block: 9",
    "state-lost",
  ],
])("%s's own codes: %i %s", (chain, code, message, means) => {
  expect(excuseOf(chain, { code, message })).toBe(means);
  expect(excuseOf("ethereum", { code, message: "x" })).toBeNull();
});

test.each<[number, string, boolean]>([
  [-32601, "", true],
  [-32000, "the method eth_coinbase does not exist/is not available", true],
  [-32600, "Unsupported method: eth_foo", true],
  [-32000, "execution reverted", false],
  [-32000, "header not found", false],
])("a method that is not there: %i %s", (code, message, expected) => {
  expect(namesMissingMethod(code, message)).toBe(expected);
});
