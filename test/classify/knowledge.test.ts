import { describe, expect, test } from "vitest";
import { clientsThatBreak } from "../../src/classify/clients/clients.ts";
import { fingerprint } from "../../src/classify/fingerprint.ts";
import { parseClientVersion } from "../../src/classify/knowledge/client-version.ts";
import { clientSwitch } from "../../src/classify/knowledge/client-differences.ts";
import { knownChangeEntry } from "../../src/classify/knowledge/schema.ts";
import { severityOf } from "../../src/classify/severity/severity.ts";
import type { Kind } from "../../src/model/kinds.ts";
import {
  beyondKnowledge,
  changesBetween,
  KNOWN_CHANGES,
  knownChangeFor,
} from "../../src/classify/knowledge/known-changes.ts";

const UPGRADE = {
  oldVersion: "Geth/v1.16.7-stable-b9f3a3d9/linux-amd64/go1.24.9",
  candidateVersion: "Geth/v1.17.0-stable-0cf3d3ba/linux-amd64/go1.25.1",
};

describe("known changes", () => {
  test("every entry is in range of exactly the upgrades that cross it", () => {
    expect(KNOWN_CHANGES.length).toBe(198);
    const between = changesBetween(UPGRADE);
    expect(new Set(between.map(({ version }) => version))).toEqual(new Set(["1.17.0"]));
    expect(changesBetween({ ...UPGRADE, oldVersion: UPGRADE.candidateVersion })).toEqual([]);
    expect(changesBetween({ ...UPGRADE, oldVersion: "besu/v26.4.0" })).toEqual([]);
  });

  test.each([
    ["error-code-changed", "eth_simulateV1", "/result/*/calls/*/error/code", "33007"],
    ["error-message-changed", "eth_getLogs", "/error/message", "33320"],
    ["error-code-changed", "eth_getStorageAt", "/error/code", "33282"],
    ["field-added", "eth_getBlockByNumber", "/result/transactions/*/blockTimestamp", "33709"],
    ["field-added", "eth_simulateV1", "/result/*/transactions/*/blockTimestamp", "33709"],
    ["field-added", "txpool_content", "/result/pending/*/*/blockTimestamp", "33709"],
  ] as const)("%s of %s at %s", (kind, method, path, number) => {
    expect(knownChangeFor({ kind, method, path, ...UPGRADE })?.source).toContain(`/pull/${number}`);
  });

  test("nothing is known of another field or kind", () => {
    const place = { method: "eth_getBlockByNumber", ...UPGRADE };
    expect(knownChangeFor({ ...place, kind: "field-added", path: "/result/other" })).toBeNull();
    expect(
      knownChangeFor({
        ...place,
        kind: "value-changed",
        path: "/result/transactions/*/blockTimestamp",
      }),
    ).toBeNull();
  });
});

function changeTold(
  [oldVersion, candidateVersion]: readonly [string, string],
  [kind, method, path]: readonly [Kind, string, string],
  [old, candidate]: readonly [string, string],
): string | null {
  const change = knownChangeFor({
    kind,
    method,
    path,
    variants: [{ old, candidate }],
    oldVersion: `Geth/v${oldVersion}/linux`,
    candidateVersion: `Geth/v${candidateVersion}/linux`,
  });
  return change === null ? null : `${change.source.split("/").pop()}${change.perhaps ? "?" : ""}`;
}

