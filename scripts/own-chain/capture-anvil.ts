import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startNodes } from "../../src/demo/live.ts";
import { rpc } from "../../src/demo/rpc.ts";
import { askBoth } from "./ask.ts";
import { ownRequests } from "./requests.ts";

/**
 * Makes test/fixtures/own-answers/anvil-OLD-to-CANDIDATE.pairs.jsonl anew: the two anvils of the demo on the demo's chain,
 * asked what Geth is asked.
 *   node scripts/own-chain/capture-anvil.ts OUT.pairs.jsonl
 */
const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: capture-anvil.ts OUT.pairs.jsonl");

const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-own-anvil-"));
const { old, candidate, chain } = await startNodes(folder);
try {
  const { contract, transactions, head } = chain;
  const receipt = await rpc(old.url, "eth_getTransactionReceipt", [transactions.at(-2) ?? ""]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a receipt
  const { blockHash, blockNumber } = receipt as { blockHash: string; blockNumber: string };
  const named = {
    create: transactions[0],
    legacy: transactions[1],
    log: transactions.at(-2),
    reverted: transactions.at(-1),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- hex, as a node gives it
  const grown = { keeper: contract, passer: contract, transactions: named } as Parameters<
    typeof ownRequests
  >[0];
  const requests = ownRequests(grown, { head, block: { hash: blockHash, number: blockNumber } });
  writeFileSync(out, `${(await askBoth(old.url, candidate.url, requests)).join("\n")}\n`);
} finally {
  await Promise.all([old.stop(), candidate.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
