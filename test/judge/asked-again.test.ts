import { describe, expect, test } from "vitest";
import { askedAgain } from "../../src/judge/methods.ts";
import { askOf } from "../../src/notice/compose/request.ts";
import { curls } from "../../src/report/view/snippets.ts";
import type { SideText } from "../../src/model/run.ts";
import type { UpgradeFacts } from "../../src/notice/compose/model.ts";

const call = (method: string, id = 1): object => ({ jsonrpc: "2.0", id, method, params: [] });
const SIDE: SideText = { outcome: "reply", status: 200, text: "{}", cut: null };
const UPGRADE = { endpoint: "https://rpc.example.com", test: null } as UpgradeFacts;

const CASES = [
  ["eth_getBalance", call("eth_getBalance"), "reads"],
  ["eth_newFilter", call("eth_newFilter"), "reads"],
  ["getblock", call("getblock"), "reads"],
  ["acme_getThings", call("acme_getThings"), "unknown"],
  ["eth_sendRawTransaction", call("eth_sendRawTransaction"), "never"],
  ["personal_unlockAccount", call("personal_unlockAccount"), "never"],
  ["sendrawtransaction", call("sendrawtransaction"), "never"],
  ["sendTransaction", call("sendTransaction"), "never"],
  ["eth_getFilterChanges", call("eth_getFilterChanges"), "never"],
  ["eth_subscribe", call("eth_subscribe"), "never"],
  ["eth_subscription logs", call("eth_subscribe"), "never"],
  ["accountSubscribe", call("accountSubscribe"), "never"],
  ["(batch)", [call("eth_chainId"), call("eth_blockNumber", 2)], "reads"],
  ["(batch)", [call("eth_chainId"), call("acme_getThings", 2)], "unknown"],
  ["(batch)", [call("acme_getThings"), call("eth_sendRawTransaction", 2)], "never"],
  ["(batch)", [call("eth_chainId"), 5], "unknown"],
  ["GET /v2/info", null, "reads"],
  ["POST /v2/transactions", null, "never"],
] as const;

describe.each(CASES)("%s %j", (method, body, again) => {
  const request = body === null ? `${method}\n` : JSON.stringify(body);
  const texts = { pairId: "1", method, request, old: SIDE, candidate: SIDE };

  test(`asked again: ${again}`, () => {
    expect(askedAgain(method, request)).toBe(again);
  });

  test("a report has its curl unless it is never to be sent again, a notice where it is known to read", () => {
    expect(curls(texts, 4_000) === null).toBe(again === "never");
    expect(askOf(texts, UPGRADE, null) === null).toBe(again !== "reads");
  });
});

test("what had no answer in its batch is not asked alone: alone it may have one", () => {
  const candidate = { ...SIDE, outcome: "malformed", text: null };
  const request = JSON.stringify(call("eth_chainId"));
  const texts = { pairId: "1", method: "eth_chainId", request, old: SIDE, candidate };
  expect(askOf(texts, UPGRADE, null)).toBe(null);
});
