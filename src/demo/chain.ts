import { runFailure } from "../errors.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { CREATION_CODE, SELECTORS } from "./contract.ts";
import { rpc } from "./rpc.ts";

/** What the demo's traffic asks about. */
export interface Chain {
  readonly accounts: readonly string[];
  readonly contract: string;
  readonly transactions: readonly string[];
  readonly blocks: readonly string[];
  readonly head: number;
}

const ROUNDS = 12;
const GAS = "0x30000";
const RECEIPT_ASKS = 1_000;

/** Builds a small chain on a fresh anvil: transfers, a contract with storage and logs, a transaction that reverts. */
export async function buildChain(url: string): Promise<Chain> {
  await rpc(url, "anvil_setBlockTimestampInterval", [12]);
  const accounts = (await rpc(url, "eth_accounts")) as string[];
  const [owner = ""] = accounts;
  const transactions: string[] = [];
  const send = async (transaction: JsonObject): Promise<JsonObject> => {
    const hash = (await rpc(url, "eth_sendTransaction", [transaction])) as string;
    transactions.push(hash);
    return receiptOf(url, hash);
  };
  const deployed = await send({ from: owner, data: CREATION_CODE, gas: "0x80000" });
  const contract = deployed["contractAddress"] as string;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const from = accounts[round % accounts.length] ?? owner;
    const to = accounts[(round + 3) % accounts.length] ?? owner;
    await send({ from, to, value: `0x${(round * 1_000_000).toString(16)}`, gas: GAS });
    await send({
      from,
      to: contract,
      data: SELECTORS.set + round.toString(16).padStart(64, "0"),
      gas: GAS,
    });
  }
  await send({ from: owner, to: contract, data: SELECTORS.fail, gas: GAS });
  const head = Number(await rpc(url, "eth_blockNumber"));
  const blocks: string[] = [];
  for (let number = 0; number <= head; number += 1) {
    const block: JsonValue = await rpc(url, "eth_getBlockByNumber", [
      `0x${number.toString(16)}`,
      false,
    ]);
    blocks.push((block as JsonObject)["hash"] as string);
  }
  return { accounts, contract, transactions, blocks, head };
}

/** anvil answers eth_sendTransaction before the block that it mines for it is always there to be read. */
async function receiptOf(url: string, hash: string): Promise<JsonObject> {
  for (let asked = 0; asked < RECEIPT_ASKS; asked += 1) {
    const receipt = await rpc(url, "eth_getTransactionReceipt", [hash]);
    if (receipt !== null) return receipt as JsonObject;
  }
  throw runFailure(`anvil did not mine ${hash}.`);
}
