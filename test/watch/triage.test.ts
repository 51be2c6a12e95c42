import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { releasesOfFeed } from "../../src/watch/atom.ts";
import { behind } from "../../src/watch/triage/behind.ts";
import { lineDiff } from "../../src/watch/triage/changes.ts";
import { isSignedBy } from "../../src/watch/triage/minisign.ts";
import { compareVersions, type Release } from "../../src/watch/triage/release.ts";
import { ETHEREUM_NOTES } from "./real-notes-ethereum.ts";
import { OTHER_NOTES } from "./real-notes-others.ts";
import { REAL_NOTES } from "./real-notes.ts";
import { triage } from "../../src/watch/triage/triage.ts";
import { parseVulnerabilities, vulnerabilitiesOf } from "../../src/watch/triage/vulnerabilities.ts";

/** Facts of real releases, in words of our own: client and version, what the notes say, and what an operator should read there. */
const NOTES = [
  [
    "Geth 1.10.8",
    "A hotfix for a vulnerability in the EVM (CVE-2021-39137). Details follow later; everybody should update.",
    "security",
    true,
  ],
  [
    "Geth 1.13.15",
    "Fixes a denial-of-service by p2p messages, GHSA-4xc9-8hmq-j652. We recommend all users upgrade.",
    "security",
    true,
  ],
  [
    "Geth 1.9.17",
    "Maintenance release with small fixes around the console and faster snapshots.",
    "optional",
    true,
  ],
  [
    "Geth 1.16.4",
    "Schedules the Osaka fork on Sepolia at timestamp 1760427360. Testnet operators must upgrade.",
    "mandatory",
    true,
  ],
  [
    "Geth 1.14.0",
    "Removes the totalDifficulty field from RPC answers. The personal namespace is deprecated.",
    "optional",
    true,
  ],
  [
    "Erigon 3.0.0",
    "Upgrading from Erigon 2 needs a full re-sync; downgrading to 2.x is not supported.",
    "optional",
    false,
  ],
  [
    "Erigon 2.60",
    "Recommended for all users. `erigon_getLogs` no longer returns the timestamp.",
    "recommended",
    true,
  ],
  [
    "Besu 25.7",
    "This release is mandatory for mainnet: the hard fork activates on December 3, 2026 at 21:49 UTC.",
    "mandatory",
    true,
  ],
  [
    "Nethermind 1.36",
    "No database migration is needed. Security is not affected: this is not a security release.",
    "optional",
    true,
  ],
  [
    "Reth 1.9",
    "Contains a critical fix for a consensus bug. Users should upgrade as soon as possible.",
    "security",
    true,
  ],
  [
    "Stacks 3.1",
    "Hard fork at Bitcoin block 875000; all nodes must be upgraded before it.",
    "mandatory",
    true,
  ],
  [
    "Stacks API 8.10",
    "Breaking changes: /extended/v1/tx drops microblock fields. Requires a re-index from genesis; roll-back is not possible.",
    "optional",
    false,
  ],
  ["Agave 2.3", "Encouraged to upgrade for stability on mainnet-beta.", "recommended", true],
] as const;

