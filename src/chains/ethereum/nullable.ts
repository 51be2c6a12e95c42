/**
 * Fields that answers have long had and that may be null: pending blocks and transactions, contract creation, receipts
 * before Byzantium and after.
 */
export const ETHEREUM_NULLABLE: ReadonlySet<string> = new Set([
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
]);
