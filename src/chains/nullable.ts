/**
 * Fields that answers have long had and that may be null. One of them that turns up as null was absent before, which
 * clients tell apart; any other null field that turns up is a new field.
 */
const NULLABLE: ReadonlySet<string> = new Set([
  // Ethereum: pending blocks and transactions, contract creation, receipts before Byzantium and after.
  "blockHash",
  "blockNumber",
  "transactionIndex",
  "logIndex",
  "to",
  "contractAddress",
  "creates",
  "gasPrice",
  "maxFeePerGas",
  "maxPriorityFeePerGas",
  "effectiveGasPrice",
  "chainId",
  "hash",
  "nonce",
  "number",
  "logsBloom",
  "miner",
  "root",
  "status",
  "revertReason",
  "output",
  "error",
  "result",
  // Stacks
  "block_hash",
  "block_height",
  "canonical",
  "tx_result",
  "nonce_gap",
]);

export function isNullable(pointer: string): boolean {
  return NULLABLE.has(pointer.slice(pointer.lastIndexOf("/") + 1));
}
