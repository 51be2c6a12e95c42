import { rpc } from "../src/demo/rpc.ts";
import type { JsonObject, JsonValue } from "../src/model/json.ts";
import {
  breaks,
  openWorkshop,
  provenance,
  uncomparables,
  writeEvidence,
} from "./support/replaying.ts";

const ACCOUNT = "0x7dcd17433742f4c0ca53122ab541d0ba67fc27df";
const ROUNDS = 20;

/** Questions at every block, of which those about state need what a full node drops. */
function requestsAt(number: number): [string, JsonValue[]][] {
  const at = `0x${number.toString(16)}`;
  return [
    ["eth_getBalance", [ACCOUNT, at]],
    ["eth_getTransactionCount", [ACCOUNT, at]],
    ["eth_getCode", [ACCOUNT, at]],
    ["eth_getStorageAt", [ACCOUNT, "0x0", at]],
    ["eth_getProof", [ACCOUNT, [], at]],
    ["eth_call", [{ to: ACCOUNT }, at]],
    ["debug_traceBlockByNumber", [at]],
    ["eth_getBlockByNumber", [at, true]],
    ["eth_getBlockReceipts", [at]],
    ["eth_getLogs", [{ fromBlock: at, toBlock: at }]],
  ];
}

const AT_LATEST: [string, JsonValue[]][] = [
  ["eth_getBalance", [ACCOUNT, "latest"]],
  ["eth_call", [{ to: ACCOUNT }, "latest"]],
  ["eth_getProof", [ACCOUNT, [], "latest"]],
  ["eth_chainId", []],
];

export const study = {
  name: "replay-archive",
  summary: "an archive node against a full one of the same version: args are their URLs",
  async run([old = "", candidate = ""]: readonly string[]): Promise<void> {
    const head = Number(await rpc(old, "eth_blockNumber"));
    const asked: [string, JsonValue[]][] = [];
    for (let number = 1; number <= head; number++) asked.push(...requestsAt(number));
    for (let round = 0; round < ROUNDS; round++) asked.push(...AT_LATEST);
    const requests: JsonObject[] = asked.map(([method, params], id) => ({
      jsonrpc: "2.0",
      id,
      method,
      params,
    }));
    const workshop = openWorkshop();
    try {
      const recording = await workshop.record("blocks", requests);
      const lines: string[] = [];
      for (const [title, sides] of [
        ["archive as old, full as candidate", [old, candidate]],
        ["full as old, archive as candidate", [candidate, old]],
      ] as const) {
        const judged = await workshop.replay(title.replaceAll(/\W+/g, "-"), [
          recording,
          "--old",
          sides[0],
          "--candidate",
          sides[1],
        ]);
        const { header, counts } = judged.facts;
        lines.push(
          `## ${title[0]?.toUpperCase()}${title.slice(1)}`,
          "",
          `- ${header.old[0]?.clientVersion ?? "?"}; oldest state: ${header.configurationDifferences.map((one) => `old ${JSON.stringify(one.old)}, candidate ${JSON.stringify(one.candidate)}`).join("; ")}`,
          `- calls ${counts.calls}: same ${counts.same}, different ${counts.different}, uncomparable ${uncomparables(judged)}`,
          `- breaking or risky findings: ${breaks(judged).length}`,
          ...breaks(judged).map((text) => `  - ${text}`),
          "",
        );
      }
      writeEvidence("replay-archive", [
        "# Full against archive",
        "",
        provenance("npm run study replay-archive ARCHIVE FULL"),
        "",
        `Two real Geth of one version on the execution-apis chain (head ${head}), one of which dropped the state of older blocks at its restart. A full node builds that state again to trace a block, which takes longer: a latency finding of a trace is true.`,
        "",
        ...lines,
      ]);
    } finally {
      workshop.close();
    }
  },
};
