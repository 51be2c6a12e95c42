import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { releasesOfFeed } from "../../src/watch/atom.ts";
import { behind } from "../../src/watch/triage/behind.ts";
import { lineDiff } from "../../src/watch/triage/changes.ts";
import { isSignedBy } from "../../src/watch/triage/minisign.ts";
import { compareVersions, type Release } from "../../src/watch/triage/release.ts";
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

  test.each(REAL_NOTES.map((real) => [real.release, real] as const))("%s", (_, real) => {
    const { notes, release, ...wanted } = real;
    const { urgency, rollback, said, dates } = triage(notes);
    const migration = said.some(({ sign }) => sign === "migration");
    expect({ release, urgency, rollback, migration, dates }).toEqual({ release, ...wanted });
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
  ])("a date: %s", (notes, date) => {
    expect(triage(notes).dates).toEqual([date]);
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
