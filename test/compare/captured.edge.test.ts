import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readRun } from "../../src/runs/reader.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

/** Real answers of Geth 1.16.7 (twice) and 1.17.0. */
const CAPTURED = path.resolve(
  import.meta.dirname,
  "../../recordings/geth-1.16.7-to-1.17.0.pairs.jsonl",
);

interface Line {
  readonly request: string;
  readonly oldText: string;
  readonly controlText: string;
  readonly candidateText: string;
}

const LINES = readFileSync(CAPTURED, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Line);
const LOW = "limits: {}\nrequire: { comparedCalls: 171, callsPerMethod: 1, methodCoverage: 0.9 }\n";

async function compare(lines: readonly Line[]) {
  const cwd = temporaryFolder();
  writeFileSync(
    path.join(cwd, "pairs.jsonl"),
    lines.map((line) => JSON.stringify(line)).join("\n"),
  );
  writeFileSync(path.join(cwd, "low.yaml"), LOW);
  const { code } = await runCli(["compare", "pairs.jsonl", "--out", "run"], { cwd });
  expect(code).toBe(0);
  return { cwd, facts: readRun(path.join(cwd, "run")) };
}

function listOf({ groups }: ReturnType<typeof readRun>): string[] {
  return groups
    .map(({ kind, method, path: at, calls }) => `${kind} ${method} ${at} (${calls})`)
    .sort();
}

test("each response that differs is in a finding, of the right kind", async () => {
  const { facts } = await compare(LINES);
  expect(listOf(facts)).toMatchSnapshot();
  const differing = LINES.filter((line) => line.oldText.trim() !== line.candidateText.trim());
  // Each names its own version; that is noise. What a pool holds is its own, too, but not that its transactions have a field more.
  const named = differing.filter(({ request }) => request.includes("web3_clientVersion"));
  expect(facts.counts.different).toBe(differing.length - named.length);
});

test("new lines, spaces and the order of keys change nothing", async () => {
  const { facts } = await compare(LINES);
  const restyled = LINES.map((line, index) => ({
    ...line,
    candidateText: restyle(line.candidateText, index),
  }));
  expect(listOf((await compare(restyled)).facts)).toEqual(listOf(facts));
});

test("old against its own control: no finding, a pass where little is required, inconclusive by default", async () => {
  const { cwd, facts } = await compare(
    LINES.map((line) => ({ ...line, candidateText: line.controlText })),
  );
  expect(facts.groups).toEqual([]);
  expect((await runCli(["gate", "run", "--config", "low.yaml"], { cwd })).code).toBe(0);
  expect((await runCli(["gate", "run"], { cwd })).code).toBe(3);
});

test("the upgrade breaks clients: the gate fails and says for what", async () => {
  const { cwd } = await compare(LINES);
  const { code, stdout } = await runCli(["gate", "run", "--config", "low.yaml"], { cwd });
  expect(code).toBe(1);
  expect(stdout).toContain("finding.breaking error-code-changed eth_getLogs /error/code");
});

/** The same JSON with its keys reversed and other white space; numbers of these answers are all safe. */
function restyle(text: string, index: number): string {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== "object" || value === null) return value;
    const entries: [string, unknown][] = Object.entries(value);
    return Object.fromEntries(entries.toReversed().map(([key, inner]) => [key, reversed(inner)]));
  };
  return `${JSON.stringify(reversed(JSON.parse(text)), null, index % 3)}\n`;
}
