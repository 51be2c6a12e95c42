import { describe, expect, test } from "vitest";
import { classifyingSchema } from "../../src/config/classifying.ts";
import { severityOf } from "../../src/classify/severity/severity.ts";
import { matchesPath } from "../../src/model/glob.ts";
import type { Kind } from "../../src/model/kinds.ts";

const group = (
  kind: Kind,
  method: string,
  path: string,
  old = "",
  candidate = "",
): Parameters<typeof severityOf>[0] => ({
  kind,
  method,
  path,
  variants: [{ old, candidate, calls: 1 }],
});

const message = (old: string, candidate: string): Parameters<typeof severityOf>[0] =>
  group("error-message-changed", "eth_sendRawTransaction", "/error/message", old, candidate);

describe("where it matters more", () => {
  test.each([
    [message('"Nonce too low: next 5"', '"nonce is stale"'), "breaking"],
    [message('"nonce too low"', '"nonce too low: next nonce 5"'), "risky"],
    [group("array-items-added", "eth_getLogs", "/result/*"), "breaking"],
    [group("array-items-added", "GET /extended/v1/tx", "/results/*"), "risky"],
    [group("array-order-changed", "trace_block", "/result"), "breaking"],
    [group("array-items-added", "eth_getProof", "/result/storageProof/*/proof/*"), "breaking"],
    [group("array-items-added", "eth_feeHistory", "/result/gasUsedRatio/*"), "breaking"],
    [group("array-items-added", "getrawtransaction", "/result/vin/*"), "breaking"],
    [group("array-items-added", "getTransaction", "/result/meta/postBalances/*"), "breaking"],
    [group("array-order-changed", "getBlock", "/result/transactions"), "breaking"],
    [group("array-items-added", "getTransaction", "/result/meta/logMessages/*"), "risky"],
    [group("array-items-added", "GET /extended/v1/tx/{tx_id}", "/events/*"), "breaking"],
    [group("null-to-value", "eth_getTransactionReceipt", "/result/contractAddress"), "breaking"],
    [group("null-to-value", "eth_getBlockByNumber", "/result/miner"), "info"],
    [group("enum-value-added", "eth_getTransactionByHash", "/result/type"), "breaking"],
    [
      group(
        "error-to-result",
        "eth_call",
        "",
        '{"error":{"code":3,"message":"execution reverted"}}',
        '"0x"',
      ),
      "breaking",
    ],
    [
      group(
        "error-to-result",
        "eth_getProof",
        "",
        '{"error":{"code":3,"message":"execution reverted"}}',
      ),
      "risky",
    ],
    [group("header-changed", "eth_call", "/headers/access-control-allow-origin"), "breaking"],
    [group("header-changed", "eth_call", "/headers/x-powered-by"), "risky"],
    [group("field-added", "eth_call", "/result/a"), "info"],
  ])("%j is %s", (given, expected) => {
    expect(severityOf(given).severity).toBe(expected);
  });

  test("says why only where it is not the default", () => {
    expect(severityOf(group("enum-value-added", "m", "/result/type")).reason).toMatch(/decoders/);
    expect(severityOf(group("field-added", "m", "/result/a")).reason).toBeNull();
  });
});

describe("a configuration", () => {
  const { ignore, phrases } = classifyingSchema.parse({
    ignore: [{ path: "/result/**/size", method: "eth_get*", reason: "we do not serve it" }],
    phrases: [{ phrase: "custom limit", reason: "our SDK matches it" }],
  });

  test("ignores a path with its reason", () => {
    expect(
      severityOf(group("value-changed", "eth_getBlockByHash", "/result/uncles/*/size"), { ignore }),
    ).toEqual({
      severity: "noise",
      reason: "ignored: we do not serve it",
    });
    expect(severityOf(group("value-changed", "debug_x", "/result/size"), { ignore }).severity).toBe(
      "breaking",
    );
  });

  test("names phrases of its own", () => {
    expect(severityOf(message('"custom limit hit"', '"too much"'), { phrases })).toEqual({
      severity: "breaking",
      reason: "our SDK matches it",
    });
  });

  test("the last row that fits wins over everything", () => {
    const severity = [
      { kind: "field-added" as const, severity: "risky" as const, reason: "first" },
      { method: "eth_*", severity: "breaking" as const, reason: "strict decoders" },
    ];
    expect(severityOf(group("field-added", "eth_call", "/result/a"), { severity })).toEqual({
      severity: "breaking",
      reason: "strict decoders",
    });
  });

  test("refuses a tolerance without a size", () => {
    expect(
      classifyingSchema.safeParse({ tolerances: [{ path: "/result", reason: "x" }] }).success,
    ).toBe(false);
  });
});

test("a path glob: one segment, or any number", () => {
  expect(matchesPath("/result/*/gasUsed", "/result/*/gasUsed")).toBe(true);
  expect(matchesPath("/result/*/gasUsed", "/result/a/b/gasUsed")).toBe(false);
  expect(matchesPath("**/type", "/result/transactions/*/type")).toBe(true);
  expect(matchesPath("/a.c", "/abc")).toBe(false);
});
