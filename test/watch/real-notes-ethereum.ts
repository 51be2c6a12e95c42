import { plain, type RealNotes } from "./real-notes.ts";

/**
 * Execution clients of Ethereum and of chains of its kind: facts of their release notes in words of our own. Sources: CHANGELOG.md of
 * besu-eth/besu and hyperledger/besu, releases of NethermindEth/nethermind, paradigmxyz/reth, erigontech/erigon, 0xPolygon/bor,
 * ethereum-optimism/op-geth and optimism, OffchainLabs/nitro, ethereum/go-ethereum, harmony-one/harmony.
 */
export const ETHEREUM_NOTES: readonly RealNotes[] = [
  {
    ...plain,
    release: "Besu 26.9.0",
    notes:
      "This release has security fixes. Operators are asked to upgrade promptly.\nMore will stand in security advisories once\noperators had time for it.\n\n### Breaking Changes\n- `eth_feeHistory` now rejects percentiles that do not rise (`-32602`)\n- `Account.isStorageEmpty()` is removed\n### Upcoming Breaking Changes\n- `MiningService` is deprecated for removal\n### Bug fixes\n- The fork ID follows forks by timestamp when no block lands on the fork timestamp. [#10882](https://github.com/besu-eth/besu/issues/10882)\n### Additions and Improvements\n- Schedule the Amsterdam fork on Sepolia at timestamp `1791294816` (Tue, 06 Oct 2026, 13:53:36 UTC). [#11333](https://github.com/besu-eth/besu/pull/11333)",
    urgency: "security",
    removal: true,
    dates: ["2026-10-06T13:53:36.000Z"],
    testNets: true,
  },
  {
    ...plain,
    release: "Besu after 26.9.0",
    notes:
      "### Breaking Changes\n- Bonsai databases are upgraded on first start to keep the jump destinations next to the code (version 4); it takes some minutes on mainnet, after which the database cannot be opened by an older version of Besu. [#11327](https://github.com/besu-eth/besu/pull/11327)\n- `trace_filter` now honours `blockHash`; with `fromBlock` it is now rejected\n### Upcoming Breaking Changes\n- `--Xbft-legacy-protocol-encoding` will be removed once 25.x is no longer supported\n### Additions and Improvements\n- Update Jackson to 2.21.6 to address CVE `CVE-2026-68497`",
    urgency: "security",
    rollback: false,
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "Besu 26.5.0",
    notes:
      "### Breaking Changes\n- Experimental column families of the Bonsai Archive have changed. Who uses the Bonsai archive will need to do a full resync [#10339](https://github.com/besu-eth/besu/pull/10339)\n### Upcoming Breaking Changes\n- Block numbers that are not hex are deprecated\n### Bug fixes\n- Fix CVE-2026-34480 and CVE-2026-34478 in log4j\n- Chain pruning could lose metadata of fork blocks when events of the same height are recorded at once (#10331)",
    urgency: "security",
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "Besu 26.2.0",
    notes:
      "### Breaking Changes\n- Ethereum Classic is removed, with all its hardforks, Mordor and Spiral too. [#9671](https://github.com/hyperledger/besu/pull/9671)\n- totalDifficulty is no longer part of blocks after the merge\n  - Default of `--Xchain-pruning-blocks-retained` is now `113056` blocks\n### Bug fixes\n- eth_simulateV1 gives BLOCK_NOT_FOUND for a future block",
    removal: true,
  },
  {
    ...plain,
    release: "Besu 25.11.0",
    notes:
      "### Breaking Changes\n\n### Additions and Improvements\n- Add Osaka, BPO1 and BPO2 fork times for mainnet [#9380](https://github.com/hyperledger/besu/pull/9380)\n- Add blockTimestamp to the logs of receipts\n- Raise the gas limit of mainnet to 60M [#9339](https://github.com/hyperledger/besu/pull/9339)\n\n### Bug fixes",
    urgency: "mandatory",
  },
  {
    ...plain,
    release: "Besu 25.10.0",
    notes:
      "This is a recommended update for users of Hoodi for the Fusaka hardfork.\n\n### Breaking Changes\n\n### Additions and Improvements\n- Add blockTimestamp to `eth_getLogs` [#9278](https://github.com/hyperledger/besu/pull/9278)",
    urgency: "recommended",
  },
  {
    ...plain,
    release: "Besu 25.10.0-RC1",
    notes:
      "This RC is a pre-release for users of Holesky and Sepolia.\nOnly upgrade to it if you see the known issue of eth_subscribe in 25.9.0.\nThe burn in for mainnet is still pending.",
  },
  {
    ...plain,
    release: "Besu 25.9.0",
    notes:
      "### Breaking Changes\n- Remove deprecated option `--bonsai-maximum-back-layers-to-load`\n### Known issue\n- if you see it, you can downgrade to the version before\n### Additions and Improvements\n- A method to query the hardfork by block number, for plugins [#9115](https://github.com/hyperledger/besu/pull/9115)\n- Add Osaka, BPO1 and BPO2 fork times for holesky, hoodi and sepolia",
    urgency: "mandatory",
    removal: true,
    testNets: true,
  },
  {
    ...plain,
    release: "Besu 25.8.0",
    notes:
      "### Breaking Changes\n- Blocks can no longer be built on networks of before Byzantium; such a network needs to be updated to go on\n- Remove support of `eth/67`.\n### Additions and Improvements\n- Methods to query the hardfork by header or for the next block [#8909](https://github.com/hyperledger/besu/pull/8909)",
    removal: true,
  },
  {
    ...plain,
    release: "Besu 23.4.4",
    notes:
      "### Breaking Changes\n- Variables of the chain get a storage of their own [#5471](https://github.com/hyperledger/besu/pull/5471). The migration is done at startup,\nand if a rollback is needed it can be reverted before an older version is installed, by the subcommand `storage revert-variables`.\n- Remove the deprecated network Rinkeby.\n### Bug Fixes\n- Fix backwards sync where the chain is rolled back too far [#5497](https://github.com/hyperledger/besu/pull/5497)",
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "Besu 23.7.0",
    notes: "- Was not released (it failed the burn-in test)",
    avoid: true,
  },
  {
    ...plain,
    release: "Besu 22.7.1",
    notes:
      "### Merge Ready Release. Required update for The Merge on ethereum mainnet!\n### Additions and Improvements\n- Set the terminal total difficulty of mainnet [#4260](https://github.com/hyperledger/besu/pull/4260)",
    urgency: "mandatory",
  },
  {
    ...plain,
    release: "Besu 22.7.6",
    notes:
      "Hotfix release of the 22.7.x series for [#4495](https://github.com/hyperledger/besu/issues/4495), which could make block proposals fail on merge networks.\n### Bug Fixes\n- Block-added events are right when a re-org rewinds",
    urgency: "recommended",
  },
  {
    ...plain,
    release: "Besu 21.10.3",
    notes:
      "### Additions and Improvements\n- Update log4j to 2.15.0, without lookups, to improve security.\n- privx_findOnchainPrivacyGroup will be removed in a future release\n### Download Link\nThis release is not recommended for production use.",
    removal: true,
    avoid: true,
  },
  {
    ...plain,
    release: "Nethermind 1.25.2",
    notes:
      "This hotfix mends the consensus issue that came with v1.23.0. The release is mandatory for all users.\nNo resync required. The consensus client has to be restarted without the need to resync it.\nv1.22.0 and below weren't affected.",
    urgency: "security",
  },
  {
    ...plain,
    release: "Nethermind 1.17.3",
    notes:
      "This is the release for the hard fork Shapella on Mainnet.\nIt is a mandatory upgrade for all who run Mainnet nodes: versions before it will stop working at the transition.\nNo configuration changes are required.\nThe Mainnet Shapella hard fork is scheduled for 10:27:35 PM UTC on April 12, 2023.",
    urgency: "mandatory",
    dates: ["2023-04-12T22:27:35.000Z"],
  },
  {
    ...plain,
    release: "Nethermind 1.25.4",
    notes:
      "⚠️ This release is a mandatory upgrade for all nodes on Ethereum Mainnet and Gnosis.\n## Major highlights\n### Mainnet Dencun hard fork\nThe Mainnet Dencun hard fork is scheduled on Mar 13, 2024 at 13:55:35 UTC (epoch 269568)\n### Gnosis Dencun hard fork\nThe Gnosis Dencun hard fork is scheduled on Mar 11, 2024 at 18:30:20 UTC (slot 14237696)\n```\n# back it up before the package is removed\nsudo apt-get purge -y nethermind\n```",
    urgency: "mandatory",
    dates: ["2024-03-11T18:30:20.000Z", "2024-03-13T13:55:35.000Z"],
    heights: ["epoch 269568", "slot 14237696"],
  },
  {
    ...plain,
    release: "Nethermind 1.19.0",
    notes:
      "Much less storage.\n\n⚠️ Downgrading is not possible: the new database format is not known to earlier versions.\nResync is not required to update, but all the space comes back only after one.",
    rollback: false,
    migration: true,
  },
  {
    ...plain,
    release: "Nethermind 1.36.2",
    notes:
      "> [!NOTE]\n> This release is only required for operators of Gnosis Chain. All other networks are unaffected.\n\n## Overview\nThe Osaka hard fork on Gnosis Chain.\n\n## Fork Details\n- Epoch: 1714688\n- Timestamp: 1776168380 Tue Apr 14 2026 12:06:20 UTC",
    urgency: "mandatory",
    dates: ["2026-04-14T12:06:20.000Z"],
    heights: ["epoch 1714688"],
  },
  {
    ...plain,
    release: "Nethermind 1.36.1",
    notes:
      "> [!NOTE]\n> This release is only required for operators of the testnet Chiado. All other networks are unaffected.\n\nIt enables the Osaka hard fork on Chiado, so that it can be tried before the activation on Gnosis mainnet.\n\n## Fork Details\n- Slot: 21651456\n- Timestamp: 1773653580 (March 16, 2026 09:33:00 UTC)",
    urgency: "mandatory",
    dates: ["2026-03-16T09:33:00.000Z"],
    heights: ["slot 21651456"],
    testNets: true,
  },
  {
    ...plain,
    release: "Nethermind 1.14.1",
    notes:
      "Recommended version for the Merge on Mainnet\n\n⚠️ Because of RocksDB, you cannot downgrade from this version back to v1.13.x.\n\n[CONFIG] Use the built-in chainspec when no path is given (#4450): so the hardfork chainspec of a standard config is picked up",
    urgency: "recommended",
    rollback: false,
  },
  {
    ...plain,
    release: "Nethermind 1.10.50",
    notes:
      "[Stability] Fast sync mended for networks after the Berlin fork\n[RocksDB] The database is forward compatible. The older version of Nethermind won't work with a database that 1.10.50 and above have made.",
    rollback: false,
  },
  {
    ...plain,
    release: "Nethermind 1.13.4",
    notes:
      "FOR THE MERGE USE VERSION 1.14.1 https://github.com/NethermindEth/nethermind/releases/tag/1.14.1\n## What changed?\n[SEPOLIA] Update the TTD for the Merge hardfork on Sepolia (#4218)\n[HIVE] Update tests for gray glacier (#4203)",
    urgency: "mandatory",
    avoid: true,
    testNets: true,
  },
  {
    ...plain,
    release: "Reth 1.0.0-rc.1",
    notes:
      "## Update Priority\n\nThis table says which classes of users should update.\n\n| User Class | Priority |\n|---|---|\n| Payload Builders | medium |\n| OP-Reth | high |\n\n## All Changes\n- fix: migration of the test package to another owner (#8797)\n- chore: rm HasRemoteAddr trait (#8809)\n- fix: windows build (#8807)",
    urgency: "recommended",
  },
  {
    ...plain,
    release: "Reth 0.1.0-alpha.10",
    notes:
      "A new Genesis file of Holesky for its relaunch.\n## Update Priority\n| User Class | Priority |\n|:---|:---|\n| Payload Builders | Low unless running Holesky |\n| Non-Payload Builders | Low unless running Holesky |\n\n## All Changes\n- chore: semantics of fork activation by timestamp (#4785)\n- test: disable discovery in a test (#4774)",
  },
  {
    ...plain,
    release: "Erigon 3.0.0-alpha4",
    notes:
      "Breaking changes:\n- New default: `--metrics.port=6061`\n- drop support of golang `1.21`\n\nRequire re-sync:\n- yes (for better performance at the tip)",
    migration: true,
    removal: true,
  },
  {
    ...plain,
    release: "Erigon 2.60.8",
    notes:
      "## Highlights\nIt schedules the hardfork Ahmedabad for Polygon mainnet and Gandhinagar for Amoy, and so is mandatory for users of Polygon.\nIt fixes Issue [#11936](https://github.com/erigontech/erigon/issues/11936) too.",
    urgency: "mandatory",
  },
  {
    ...plain,
    release: "Erigon 3.4.0",
    notes:
      "3.4.0 is faster to start and lighter on disk. It is a drop-in upgrade from 3.3.x: no data migration or re-sync required.\n- Historical eth_getProof is no longer experimental",
  },
  {
    ...plain,
    release: "Erigon 2020.12.01-alpha",
    notes:
      "## Long Migrations\nno long migrations in 2020.12.01\n## Changelog\n- Changesets take less space (after a fresh sync)\n- Updated mdbx to 0.9.2",
  },
  {
    ...plain,
    release: "Bor 2.8.0-beta",
    notes:
      "This release has the changes for the coming Chicago hardfork, which changes gas prices.\n\nWhoever runs a node should upgrade it before the activation block of the hardfork.\n\n## Activation\n| Network | Activation block | Target time |\n|---|---|---|\n| Amoy | 38358000 | 2026-05-14 14:00 UTC |\n| Mainnet | 87218600 | 2026-05-21 14:00 UTC |",
    urgency: "mandatory",
    dates: ["2026-05-14T14:00:00.000Z", "2026-05-21T14:00:00.000Z"],
    heights: ["block 38358000", "block 87218600"],
  },
  {
    ...plain,
    release: "Bor 2.9.0",
    notes:
      "Release of the Valencia hardfork for Bor.\n\n## Activation\n\n| Network | Block |\n|---|---|\n| Amoy | 40,776,000 |\n| Mainnet | 89,531,000 |\n\n## What's Changed\n* Release v2.9.0 by @somebody in https://github.com/0xPolygon/bor/pull/2295",
    urgency: "mandatory",
    heights: ["block 40776000", "block 89531000"],
  },
  {
    ...plain,
    release: "Bor 2.2.11",
    notes:
      "A maintenance release for Polygon Mainnet with fixes of milestones and of the validation of forks.\n\nNote: it shouldn't be deployed on Amoy as it has no changes for the Rio hard fork.\n* eth, internal/cli: validate forks without a whitelisted entry in https://github.com/0xPolygon/bor/pull/1764",
    avoid: true,
  },
  {
    ...plain,
    release: "Bor 1.2.7",
    notes:
      "This release has the Napoli Hardfork, which is scheduled for March 20th, 2024 at around 10.30 AM UTC. The HF block number is 54876000. It is a mandatory release for operators on Polygon Mainnet.\n* fix: root folder for docker integration tests (#1173)",
    urgency: "mandatory",
    dates: ["2024-03-20T10:30:00.000Z"],
    heights: ["block 54876000"],
  },
  {
    ...plain,
    release: "op-geth 1.101315.2",
    notes:
      "✨🔴 Optimistic Fjord Mainnet Release\n\n❗ Operators of Mainnet are required to update, or they leave the chain after Fjord. It has an optimistic activation time of Fjord on Mainnet of `Wed Jul 10 16:00:01 UTC 2024`.\n\nThe vote ends on Jun 19 while the veto period ends on Jun 26, 19:00 UTC. The fjord activation can also be disabled by setting `override.fjord` to a date in the far future, e.g. `--override.fjord 2281580442`.",
    urgency: "mandatory",
    dates: ["2024-07-10T16:00:01.000Z"],
  },
  {
    ...plain,
    release: "op-geth 1.101304.2",
    notes:
      "❗ This is a mandatory release for Optimism Mainnet, to be upgraded to before 2024-01-11.\nIt activates Canyon on `op-mainnet` and `base-mainnet`. It will activate at `Thu Jan 11 17:00:01 UTC 2024` (unix timestamp: `1704992401`)\n\nIt sets the protocol version to v5.0.0-1 too.",
    urgency: "mandatory",
    dates: ["2024-01-11T00:00:00.000Z", "2024-01-11T17:00:01.000Z"],
  },
  {
    ...plain,
    release: "Nitro 3.9.4-rc.2",
    notes:
      "Nitro v3.9.4 is an optional release, small updates on top of v3.9.3.\n\nImportant for any chains still on ArbOS40: validators should use the image with `-validator`.\n### Configuration Changes\n- `--parent-chain.blob-client.use-legacy-endpoint` has been removed\n### User-facing Changes\n- Remove legacy blobs, now that Fusaka is live: [#4113](https://github.com/OffchainLabs/nitro/pull/4113)",
    removal: true,
  },
  {
    ...plain,
    release: "Harmony 4.3.4",
    notes:
      "v4.3.4 is a mandatory update with a hard fork happening at epoch 871 (around 11 Feb 2022 at block 22872064). Please upgrade your validator and RPC node before that date\n#3986 - a new RPC gives the raw header",
    urgency: "mandatory",
    dates: ["2022-02-11T00:00:00.000Z"],
    heights: ["epoch 871", "block 22872064"],
  },
  {
    ...plain,
    release: "Geth 1.7.2",
    notes:
      "Geth 1.7.2 is a hotfix for a DOS vulnerability in the EVM from Byzantium on. Please upgrade before block 4_370_000!",
    urgency: "security",
    heights: ["block 4370000"],
  },
  {
    ...plain,
    release: "Geth 1.15.3",
    notes:
      "Another hotfix release: it corrects the fork configuration of the testnets Holesky and Sepolia, where the deposit contract was missing.\n\nSepolia will fork to Pectra at slot 7118848 (Wed, Mar 5 at 07:29:36 UTC). You need to upgrade until then to use the testnet after the fork.\n- Geth `--dev` mode takes a genesis with forks older than the latest. (#31084)\n- The assembler of the EVM has been removed. (#31211)",
    urgency: "mandatory",
    removal: true,
    heights: ["slot 7118848"],
    testNets: true,
  },
];
