import { namesLimit } from "../../protocol/phrases.ts";
import { becomes } from "./predicates.ts";
import type { Rule } from "./rule.ts";

export const limitChanged: Rule = {
  id: "limit-changed",
  severity: "breaking",
  title: "A limit on range, size or gas changed",
  why: "Requests of a size that worked are now refused, or are refused at another size. Clients that split their requests look for the words of the old limit.",
  sees: "A request for a large range or batch fails with an error about a limit.",
  breaks: [
    {
      library: "ethers",
      code: "await contract.queryFilter(filter, from, to)",
      result: "rejects where the range is over the new limit",
    },
    {
      library: "viem",
      code: "await client.getLogs({ fromBlock, toBlock })",
      result: "throws LimitExceededRpcError (-32005) or InvalidParamsRpcError",
    },
    {
      library: "web3.py",
      code: 'w3.eth.get_logs({"fromBlock": a, "toBlock": b})',
      result: "raises Web3RPCError",
    },
  ],
  write: {
    text: "Ask for smaller ranges and halve them when a limit is named.",
    code: "async function logs(from, to) { try { return await getLogs(from, to); } catch (e) { if (from === to || !/limit|range|too (large|many)|more than/i.test(e.message)) throw e; const mid = (from + to) / 2n; return [...await logs(from, mid), ...await logs(mid + 1n, to)]; } }",
  },
  examples: [
    {
      request: { method: "eth_getLogs", params: [{ fromBlock: "0x0", toBlock: "0x7d0" }] },
      old: { result: [] },
      candidate: {
        error: { code: -32602, message: "block range too large: exceeds the limit of 1000" },
      },
      path: "",
    },
    {
      request: { method: "eth_getLogs", params: [{ fromBlock: "0x0", toBlock: "0x7d0" }] },
      old: { error: { code: -32005, message: "query returned more than 10000 results" } },
      candidate: { error: { code: -32602, message: "query exceeds max results 20000" } },
      path: "/error",
    },
  ],
  matches: (fact) =>
    becomes(fact, "error") &&
    fact.candidateError !== undefined &&
    namesLimit(fact.candidateError.message),
};