describe("what was seen decides which change it was", () => {
  const upgrade = { oldVersion: "Geth/v1.16.7/linux", candidateVersion: "Geth/v1.17.10/linux" };
  const known = (method: string, candidate: string, kind: Kind = "result-to-error") => {
    const variants = [{ old: '"0x1"', candidate: `{"code":-32602,"message":"${candidate}"}` }];
    const change = knownChangeFor({ kind, method, path: "", variants, ...upgrade });
    return change === null ? null : `${change.source.split("/").pop()}${change.perhaps ? "?" : ""}`;
  };

  test.each<[string, string, string | null]>([
    ["eth_getBalance", "must specify either BlockHash or BlockNumber", "35271"],
    ["eth_getBalance", "missing value for required argument 0", "35576"],
    ["eth_getLogs", "missing value for required argument 0", "35576"],
    ["eth_call", "execution timeout", null],
    ["debug_traceTransaction", "transaction not found", null],
    ["eth_call", "maxFeePerBlobGas specified without blobVersionedHashes", "v1.17.8...v1.17.9"],
  ])("%s: %s", (method, message, expected) => {
    expect(known(method, message)).toBe(expected);
  });

  const at = (
    method: string,
    kind: Kind,
    path: string,
    variants = [{ old: "1", candidate: "2" }],
  ): boolean => knownChangeFor({ kind, method, path, variants, ...upgrade })?.perhaps ?? false;

  test("a place alone is perhaps; a field that is named is sure", () => {
    expect(at("eth_estimateGas", "value-changed", "/result")).toBe(true);
    expect(at("eth_simulateV1", "field-added", "/result/*/calls/*/maxUsedGas")).toBe(false);
    expect(
      at("eth_getStorageAt", "error-code-changed", "/error/code", [
        { old: "-32000", candidate: "-32602" },
      ]),
    ).toBe(false);
  });

  const refused =
    '{"error":{"code":-32000,"message":"failed to apply transaction: transaction type not supported: access list tx (sender 0x00)"}}';

  test.each<[[string, string], [Kind, string, string], [string, string], string | null]>([
    [
      ["1.16.7", "1.17.10"],
      ["result-to-error", "eth_createAccessList", ""],
      ['{"result":{}}', refused],
      "35588",
    ],
    [
      ["1.16.7", "1.17.5"],
      ["result-to-error", "eth_createAccessList", ""],
      ['{"result":{}}', refused],
      null,
    ],
    [
      ["1.16.7", "1.17.10"],
      ["value-changed", "debug_accountRange", "/result/next"],
      ['"AA=="', '"0x00"'],
      "31388",
    ],
    [
      ["1.16.7", "1.17.10"],
      ["field-removed", "eth_simulateV1", "/result/*/withdrawals"],
      ["[]", ""],
      "34939",
    ],
    [
      ["1.16.7", "1.17.10"],
      ["value-changed", "eth_simulateV1", "/result/*/hash"],
      ['"0x1"', '"0x2"'],
      "34939?",
    ],
    [
      ["1.16.7", "1.17.10"],
      ["value-changed", "eth_simulateV1", "/result/*/gasUsed"],
      ['"0x1"', '"0x2"'],
      null,
    ],
    [["1.14.5", "1.14.12"], ["value-changed", "eth_gasPrice", "/result"], ['"0x1"', '"0x2"'], null],
    [
      ["1.13.15", "1.14.12"],
      ["value-changed", "eth_gasPrice", "/result"],
      ['"0x1"', '"0x2"'],
      "29895?",
    ],
    [
      ["1.13.15", "1.14.12"],
      ["value-changed", "eth_maxPriorityFeePerGas", "/result"],
      ['"0x3b9aca00"', '"0xf4240"'],
      "29895",
    ],
    [
      ["1.13.15", "1.14.12"],
      ["field-removed", "debug_traceTransaction", "/result/*"],
      ['{"balance":"0x0"}', ""],
      "v1.13.15...v1.14.0",
    ],
    [
      ["1.13.15", "1.14.12"],
      ["field-removed", "debug_traceTransaction", "/result/*"],
      ["1", ""],
      null,
    ],
  ])("%j: %j", (versions, place, values, expected) => {
    expect(changeTold(versions, place, values)).toBe(expected);
  });

  test("a row that would be named on anything is refused", () => {
    const [row] = KNOWN_CHANGES;
    const all = { ...row, methods: ["*"], paths: ["/error"], kinds: ["result-to-error"] };
    expect(knownChangeEntry.safeParse({ ...all, texts: undefined }).success).toBe(false);
    expect(knownChangeEntry.safeParse({ ...all, paths: [], texts: undefined }).success).toBe(false);
    expect(knownChangeEntry.safeParse({ ...all, texts: { candidate: ["x"] } }).success).toBe(true);
  });

  test("past the last release that is known, it is said", () => {
    expect(beyondKnowledge({ oldVersion: null, candidateVersion: "Geth/v1.18.0/linux" })).toEqual({
      client: "geth",
      candidate: "1.18.0",
      knownUntil: "1.17.10",
    });
    for (const candidateVersion of ["Geth/v1.17.10/linux", "something/v9.0.0", null])
      expect(beyondKnowledge({ oldVersion: null, candidateVersion })).toBeNull();
  });
});

