import { sameNumber } from "../facts/value-forms.ts";
import { isChange } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const encodingChanged: Rule = {
  id: "encoding-changed",
  severity: "breaking",
  title: "The same value is written in another form",
  why: "Hex or decimal, with or without prefix or padding: equal to a human, another value or an error to a parser.",
  sees: "A number or a byte string has another format.",
  breaks: [
    { library: "any", code: 'parseInt("0x0a") and parseInt("0a")', result: "10 and 0" },
    {
      library: "viem",
      code: 'hexToBigInt("10")',
      result: "10n: without its prefix it is read as decimal",
    },
    { library: "ethers", code: 'toBigInt("a")', result: "throws: invalid BigNumberish" },
    {
      library: "web3.py",
      code: "int(value, 16) and int(value)",
      result: "another number, or ValueError",
    },
  ],
  write: {
    text: "Normalise before use.",
    code: "const toQuantity = (v) => BigInt(/^(0x|\\d+$)/.test(v) ? v : `0x${v}`);",
  },
  examples: [
    {
      request: {
        method: "debug_traceTransaction",
        params: ["0x1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a"],
      },
      old: { result: { returnValue: "" } },
      candidate: { result: { returnValue: "0x" } },
      path: "/result/returnValue",
    },
    {
      request: {
        method: "eth_getProof",
        params: ["0xc1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1", ["0x1"], "0x1"],
      },
      old: { result: { balance: "0x01" } },
      candidate: { result: { balance: "0x1" } },
      path: "/result/balance",
    },
    {
      protocol: "rest",
      request: { method: "GET /extended/v1/tx/{tx_id}" },
      old: '{"tx_id":"0x1a","event_count":1.0}',
      candidate: '{"tx_id":"0x1a","event_count":1}',
      path: "/event_count",
    },
    {
      request: { method: "debug_storageRangeAt", params: [] },
      old: { result: { storage: { "0x01": "0xff" } } },
      candidate: { result: { storage: { "0x1": "0xff" } } },
      path: "/result/storage/0x01",
    },
  ],
  matches: (fact) =>
    fact.type === "rekeyed" ||
    fact.type === "form" ||
    (isChange(fact) && sameNumber(fact.old, fact.candidate)),
};
