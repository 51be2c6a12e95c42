import type { Chain } from "../chain.ts";
import { COMMON_EXCUSES } from "../excuses.ts";
import { ETHEREUM_ENUMS } from "./enums.ts";
import { ETHEREUM_METHODS } from "./methods.ts";
import { ETHEREUM_NULLABLE } from "./nullable.ts";
import {
  ETHEREUM_BYTES,
  ETHEREUM_FAILING_PARTS,
  ETHEREUM_FRACTIONS,
  ETHEREUM_UNORDERED,
} from "./places.ts";
import { ETHEREUM_TEXTS } from "./texts.ts";

/** Namespaces of Ethereum's nodes and of the chains that speak as they do. */
const NAMESPACE =
  /^(?:eth|net|web3|debug|trace|txpool|ots|erigon|admin|rpc|personal|engine|miner|clique|parity|bor|arb|arbtrace|optimism|rollup|zks|linea|bsc|klay|kaia|les|dev|anvil|hardhat|evm|testing|alchemy|qn|proof|overlay|nethermind|besu|reth|flashbots|mev|dbg|perm|eea|priv|plugins|ibft|qbft|istanbul)_\w+$/;

export const ETHEREUM: Chain = {
  name: "ethereum",
  wires: ["json-rpc"],
  owns: (protocol, method) => protocol === "json-rpc" && NAMESPACE.test(method),
  methods: ETHEREUM_METHODS,
  drifts: [],
  blockOfAnswer: null,
  unordered: ETHEREUM_UNORDERED,
  maps: [],
  bytes: ETHEREUM_BYTES,
  fractions: ETHEREUM_FRACTIONS,
  failingParts: ETHEREUM_FAILING_PARTS,
  nullable: ETHEREUM_NULLABLE,
  enums: ETHEREUM_ENUMS,
  excuses: [
    ...COMMON_EXCUSES,
    {
      means: "state-lost",
      codes: [-32000],
      words: /^not supported$/i,
      source:
        "https://github.com/ethereum/go-ethereum/blob/v1.16.7/triedb/database.go (historic state of the hash scheme)",
    },
  ],
  matchedTexts: ETHEREUM_TEXTS,
};
