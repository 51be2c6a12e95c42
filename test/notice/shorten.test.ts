import { describe, expect, test } from "vitest";
import { shortenText, shortRequest } from "../../src/notice/compose/shorten.ts";

describe("values in a notice", () => {
  test.each([
    ["an address", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045", "0xd8dA…6045"],
    ["a hash", `0x${"1f".repeat(32)}`, "0x1f1f…1f1f"],
    ["call data keeps its selector", `0x70a08231${"00".repeat(32)}`, "0x70a08231… (36 bytes)"],
    ["a quantity stays", "0x36d6f025d8e6223c4d", "0x36d6f025d8e6223c4d"],
    ["a Stacks principal", "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7", "SP2J6Z…9EJ7"],
    ["a token of something redacted", "key red_0123456789abcdef here", "key (removed) here"],
    [
      "a route stays",
      "GET /extended/v1/contract/interface/{contract_id}/transactions",
      "GET /extended/v1/contract/interface/{contract_id}/transactions",
    ],
    [
      "a sentence stays",
      "block range extends beyond current head block",
      "block range extends beyond current head block",
    ],
    [
      "a field's name stays",
      "maxPriorityFeePerGasMultiplierValue",
      "maxPriorityFeePerGasMultiplierValue",
    ],
    [
      "text inside a text",
      'invalid hex in storage key: "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"',
      'invalid hex in storage key: "0xd8dA…6045"',
    ],
  ])("%s", (_, raw, shown) => {
    expect(shortenText(raw)).toBe(shown);
  });

  test("a long text is cut and says how long it was", () => {
    expect(shortenText("word ".repeat(100))).toMatch(/^(?:word )+.*… \(500 characters\)$/);
  });

  test("a request is one line with method and parameters, however deep or long", () => {
    const request = JSON.stringify({
      jsonrpc: "2.0",
      id: 7,
      method: "eth_call",
      params: [{ to: `0x${"ab".repeat(20)}`, list: Array(20).fill(1) }, "latest"],
    });
    expect(shortRequest(request)).toBe(
      '{"method":"eth_call","params":[{"to":"0xabab…abab","list":[1,1,1,1,1,1,1,1,"… 12 more"]},"latest"]}',
    );
    expect(shortRequest("GET /v2/info?tip=latest\nbody")).toBe("GET /v2/info?tip=latest");
    expect(
      shortRequest(JSON.stringify({ method: "m", params: Array(8).fill("word ".repeat(30)) }))
        .length,
    ).toBeLessThan(410);
  });
});
