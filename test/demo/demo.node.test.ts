import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

interface Findings {
  readonly counts: { readonly calls: number; readonly compared: number };
  readonly findings: readonly {
    readonly kind: string;
    readonly path: string;
    readonly severity: string;
    readonly method: string;
  }[];
  readonly verdict: { readonly verdict: string };
}

function findings(file: string): Findings {
  return JSON.parse(readFileSync(file, "utf8")) as Findings;
}

test("demo: records, replays to two real node versions, reports, gates, drafts notices, and leaves nothing running", async () => {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await runCli(["demo"], {
    cwd,
    env: { HOME: cwd },
  });
  expect(stderr).not.toContain("Unexpected error");
  expect({ code, end: stdout.split("\n").slice(-5) }).toMatchObject({ code: 0 });

  const live = findings(path.join(cwd, "reports/demo/live/findings.json"));
  expect(live.verdict.verdict).toBe("fail");
  expect(live.counts.calls).toBeGreaterThanOrEqual(2_000);
  expect(live.findings.map(({ path: at }) => at.split("/").at(-1))).toContain("blockTimestamp");
  const breaking = live.findings.filter(({ severity }) => severity === "breaking");
  expect(breaking.map(({ kind, method }) => `${kind} ${method}`)).toEqual([
    "result-to-error eth_getLogs",
  ]);

  const captured = findings(path.join(cwd, "reports/demo/captured/findings.json"));
  expect(captured.verdict.verdict).toBe("fail");
  for (const customer of ["indexer", "explorer", "monitor"]) {
    expect(existsSync(path.join(cwd, `reports/demo/captured/notices/${customer}/notice.md`))).toBe(
      true,
    );
  }
  for (const url of stdout.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? []) {
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  }
}, 100_000);

test("however few calls there are, the demo shows what breaks and ends with 0", async () => {
  for (const calls of ["1", "37", "500"]) {
    const cwd = temporaryFolder();
    const { code, stdout } = await runCli(["demo", "--calls", calls, "--json"], {
      cwd,
      env: { HOME: cwd },
    });
    expect(JSON.parse(stdout)).toMatchObject({ live: { verdict: 1 }, captured: { verdict: 1 } });
    expect({ calls, code }).toEqual({ calls, code: 0 });
  }
}, 100_000);

test("the keys of the demo's customers are nowhere on disk", async () => {
  const cwd = temporaryFolder();
  await runCli(["demo", "--calls", "50"], { cwd, env: { HOME: cwd } });
  const recording = readFileSync(path.join(cwd, "reports/demo/traffic.sqlite"));
  for (const key of [
    "demo-explorer-5f1c0a7e9b",
    "demo-wallet-83d2e6c471",
    "demo-monitor-c09b7fa165",
  ]) {
    expect(recording.includes(key)).toBe(false);
  }
}, 100_000);