test("what clients are known to differ in counts less in a switch, and in an upgrade of one it does not", () => {
  const group = {
    kind: "field-removed" as const,
    method: "eth_getLogs",
    path: "/result/*/blockTimestamp",
    variants: [],
  };
  const between = clientSwitch("Geth/v1.17.0/linux", "reth/v1.9.0-abc/x86_64");
  expect(between).toEqual(["geth", "reth"]);
  expect(severityOf(group, { between }).severity).toBe("info");
  expect(severityOf({ ...group, path: "/result/*/logIndex" }, { between }).severity).toBe(
    "breaking",
  );
  expect(
    severityOf(group, { between: clientSwitch("Geth/v1.16.0", "Geth/v1.17.0") }).severity,
  ).toBe("breaking");
});

test.each([
  ["Geth/v1.17.0-stable-0cf3d3ba/linux-amd64/go1.25.1", { client: "geth", release: [1, 17, 0] }],
  ["Geth/my-node/v1.16.7/linux", { client: "geth", release: [1, 16, 7] }],
  ["besu/v26.6.1/linux-x86_64/openjdk-java-21", { client: "besu", release: [26, 6, 1] }],
  ["anvil/v1.7.1", { client: "anvil", release: [1, 7, 1] }],
  ["geth 1.17.0", { client: "geth", release: [1, 17, 0] }],
  ["something else", null],
  [null, null],
])("the version in %j", (text, expected) => {
  expect(parseClientVersion(text)).toEqual(expected);
});

test("no change that is known is of a release past the last one known", () => {
  const past = KNOWN_CHANGES.filter(
    ({ client, version }) =>
      beyondKnowledge({ oldVersion: null, candidateVersion: `${client}/v${version}` }) !== null,
  );
  expect(past).toEqual([]);
});

describe("client libraries", () => {
  const totalDifficulty = {
    kind: "field-removed" as const,
    method: "eth_getBlockByNumber",
    path: "/result/difficulty",
    variants: [],
    customers: ["cus_a", "cus_b"].map((id) => ({
      id,
      calls: 1,
      weight: 1,
      weightSquares: 1,
      lastSeen: null,
    })),
    clients: [{ name: "ethers", version: "6.13.0", calls: 4, customers: ["cus_a"] }],
  };

  test("a finding says which library breaks, on which version seen, and of whom no library is known", () => {
    const { breaks, unknown } = clientsThatBreak(totalDifficulty);
    expect(breaks[0]).toMatchObject({
      library: "ethers",
      versions: ">=6 <7",
      seen: totalDifficulty.clients,
    });
    expect(breaks.map(({ library }) => library)).toContain("Go clients such as ethclient");
    expect(unknown).toEqual(["cus_b"]);
  });

  test("a version outside of the range is not among those seen", () => {
    const clients = [{ name: "ethers", version: "5.7.2", calls: 4, customers: ["cus_a"] }];
    expect(
      clientsThatBreak({ ...totalDifficulty, clients }).breaks.every(
        ({ seen }) => seen.length === 0,
      ),
    ).toBe(true);
  });

  test("a phrase counts only where it was lost", () => {
    const group = {
      ...totalDifficulty,
      kind: "error-message-changed" as const,
      path: "/error/message",
      method: "eth_call",
    };
    const libraries = (candidate: string): string[] =>
      clientsThatBreak({
        ...group,
        variants: [{ old: "execution reverted", candidate, calls: 1 }],
      }).breaks.map(({ library }) => library);
    expect(libraries("VM Exception")).toEqual(["ethers", "viem", "graph-node"]);
    expect(libraries("execution reverted: 0x")).toEqual([]);
  });
});

test("a fingerprint is a function of kind, method and pattern alone", () => {
  expect(fingerprint("field-removed", "eth_getBlockByNumber", "/result/totalDifficulty")).toMatch(
    /^[0-9a-f]{16}$/,
  );
  expect(fingerprint("field-removed", "a", "/b")).toBe(fingerprint("field-removed", "a", "/b"));
  expect(fingerprint("field-removed", "a", "/b")).not.toBe(fingerprint("field-added", "a", "/b"));
});