describe("what release notes say", () => {
  test.each(NOTES)("%s", (_, notes, urgency, rollback) => {
    const found = triage(notes);
    expect({ urgency: found.urgency, rollback: found.rollback }).toEqual({ urgency, rollback });
  });

  test.each(
    [...REAL_NOTES, ...ETHEREUM_NOTES, ...OTHER_NOTES].map((real) => [real.release, real] as const),
  )("%s", (_, real) => {
    const { notes, release, ...wanted } = real;
    const { urgency, rollback, said, dates, heights, testNets } = triage(notes);
    const has = (own: string): boolean => said.some(({ sign }) => sign === own);
    const [migration, removal, avoid] = [has("migration"), has("removal"), has("avoid")];
    expect({
      release,
      urgency,
      rollback,
      migration,
      removal,
      dates,
      heights,
      avoid,
      testNets,
    }).toMatchObject({ release, ...wanted });
  });

  test("each sign comes with the sentence that says so", () => {
    const { said } = triage(
      "## Fixes\n- The **eth_getLogs** range is checked now (#35000)\n- Docs",
    );
    expect(said).toContainEqual({
      sign: "api",
      sentence: "The eth_getLogs range is checked now (#35000)",
    });
    expect(said.map(({ sentence }) => sentence)).not.toContain("Docs");
  });

  test.each([
    ["The fork activates on mainnet on 3 December 2026, 21:49 UTC.", "2026-12-03T21:49:00.000Z"],
    ["Mandatory: hard fork on 2026-12-03 21:49:11.", "2026-12-03T21:49:11.000Z"],
    ["The hard fork is scheduled at timestamp 1764798551.", "2025-12-03T21:49:11.000Z"],
    ["Hard fork on December 3, 2026 at 9:49 PM UTC.", "2026-12-03T21:49:00.000Z"],
    ["Hard fork on 3 December 2026, 12:05 a.m. UTC.", "2026-12-03T00:05:00.000Z"],
    ["Hard fork on 3 December 2026, 12:05pm UTC.", "2026-12-03T12:05:00.000Z"],
    ["Hard fork at epoch 411392 (December 3rd, 2026).", "2026-12-03T00:00:00.000Z"],
    ["Hard fork on Mar 13, 2024, 13:55:35 UTC.", "2024-03-13T13:55:35.000Z"],
    ["Hard fork on Wed 24 Sep 23:00:00 UTC 2025.", "2025-09-24T23:00:00.000Z"],
    ["Hard fork: Thu Jan 11 17:00:01 UTC 2024 (unix 1704992401)", "2024-01-11T17:00:01.000Z"],
    ["Hard fork at 10:27:35 PM UTC on April 12, 2023.", "2023-04-12T22:27:35.000Z"],
    ["Hard fork on 2026-05-21 14:00 UTC.", "2026-05-21T14:00:00.000Z"],
    ["Hard fork on 2026-05-21T14:00:00+02:00.", "2026-05-21T12:00:00.000Z"],
    ["Hard fork on July 29th, 2024 around 1800 UTC.", "2024-07-29T18:00:00.000Z"],
    ["Hard fork on March 20th, 2024 at around 10.30 AM UTC.", "2024-03-20T10:30:00.000Z"],
    ["Hard fork on 20 March 2024 at 10:30 CET.", "2024-03-20T09:30:00.000Z"],
    ["Hard fork on 20 Sept. 2024 at 4pm PST.", "2024-09-21T00:00:00.000Z"],
  ])("a date: %s", (notes, date) => {
    expect(triage(notes).dates).toEqual([date]);
  });

  test.each([
    ["Hard fork on 31 February 2026."],
    ["The hard fork can be put off by `--override.osaka 2281580442`."],
    ["The hard fork is due at timestamp 9999999999."],
    ["A date of no fork: 2026-05-21."],
  ])("no date: %s", (notes) => {
    expect(triage(notes).dates).toEqual([]);
  });

  test.each([
    ["Hard fork at Bitcoin block 875,000.", ["block 875000"]],
    ["Hard fork at height `4_370_000` and slot 7118848.", ["block 4370000", "slot 7118848"]],
    ["Activation epoch is set to 2198.", ["epoch 2198"]],
    ["A new checkpoint at block height 352940.", []],
    ["Fix a fault that caused a chain fork on block 0000000000000001e4241fd0b3469a713f41.", []],
  ])("a height: %s", (notes, heights) => {
    expect(triage(notes).heights).toEqual(heights);
  });

  test.each([
    ["Responses carry security headers now.", "security"],
    ["The security policy has moved, and the security audit is published.", "security"],
    ["Users of Besu are not affected by these vulnerabilities.", "security"],
    ["This is the first consensus-critical release of the year.", "security"],
    ["The `chainId` field is mandatory in transactions now.", "mandatory"],
    ["`--datadir` is now mandatory.", "mandatory"],
    ["A mandatory config file of the node is read first.", "mandatory"],
    ["This is not a mandatory upgrade.", "mandatory"],
    ["A non-mandatory release for all node operators.", "mandatory"],
    ["You don’t need to upgrade.", "mandatory"],
    ["There is no need to update your node.", "mandatory"],
    ["Dashboards must be updated, as the metric has another name.", "mandatory"],
    ["Your scripts have to be updated before block production is tried.", "mandatory"],
    ["Fix fork choice when a block arrives twice.", "mandatory"],
    ["Hard fork tests run on each commit.", "mandatory"],
    ["test: hard fork at block 1234 in the suite (#5678)", "mandatory"],
    ["A method to query the hardfork by number.", "mandatory"],
    ["All of its old hardforks are gone.", "mandatory"],
    ["~~This release is mandatory.~~", "mandatory"],
    ["<!-- is this a mandatory upgrade? -->\nSmall fixes.", "mandatory"],
    ["The scheduler runs at most 10000 jobs on port 8000.", "mandatory"],
    ["No database migration is needed.", "migration"],
    ["This does not require a resync.", "migration"],
    ["Doesn't require a full re-sync from genesis.", "migration"],
    ["A re-index isn't necessary.", "migration"],
    ["A drop-in upgrade: no data migration, re-index or re-sync required.", "migration"],
    ["Require re-sync:\n- no", "migration"],
    ["## Migrations\n\nNone.", "migration"],
    ["Fixed a panic when syncing from genesis.", "migration"],
    ["Migrated the build to another package manager.", "migration"],
    ["The menu lets people migrate their wallets to the new format.", "migration"],
    [
      "A chain of blocks can be reverted by RPC, with an irreversible effect on logs.",
      "no-rollback",
    ],
    ["Fix chains that are rolled back too far.", "no-rollback"],
    ["The method is no longer deprecated.", "removal"],
    ["There are no breaking changes.", "removal"],
    ["### Breaking Changes\n\n### Removed\n\n### Fixes\n- A crash of the log", "removal"],
    ["It is highly recommended that you back up your data first.", "recommended"],
    ["At least 25 ports are recommended for it.", "recommended"],
    ["The recommended setting is 2000000000.", "recommended"],
    ["Do not use std::vector in this place.", "avoid"],
    ["The old pool is superseded by the new one.", "avoid"],
  ])("no false alarm: %s", (notes, sign) => {
    expect(triage(notes).said.filter((own) => own.sign === sign)).toEqual([]);
  });

  test.each([
    ["If you do not stop the node first, a resync is needed.", "migration"],
    ["There are no known faults, but a migration of the database is needed.", "migration"],
    ["The old schema is no longer read and a resync is required.", "migration"],
    ["Require re-sync:\n- yes", "migration"],
    ["You’ll need to do a clean sync.", "migration"],
    ["This is not a small release: it is mandatory.", "mandatory"],
    ["Optional for all, mandatory for users of Erigon.", "mandatory"],
    ["All nodes must be upgraded before the fork.", "mandatory"],
    ["It is recommended\nto upgrade as soon as possible.", "recommended"],
    [
      "All operators who run this in production are encouraged to\nupgrade to the new release.",
      "recommended",
    ],
    ["🚨 **SECURITY** 🚨\n\nMends a crash by peers.", "security"],
    ["<details><summary>Security fixes</summary>\n\n* #1 mends a crash</details>", "security"],
    ["Not affected: 1.2. A vulnerability of 1.3 is mended.", "security"],
    [
      "| Topic | What |\n|---|---|\n| Database | cannot be opened by older versions |",
      "no-rollback",
    ],
    ["This release was withdrawn.", "avoid"],
    ["**DO NOT USE THIS RELEASE**", "avoid"],
    ["Superseded by v1.2.4.", "avoid"],
    ["Please use 1.2.4 instead.", "avoid"],
    ["### 💥 Breaking Changes 💥\n- eth_call checks the range", "removal"],
  ])("no miss: %s", (notes, sign) => {
    expect(triage(notes).said.map((own) => own.sign)).toContain(sign);
  });

  test.each([
    ["[", "<!-- ", "<", "```\n", "![[", "]("],
    ["|", "|a\n|-\n", "~~a", "===\n", "abc:\n", "1. "],
    ["fork at ", "schedule block ", "no a ", "not a, ", "resync ", "no hard fork "],
    ["1", "1,111,", "Mar 13, 2024 at 13:55 ", "12:34 ", "abcdef0123", "--override"],
    [
      "must be must ",
      "older versions ",
      "downgrade ",
      "CVE-2020-",
      "a.b\n",
      "mandatory at block 1234\n",
    ],
    ["abcdefghij abcdefghij abcdefghij abcdefghij abcdefghij\n", " ", "\n", ". A", "é", "⚠️ "],
  ])("notes of 200,000 characters are read in bounded time: %j and others", (...shapes) => {
    const started = process.cpuUsage().user;
    for (const shape of shapes) triage(shape.repeat(Math.ceil(200_000 / shape.length)));
    expect(process.cpuUsage().user - started).toBeLessThan(20_000_000);
  });

  test("a long sentence is quoted where its words stand", () => {
    const [said] = triage(`${"and so it goes on ".repeat(40)}with a vulnerability of peers`).said;
    expect(said?.sentence).toContain("vulnerability");
    expect(said?.sentence.length).toBeLessThanOrEqual(400);
  });

  test("code blocks, links and hostile lengths do no harm", () => {
    const hostile = `${"mandatory ".repeat(100_000)}\n\`\`\`\nCVE-2026-1 security fix\n\`\`\``;
    const started = process.cpuUsage().user;
    expect(triage(hostile).urgency).toBe("mandatory");
    expect(triage("(".repeat(200_000)).said).toEqual([]);
    expect(triage(`at ${"1".repeat(190_000)}`).dates).toEqual([]);
    expect(process.cpuUsage().user - started).toBeLessThan(5_000_000);
  });
});

