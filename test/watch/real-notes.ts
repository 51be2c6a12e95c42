/**
 * Facts of real releases in words of our own, each line as the notes have a line, and what an operator who read the real ones
 * took from them. Sources: ChangeLog.md of erigontech/erigon, CHANGELOG.md of stacks-network/stacks-core, releases of
 * ethereum/go-ethereum.
 */
export interface RealNotes {
  readonly release: string;
  readonly notes: string;
  readonly urgency: "security" | "mandatory" | "recommended" | "optional";
  readonly rollback: boolean;
  readonly migration: boolean;
  readonly dates: readonly string[];
  /** Whether something is removed, deprecated or changed; undefined where nobody wrote it down. */
  readonly removal?: boolean;
  /** Heights at which a network changes: `block 840360`, `epoch 269568`, `slot 7118848`. */
  readonly heights?: readonly string[];
  /** Whether the notes say not to run it, at least somewhere. */
  readonly avoid?: boolean;
  /** Whether it is forced on test nets alone. */
  readonly testNets?: boolean;
}

export const plain = {
  urgency: "optional",
  rollback: true,
  migration: false,
  removal: false,
  dates: [],
  heights: [],
  avoid: false,
  testNets: false,
} as const;

const old = { urgency: "optional", rollback: true, migration: false, dates: [] } as const;

export const REAL_NOTES: readonly RealNotes[] = [
  {
    ...old,
    release: "Geth 1.9.17",
    notes: "A maintenance release.\n- Snapshots are made faster\n- The console keeps its history",
  },
  {
    ...old,
    release: "Geth 1.10.8",
    notes:
      "A hotfix for a vulnerability in the EVM, CVE-2021-39137. The details will be told later; please update.",
    urgency: "security",
  },
  {
    ...old,
    release: "Geth 1.13.15",
    notes:
      "Mends a denial of service by messages of peers (GHSA-4xc9-8hmq-j652). We recommend all users to upgrade.",
    urgency: "security",
  },
  {
    ...old,
    release: "Geth 1.14.11",
    notes:
      "A maintenance release.\n## RPC\n- The totalDifficulty field is removed from blocks (#30386)\n- debug_traceCall takes the index of a transaction",
  },
  {
    ...old,
    release: "Erigon 3.2.0",
    notes:
      "Erigon 3.2.0 implements Fusaka in full and schedules it on the test nets (#17197):\n\n- Holesky on Wednesday, 1 October 2025 08:48:00 UTC\n- Sepolia on Tuesday, 14 October 2025 07:36:00 UTC\n- Hoodi on Tuesday, 28 October 2025 18:53:12 UTC\n\n**Fixes**\n- RPC: the proofs of eth_getProof (#16220)\n- RPC: the batch limit holds for WebSocket, too",
    urgency: "mandatory",
    dates: ["2025-10-01T08:48:00.000Z", "2025-10-14T07:36:00.000Z", "2025-10-28T18:53:12.000Z"],
  },
  {
    ...old,
    release: "Erigon 3.2.1",
    notes:
      'v3.2.1 is a bugfix release recommended for all users, validators above all.\n- RPC: no more "insufficient funds" when traces of some blocks are asked for\n- The default gas limit of a block is raised to 60M',
    urgency: "recommended",
  },
  {
    ...old,
    release: "Erigon 3.2.2",
    notes:
      "v3.2.2 schedules Fusaka on mainnet on December 3, 2025 at 09:49:11pm UTC. So it is a mandatory update for all users of mainnet.",
    urgency: "mandatory",
    dates: ["2025-12-03T21:49:11.000Z"],
  },
  {
    ...old,
    release: "Erigon 3.3.0",
    notes:
      "### Added\n- Historical `eth_getProof`, with a flag\n### Removed\n- Mining by proof of work was removed (#17813), so that `--chain=dev` makes no blocks\n- Support of Holesky is removed",
  },
  {
    ...old,
    release: "stacks-core 2.0.11.0.0",
    notes:
      "The directory of the chainstate was restructured. It is not compatible with prior chainstate directories.\n- /v2/pox says more of the cycles",
    rollback: false,
    migration: true,
  },
  {
    ...old,
    release: "stacks-core 2.0.11.2.0",
    notes:
      "NOTE: this change resets the testnet. Users of a testnet node will need to reset their chain states.",
    migration: true,
  },
  {
    ...old,
    release: "stacks-core 2.0.11.4.0",
    notes:
      "A point release that changes how the default miner selects. Its chainstate directory is compatible with those of 2.0.11.3.0.\n- A new endpoint: /v2/fees/transaction",
  },
  {
    ...old,
    release: "stacks-core 2.05.0.0.0",
    notes:
      "This update is a consensus changing release. It is only compatible with chainstate directories before the changes activate (Bitcoin height 713,000). If you run 2.00 beyond it and wish to run 2.05 afterwards, you must start from a new chainstate directory.",
    urgency: "mandatory",
    migration: true,
  },
  {
    ...old,
    release: "stacks-core 2.05.0.1.0",
    notes:
      "- Fixed a bug in the unconfirmed state that could lead to a denial of service (the node crashes) for nodes that mine microblocks\n- /v2/headers gives a sequence of headers",
    urgency: "security",
  },
  {
    ...old,
    release: "stacks-core 2.05.0.2.0",
    notes:
      "WARNING: on a chainstate of an earlier release the node spends up to 30 minutes migrating the data to a new schema.\nWARNING: if that is interrupted the chainstate is corrupted and requires a sync from genesis.\nIt is highly recommended that you **back up your chainstate** first.\n- The `blockstack-core` binary has been renamed to `stacks-inspect`.",
    migration: true,
  },
  {
    ...old,
    release: "stacks-core 2.05.0.2.1",
    notes:
      "- Fixed a security bug in the SPV client: the work of a chain was not considered when the canonical Bitcoin fork was chosen",
    urgency: "security",
  },
];
