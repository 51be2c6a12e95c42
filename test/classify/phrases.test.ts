import { expect, test } from "vitest";
import {
  namesLimit,
  namesLostState,
  namesMissingMethod,
  namesRate,
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

test.each([
  "Too Many Requests",
  "project ID request rate exceeded",
  "exceeded its compute units per second",
])("a limit on requests: %s", (message) => {
  expect(namesRate(message)).toBe(true);
});

test.each([
  "missing trie node 00aa (path ) state 0x1 is not available",
  "required historical state unavailable (reexec=128)",
])("state that is gone: %s", (message) => {
  expect(namesLostState(message)).toBe(true);
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