function release(tag: string, publishedAt: string, prerelease = false): Release {
  return { id: tag, tag, name: tag, notes: "", publishedAt, prerelease, url: "", commit: null };
}

test("behind counts releases and the days since the oldest that is lacking; pre-releases do not count", () => {
  const releases = [
    release("v1.9.16", "2020-06-30T00:00:00Z"),
    release("v1.9.17", "2020-07-20T00:00:00Z"),
    release("v1.9.18", "2020-08-11T00:00:00Z"),
    release("v1.9.19-rc", "2020-08-12T00:00:00Z", true),
  ];
  const version = "Geth/v1.9.16-stable-ea3b00ad/linux-amd64/go1.14.4";
  expect(behind(version, releases, new Date("2020-11-11T00:00:00Z"))).toEqual({
    releases: 2,
    days: 114,
    newest: "v1.9.18",
  });
});

test.each([
  ["v1.16.7", "v1.16.10", -1],
  ["v1.16", "1.16.0", 0],
  ["2.1.0.0.4", "v2.1.0.0.3", 1],
  ["nightly", "v0.1.0", -1],
])("%s against %s", (one, other, sign) => {
  expect(Math.sign(compareVersions(one, other))).toBe(sign);
});

test("an edit shows the lines that went and came, repeated ones as often as they changed", () => {
  expect(lineDiff("a\nb\nb\nc", "a\nb\nd")).toEqual(["- b", "- c", "+ d"]);
});

