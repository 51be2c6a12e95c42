import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rpc } from "../../src/demo/rpc.ts";
import { askBoth } from "./ask.ts";
import { genesis, PEOPLE } from "./genesis.ts";
import { geth, startGeth, type Geth } from "./geth.ts";
import { grow, signed, type Grown } from "./grow.ts";
import { ownRequests } from "./requests.ts";
import { systemContracts } from "./system-contracts.ts";

/**
 * Makes recordings/geth-OLD-to-CANDIDATE.pairs.jsonl anew: a chain of our own is grown by the old version, both versions
 * import it, and each of our requests is asked of old, of old again, and of the candidate.
 *   node scripts/own-chain/capture-geth.ts OLD_GETH CANDIDATE_GETH GO_ETHEREUM_SOURCES OUT.pairs.jsonl
 */
const [old, candidate, sources, out] = process.argv.slice(2);
if (old === undefined || candidate === undefined || sources === undefined || out === undefined)
  throw new Error(
    "usage: capture-geth.ts OLD_GETH CANDIDATE_GETH GO_ETHEREUM_SOURCES OUT.pairs.jsonl",
  );

const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-own-chain-"));
try {
  const start = path.join(folder, "genesis.json");
  writeFileSync(start, JSON.stringify(genesis(systemContracts(sources))));
  const chain = path.join(folder, "chain.rlp");
  const grown = await growChain(old, start, chain);
  const nodes = [
    await startOn(old, start, chain, "old"),
    await startOn(candidate, start, chain, "candidate"),
  ] as const;
  try {
    writeFileSync(out, `${(await ask(nodes, grown)).join("\n")}\n`);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function growChain(binary: string, start: string, chain: string): Promise<Grown> {
  const data = path.join(folder, "growing");
  mkdirSync(data);
  await geth(binary, data, "--state.scheme=hash", "init", start);
  const node = await startGeth(binary, data, true);
  const grown = await grow(node.url).finally(() => node.stop());
  await geth(binary, data, "export", chain);
  return grown;
}

async function startOn(binary: string, start: string, chain: string, name: string): Promise<Geth> {
  const data = path.join(folder, name);
  mkdirSync(data);
  await geth(binary, data, "--state.scheme=hash", "init", start);
  await geth(binary, data, "--syncmode", "full", "--gcmode", "archive", "import", chain);
  return startGeth(binary, data, false);
}

async function ask([old, candidate]: readonly [Geth, Geth], grown: Grown): Promise<string[]> {
  const [, bob] = PEOPLE;
  if (bob === undefined) throw new Error("nobody is there");
  // What waits in the pool is the same on both.
  const waits = await signed(bob, { type: "legacy", gasPrice: 2_000_000_000n, to: bob.address });
  for (const { url } of [old, candidate]) await rpc(url, "eth_sendRawTransaction", [waits]);
  const head = Number(await rpc(old.url, "eth_blockNumber"));
  if (head !== Number(await rpc(candidate.url, "eth_blockNumber"))) throw new Error("heads differ");
  const log = await rpc(old.url, "eth_getTransactionReceipt", [grown.transactions["nested"] ?? ""]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a receipt
  const { blockHash, blockNumber } = log as { blockHash: string; blockNumber: string };
  const block = { hash: blockHash, number: blockNumber };
  return askBoth(old.url, candidate.url, ownRequests(grown, { head, block }));
}
