import { keccak256, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/** A chain of our own: merged and with every fork up to Prague from its first block on. */
export const CHAIN_ID = 20_260;

/** Four people with a thousand ether each; their keys are the hashes of a text, so that anybody can make the chain anew. */
export const PEOPLE = [1, 2, 3, 4].map((index) =>
  privateKeyToAccount(keccak256(toHex(`shadowdiff own chain, person ${index}`))),
);

const THOUSAND_ETHER = "0x3635c9adc5dea00000";
const BLOBS = { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 };
const FROM_THE_START =
  `homestead eip150 eip155 eip158 byzantium constantinople petersburg istanbul muirGlacier berlin london
  arrowGlacier grayGlacier`
    .split(/\s+/)
    .map((fork) => [`${fork}Block`, 0] as const);

/**
 * Contracts that the protocol itself calls in each block, at the addresses and with the code of their proposals
 * (EIP-4788, 2935, 7002, 7251). The code comes from the node's own sources: without it no block is valid.
 */
export type SystemContracts = Readonly<Record<string, string>>;

export function genesis(system: SystemContracts): object {
  return {
    config: {
      chainId: CHAIN_ID,
      ...Object.fromEntries(FROM_THE_START),
      mergeNetsplitBlock: 0,
      terminalTotalDifficulty: 0,
      shanghaiTime: 0,
      cancunTime: 0,
      pragueTime: 0,
      blobSchedule: { cancun: BLOBS, prague: BLOBS },
    },
    difficulty: "0x0",
    gasLimit: "0x1c9c380",
    baseFeePerGas: "0x3b9aca00",
    timestamp: "0x692a0000",
    extraData: "0x",
    alloc: {
      ...Object.fromEntries(PEOPLE.map(({ address }) => [address, { balance: THOUSAND_ETHER }])),
      ...Object.fromEntries(
        Object.entries(system).map(([address, code]) => [
          address,
          { balance: "0x0", nonce: "0x1", code },
        ]),
      ),
    },
  };
}
