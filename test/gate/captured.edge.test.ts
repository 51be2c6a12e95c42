import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { runCli, type CliResult } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

/** The real answers of Geth 1.16.7 and 1.17.0 to the same requests on the same chain. */
const PAIRS = path.resolve(
  import.meta.dirname,
  "../../recordings/geth-1.16.7-to-1.17.0.pairs.jsonl",
);
const VERSIONS = [
  "--old-version",
  "Geth/v1.16.7-stable",
  "--candidate-version",
  "Geth/v1.17.0-stable",
];

let cwd = "";
beforeEach(() => {
  cwd = temporaryFolder();
});

function shadowdiff(...words: readonly string[]): Promise<CliResult> {
  return runCli(words, { cwd });
}

interface Line {
  readonly oldText: string;
  readonly controlText: string;
}

describe("the upgrade of Geth 1.16.7 to 1.17.0", () => {
  test("fails for the reasons that its changelog gives", async () => {
    expect(await shadowdiff("compare", PAIRS, "--out", "run", ...VERSIONS)).toMatchObject({
      code: 0,
    });
    const { code, stdout } = await shadowdiff("gate", "run");
    expect(code).toBe(1);
    const breaking = stdout
      .split("\n")
      .filter((line) => line.startsWith("  fail          finding.breaking"));
    expect(breaking.length).toBeGreaterThan(0);
    // Each names the pull request of the release that made it.
    for (const line of breaking) {
      expect(line).toMatch(
        /geth 1\.1[67]\.\d+, https:\/\/github\.com\/ethereum\/go-ethereum\/pull\/\d+\)/,
      );
    }
  });

  test("is inconclusive, not failed, when its findings are accepted: 171 calls show too little", async () => {
    await shadowdiff("compare", PAIRS, "--out", "run", ...VERSIONS);
    const { stdout } = await shadowdiff("gate", "run", "--fail-on", "risky", "--format", "json");
    const { findings } = JSON.parse(stdout) as {
      findings: { fingerprint: string; severity: string }[];
    };
    for (const { fingerprint, severity } of findings) {
      if (severity !== "breaking" && severity !== "risky") continue;
      await shadowdiff("accept", "run", fingerprint, "--reason", "announced", "--owner", "ops");
    }
    const { code, stdout: text } = await shadowdiff("gate", "run");
    expect(code).toBe(3);
    expect(text).not.toContain("finding.");
    expect(text).toContain("require.comparedCalls 171 < 3,000");
  });
});

describe("old against its own control", () => {
  beforeEach(async () => {
    const lines = readFileSync(PAIRS, "utf8").trim().split("\n");
    const same = lines.map((line) => {
      const pair = JSON.parse(line) as Line;
      return JSON.stringify({ ...pair, candidateText: pair.controlText });
    });
    writeFileSync(path.join(cwd, "same.jsonl"), `${same.join("\n")}\n`);
    await shadowdiff("compare", "same.jsonl", "--out", "run");
  });

  test("passes with no limits and as many calls required as there are", async () => {
    writeFileSync(
      path.join(cwd, "shadowdiff.yaml"),
      "limits: {}\nrequire: { comparedCalls: 160, callsPerMethod: 1, methodCoverage: 0.9 }\n",
    );
    const { code, stdout } = await shadowdiff("gate", "run");
    expect(stdout).toMatch(/^Verdict: pass/);
    expect(code).toBe(0);
  });

  test("is inconclusive with the defaults", async () => {
    const { code, stdout } = await shadowdiff("gate", "run");
    expect(code).toBe(3);
    expect(stdout).not.toContain("finding.");
  });
});
