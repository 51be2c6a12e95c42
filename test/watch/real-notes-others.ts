import { plain, type RealNotes } from "./real-notes.ts";

/**
 * Nodes of Bitcoin, Solana, Stacks, Filecoin and Polygon's heimdall: facts of their release notes in words of our own, broken into lines
 * as theirs are. Sources: doc/release-notes of bitcoin/bitcoin, CHANGES of btcsuite/btcd, CHANGELOG.md and releases of anza-xyz/agave,
 * stacks-network/stacks-core, hirosystems/stacks-blockchain-api, ChainSafe/forest, 0xPolygon/heimdall-v2.
 */
export const OTHER_NOTES: readonly RealNotes[] = [
  {
    ...plain,
    release: "Bitcoin Core 0.16.3",
    notes:
      "For security and update notifications there is a list:\n\n  <https://bitcoincore.org/en/list/announcements/join/>\n\nHow to Upgrade\n==============\n\nThe first time you run version 0.15.0 or newer, your chainstate database will be\nconverted to a new format, which takes up to half an hour.\n\nDowngrading warning\n-------------------\n\nWallets created in 0.16 and later are not compatible with versions prior to 0.16.\n\nDenial-of-Service vulnerability\n-------------------------------\n\nA flaw (CVE-2018-17144) that miners can use is in versions 0.14.0 up to 0.16.2. It is recommended\nto upgrade any of them to 0.16.3 as soon as possible.",
    urgency: "security",
    migration: true,
  },
  {
    ...plain,
    release: "Bitcoin Core 25.1",
    notes:
      "25.1 Release Notes\n==================\n\nFor security and update notifications there is a list:\n\n  <https://bitcoincore.org/en/list/announcements/join/>\n\nUpgrading from a version that has reached its end of life is\npossible, but it may take some time if the data directory needs to be migrated. Old\nwallets are supported.\n\nCompatibility\n=============\n\nIt is not recommended to use Bitcoin Core on\nother systems.\n\n### RPC\n- #27727 rpc: mend the handling of an invalid bech32 address\n### Wallet\n- #28038 wallet: fixes of the migration of the address book\n- #28452 Do not use std::vector = {} to release memory",
  },
  {
    ...plain,
    release: "Bitcoin Core 28.0",
    notes:
      'Testnet4 as of BIP94 is there.\n\nJSON-RPC clients may need to be updated to be compatible with the server.\n\nUpdated RPCs\n------------\n\n- `dumptxoutset` writes a new format. Dumps with the old\n  format are no longer supported and have to be made again. (#29612)\n\n- Parameters of AssumeUTXO on mainnet were added for height 840,000. (#28553)\n\nGUI Changes\n-----------\n\n- The menu "Migrate Wallet" lets people migrate any legacy wallet. (gui#824)\n\nBlockstorage\n------------\n\n- Block files are now XOR\'d with a key by default.\nPrevious releases will not be able to read the blocksdir with such a key. (#28052)',
    rollback: false,
    removal: true,
  },
  {
    ...plain,
    release: "Bitcoin Core 0.21.1",
    notes:
      "## Taproot Soft Fork\n\nThis release has the activation parameters of mainnet and testnet\nfor the taproot soft fork (BIP341).\n\nIf locked in, taproot will be active\nas of block 709632 (expected in early or mid November).\n\nAll users, businesses, and miners are encouraged to upgrade to this\nrelease unless they object to the activation of taproot. If it is locked in, then upgrading before\nblock 709632 is highly recommended to help enforce the new rules.\n\n### P2P protocol\n- #20852 allow CSubNet of other networks than IP",
    urgency: "recommended",
    heights: ["block 709632"],
  },
  {
    ...plain,
    release: "Bitcoin-Qt 0.8.0",
    notes:
      "The first time you run after the upgrade a re-indexing process will be\nstarted that takes 30 minutes to several hours.\n\nIncompatible Changes\n--------------------\n\nThis release no longer maintains a full index of transaction ids\nby default, so getrawtransaction will not work for any of them.\n\nImprovements\n------------\n\nBinaries are signed, to be compatible with the new security features in OSX 10.8 and\nWindows 8.\n\nThe chance to double-spend without confirmation is somewhat less.",
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "btcd 0.11.0",
    notes:
      "Changes in 0.11.0 (Wed May 06 2015)\n  - Protocol and network related changes:\n    - **IMPORTANT: Update is required due to the following point**\n    - Correct a few corner cases of scripts which could result in\n      forking from the network (#425)\n    - Add a new checkpoint at block height 352940 (#418)\n  - RPC changes:\n    - Omit 'nextblockhash' from getblock when it is empty\n  - Notable developer-related package changes:\n    - The new version 2 of btcjson has replaced the deprecated\n      version 1 (#368)",
    urgency: "mandatory",
    removal: true,
  },
  {
    ...plain,
    release: "btcd 0.10.0",
    notes:
      "Changes in 0.10.0 (Sun Mar 01 2015)\n  - Protocol and network related changes:\n    - Add a new checkpoint at block height 343185\n    - Implement BIP066, with a double-threshold switchover\n  - RPC changes:\n    - Require TLS version 1.2 as the minimum\n    - Correct an error in getrawtransaction which could lead\n      to a crash in rare cases\n  - showblock utility changes:\n    - Remove utility in favor of the RPC getblock method",
    removal: true,
  },
  {
    ...plain,
    release: "btcd 0.6.0",
    notes:
      "Changes in 0.6.0 (Tue Feb 04 2014)\n  - Fix an issue with scripts that have invalid signatures that\n    caused a chain fork on block\n    0000000000000001e4241fd0b3469a713f41c5682605451c05d3033288fb2244\n  - Rework headers-first mode:\n    - Rollback to the last known good point when a header does not match a\n      checkpoint",
    urgency: "security",
  },
  {
    ...plain,
    release: "Agave 3.0.1",
    notes:
      "A Testnet release, not recommended Mainnet Beta.\n\n⚠️ ATTENTION REQUIRED: as of Agave v3.0.0 the binary of the validator is no longer published.\n\n* v3.0: Rekey the feature gate of the proof program (backport of #7874)\n* v3.0: Subtract overflow in a sort (backport of #7782)",
    removal: true,
    avoid: true,
  },
  {
    ...plain,
    release: "Agave 3.0.6",
    notes:
      "A Testnet release, also recommended for Devnet\nand for up to 25% of the stake of Mainnet Beta.\n\n* v3.0: ledger-tool: Removes --snapshot-archive-path (backport of #8296)",
    urgency: "recommended",
    removal: true,
  },
  {
    ...plain,
    release: "Agave 4.3.0-alpha.3",
    notes:
      "A pre-release for testing only: do not deploy it to mainnet, a testnet or any production host.",
    avoid: true,
  },
  {
    ...plain,
    release: "Agave 4.2.0",
    notes:
      "### RPC\n#### Breaking\n* In the `jsonParsed` output of confidential transfers `source` and `destination` are replaced by one field, `account`.\n* The legacy format of the reward column is removed.\n  * The old bincode\n  format will no longer be supported for reads as of v4.2\n### Validator\n#### Breaking\n* XDP is now the default. The validator requires\n  `CAP_NET_ADMIN` and `CAP_NET_RAW`.\n#### Deprecations\n* `--accounts-db-cache-limit-mb` is now deprecated.\n### CLI\n#### Changes\n* `vote-account --output json` breaks compatibility with older versions.",
    removal: true,
  },
  {
    ...plain,
    release: "Agave 2.2.0",
    notes:
      "#### Breaking\n* Format of the Index column of the blockstore\n  * The column format has been updated. What v2.2 writes is compatible with v2.1, but incompatible with v2.0 and older.\n#### Changes\n* `solana feature revoke` takes back feature activations that are pending. It can only be done before the feature is active.\n#### Deprecations\n* Deprecate `--tower-storage`",
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "Agave 2.3.0",
    notes:
      "#### Changes\n* Add `--no-snapshots`.\n* `solana-test-validator` binds to localhost by default to improve security.\n* The C toolchain will no longer be supported from SBPFv3 on.\n* `simulateTransaction` has `loadedAccountsDataSize` in its result.",
    removal: true,
  },
  {
    ...plain,
    release: "stacks-core 2.5.0.0.0",
    notes:
      "Version 2.5 has consensus rules which activates at Bitcoin block `840,360`.\n\nWhoever does not update before the activation height of 2.5 will be forked away from the others. Chain states\nof 2.4.x go on, it does not require resyncing from genesis. When a node boots with it for the first time,\nsome database migrations are done.\n\n### Added\n- New RPC endpoint `/v2/stacker_set/{cycle_number}`",
    urgency: "mandatory",
    migration: true,
    heights: ["block 840360"],
  },
  {
    ...plain,
    release: "stacks-signer 3.2.0.0.0.0",
    notes:
      "Version 3.2 has consensus rules which activates at Bitcoin block `907,740`.\n\n**A required upgrade**\n- Activation: estimated for July 29th, 2024 around 1800 UTC, at Bitcoin block `907,740`.\n- Who upgrades after it will require a genesis sync.\n\nCompatible with chainstate directories from 3.x.x.x.x.",
    urgency: "mandatory",
    migration: true,
    dates: ["2024-07-29T18:00:00.000Z"],
    heights: ["block 907740"],
  },
  {
    ...plain,
    release: "stacks-core 3.2.0.0.2",
    notes:
      "A critical vulnerability is resolved, and operators of nodes are strongly encouraged to upgrade\n\nCompatible with chainstate directories from 3.x.x.x.x.\n\nNote: the binary `blockstack-cli` has been renamed to `stacks-cli`.\n- Creates epoch 3.3 in preparation for a hardfork to activate Clarity 4",
    urgency: "security",
    removal: true,
  },
  {
    ...plain,
    release: "stacks-core 4.0.1",
    notes:
      "The release has the activation logic of the Epoch 4.0 hard-fork, to activate on mainnet at Bitcoin block 960230 (approximately July 30 2026, AM UTC). It is compatible with prior chainstates, but after that height nodes of 4.0.1 and 3.4.x will diverge. Node operators must upgrade before the activation height.\n- Claims of rewards in pox-5 can be paused. This is an irreversible action of the pause admin.",
    urgency: "mandatory",
    dates: ["2026-07-30T00:00:00.000Z"],
    heights: ["block 960230"],
  },
  {
    ...plain,
    release: "stacks-signer 3.1.0.0.13.0",
    notes:
      "Bugfixes for more steady blocks. Compatible with chainstate directories from 3.x.x.x.x.\n\nNote: it needs stacks-node 3.1.0.0.13, for a DB schema change makes it not backwards compatible with previous releases.",
    rollback: false,
    migration: true,
  },
  {
    ...plain,
    release: "Stacks API 8.0.0",
    notes:
      "### ⚠ BREAKING CHANGES\n\n> [!NOTE]\n> It is a breaking change only for the interface of the JavaScript client.\n> There are **no changes** to endpoints or database schemas that necessitate a full Stacks node event replay.\n\n* refactor from express to fastify (#2045)\n\n### Bug Fixes\n\n* tx event-limit default should be 100",
    removal: true,
  },
  {
    ...plain,
    release: "Stacks API 3.0.0",
    notes:
      "### Bug Fixes\n\n* sort NFT events by event_index too (#1063)\n* chore!: major version bump for breaking db schema changes\n\n### BREAKING CHANGES\n\n* use event-replay to upgrade, this version has breaking changes to the db sql schema",
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "Stacks API 0.63.0",
    notes:
      "It should be run with stacks-blockchain version 2.0.11.2.0. An upgrade to it requires wiping the existing postgres database, wiping the chainstate directory of the node, and syncing from scratch.\n\n* rosetta: remove token_transfer_recipient_address from stacking transactions",
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "Forest 0.32.1",
    notes:
      "A non-mandatory release for operators of nodes. It sets the first F3 power table on calibnet.\n### Breaking\n### Added\n- [#6523](https://github.com/ChainSafe/forest/pull/6523): `Filecoin.EthNewFilter` for API v2.\n### Removed\n### Fixed\n- Fixed the conversion of `ErrExecutionReverted`.",
  },
  {
    ...plain,
    release: "Forest 0.30.1",
    notes:
      "Mandatory release for mainnet node operators. It sets the NV27 _Golden Week_ network upgrade to epoch `5_348_280` which is `Wed 24 Sep 23:00:00 UTC 2025`.\n### Removed\n- [#6010](https://github.com/ChainSafe/forest/pull/6010) Removed the deprecated `forest-cli send`.",
    urgency: "mandatory",
    removal: true,
    dates: ["2025-09-24T23:00:00.000Z"],
    heights: ["epoch 5348280"],
  },
  {
    ...plain,
    release: "heimdall 0.3.1",
    notes:
      "This is a hardfork release for mainnet, scheduled for September 10th 2025, at around 15:00 UTC (block number 28525000)\nIt has a hot fix for the issue on mainnet.",
    urgency: "mandatory",
    dates: ["2025-09-10T15:00:00.000Z"],
    heights: ["block 28525000"],
  },
];
