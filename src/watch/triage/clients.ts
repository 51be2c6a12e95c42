/** A client that people run, and where its releases are told. */
export interface KnownClient {
  readonly client: string;
  readonly title: string;
  /** `owner/name` at GitHub. */
  readonly repository: string;
  /** How the node names itself in `web3_clientVersion` or its like. */
  readonly names: RegExp;
  /** Tags that are releases of this client, where the repository has others too. */
  readonly tags?: RegExp;
  /** What OSV (https://osv.dev) knows it as. */
  readonly package?: { readonly ecosystem: string; readonly name: string };
}

/** Source: each project's own repository. Any other client is a row of a team's watch.yaml with its repository or feed. */
export const KNOWN_CLIENTS: readonly KnownClient[] = [
  {
    client: "geth",
    title: "Geth",
    repository: "ethereum/go-ethereum",
    names: /^geth\//i,
    package: { ecosystem: "Go", name: "github.com/ethereum/go-ethereum" },
  },
  {
    client: "erigon",
    title: "Erigon",
    repository: "erigontech/erigon",
    names: /^erigon\//i,
    package: { ecosystem: "Go", name: "github.com/erigontech/erigon" },
  },
  {
    client: "nethermind",
    title: "Nethermind",
    repository: "NethermindEth/nethermind",
    names: /^nethermind\//i,
  },
  { client: "besu", title: "Besu", repository: "besu-eth/besu", names: /^besu\//i },
  { client: "reth", title: "Reth", repository: "paradigmxyz/reth", names: /^reth\//i },
  {
    client: "op-geth",
    title: "op-geth",
    repository: "ethereum-optimism/op-geth",
    names: /^(?:op-)?geth\//i,
  },
  {
    client: "nitro",
    title: "Arbitrum Nitro",
    repository: "OffchainLabs/nitro",
    names: /^nitro\//i,
  },
  { client: "bor", title: "Bor", repository: "0xPolygon/bor", names: /^bor\//i },
  {
    client: "bitcoin-core",
    title: "Bitcoin Core",
    repository: "bitcoin/bitcoin",
    names: /^\/?satoshi/i,
  },
  { client: "agave", title: "Agave", repository: "anza-xyz/agave", names: /^(?:agave|solana)/i },
  {
    client: "stacks-core",
    title: "stacks-core",
    repository: "stacks-network/stacks-core",
    names: /^stacks-node/i,
  },
  {
    client: "stacks-api",
    title: "Stacks API",
    repository: "hirosystems/stacks-blockchain-api",
    names: /^stacks-blockchain-api/i,
  },
];

export function knownClient(client: string): KnownClient | undefined {
  return KNOWN_CLIENTS.find((row) => row.client === client);
}