describe("minisign", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const id = Buffer.from("0123456789abcdef", "hex");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const key = Buffer.concat([Buffer.from("Ed"), id, raw]).toString("base64");
  const signed = (data: Buffer, form: "Ed" | "ED", comment = "timestamp:1"): string => {
    const message = form === "ED" ? createHash("blake2b512").update(data).digest() : data;
    const signature = sign(null, message, privateKey);
    const whole = sign(null, Buffer.concat([signature, Buffer.from(comment)]), privateKey);
    return [
      "untrusted comment: by a test",
      Buffer.concat([Buffer.from(form), id, signature]).toString("base64"),
      `trusted comment: ${comment}`,
      whole.toString("base64"),
      "",
    ].join("\n");
  };
  const list = Buffer.from('[{"name":"n","uid":"U-1","check":"Geth\\\\/v1\\\\.9\\\\.(7|16).*$"}]');

  test.each(["Ed", "ED"] as const)("%s is verified", (form) => {
    expect(isSignedBy(list, signed(list, form), [key])).toBe(true);
    expect(isSignedBy(Buffer.concat([list, Buffer.from(" ")]), signed(list, form), [key])).toBe(
      false,
    );
    expect(isSignedBy(list, signed(list, form).replace("timestamp:1", "timestamp:2"), [key])).toBe(
      false,
    );
    expect(isSignedBy(list, signed(list, form), [])).toBe(false);
  });

  test.each(["", "a\nb\nc\nd", signed(list, "Ed").split("\n").slice(0, 2).join("\n")])(
    "what is no signature is none: %j",
    (text) => expect(isSignedBy(list, text, [key])).toBe(false),
  );

  test("a list names what a node has by its own words", () => {
    const all = parseVulnerabilities(list.toString());
    expect(vulnerabilitiesOf("Geth/v1.9.16-stable/linux-amd64/go1.14", all)).toHaveLength(1);
    expect(vulnerabilitiesOf("Geth/v1.9.17-stable/linux-amd64/go1.14", all)).toHaveLength(0);
  });
});

test("an Atom feed gives releases; a document type is refused", () => {
  const feed = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title>
    <entry><id>tag:github.com,2008:Repository/1/v1.17.0</id><updated>2026-01-02T03:04:05Z</updated>
    <link rel="alternate" href="https://github.example/o/r/releases/tag/v1.17.0"/><title>Kerr</title>
    <content type="html">&lt;p&gt;A &lt;b&gt;security fix&lt;/b&gt;&lt;/p&gt;&lt;li&gt;eth_call&lt;/li&gt;</content></entry></feed>`;
  expect(releasesOfFeed(feed)).toMatchObject([
    { tag: "v1.17.0", name: "Kerr", publishedAt: "2026-01-02T03:04:05.000Z", prerelease: false },
  ]);
  expect(triage(releasesOfFeed(feed)[0]?.notes ?? "").urgency).toBe("security");
  expect(() => releasesOfFeed('<!DOCTYPE x [<!ENTITY a "b">]><feed/>')).toThrow("document type");
});
