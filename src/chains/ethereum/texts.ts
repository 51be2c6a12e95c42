import type { MatchedText } from "../chain.ts";

const VIEM = "https://github.com/wevm/viem/blob/main/src/errors/node.ts";
const GRAPH_NODE =
  "https://github.com/graphprotocol/graph-node/blob/master/chain/ethereum/src/ethereum_adapter.rs";
const TXMGR =
  "https://github.com/ethereum-optimism/optimism/blob/develop/op-service/txmgr/txmgr.go";
const CHAINLINK =
  "https://github.com/smartcontractkit/chainlink-evm/blob/develop/pkg/client/errors.go";

function texts(by: string, source: string, list: readonly string[]): MatchedText[] {
  return list.map((text) => ({ text, by, source }));
}

/** Words of error messages on which clients decide what happened; a message that loses them is another error to them. */
export const ETHEREUM_TEXTS: readonly MatchedText[] = [
  ...texts("ethers, viem", VIEM, [
    "execution reverted",
    "gas required exceeds allowance",
    "nonce too low",
    "nonce too high",
    "nonce has max value",
    "already known",
    "transaction already imported",
    "insufficient funds",
    "exceeds transaction sender account balance",
    "replacement transaction underpriced",
    "max fee per gas less than block base fee",
    "fee cap less than block base fee",
    "max priority fee per gas higher than max fee per gas",
    "intrinsic gas too low",
    "intrinsic gas too high",
    "gas limit reached",
    "transaction type not valid",
  ]),
  ...texts("graph-node", GRAPH_NODE, [
    "invalid opcode",
    "invalid jump destination",
    "out of gas",
    "stack underflow",
    "stack limit reached",
    "header not found",
    "query returned more than",
  ]),
  ...texts("op-service's transaction manager, which raises the fee by it", TXMGR, [
    "transaction underpriced",
    "future transaction tries to replace pending",
    "txpool is full",
    "could not replace existing tx",
  ]),
  ...texts("Chainlink, go-ethereum's own clients", CHAINLINK, [
    "exceeds block gas limit",
    "exceeds the configured cap",
    "transaction gas price too low",
    "known transaction",
    "max priority fee per gas higher",
    "tip too low",
    "gas price too low",
    "sender doesn't have enough funds",
  ]),
  ...texts(
    "web3j, viem and pollers that open a lost filter again",
    "https://github.com/hyperledger-web3j/web3j/blob/main/core/src/main/java/org/web3j/protocol/core/filters/Filter.java",
    ["filter not found"],
  ),
];
