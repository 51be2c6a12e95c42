import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { JudgedRun } from "../../src/model/judged.ts";
import { readRun } from "../../src/runs/reader.ts";
import { runCli } from "../../test/support/cli.ts";

/** A folder for recordings and runs that goes away at the end. */
export interface Workshop {
  readonly folder: string;
  /** Makes a recording of bare requests; gives its path. */
  record(name: string, requests: readonly JsonObject[]): Promise<string>;
  /** Replays it by the command line and judges the run with the defaults. */
  replay(name: string, words: readonly string[]): Promise<JudgedRun>;
  close(): void;
}

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-study-"));
  return {
    folder,
    async record(name, requests) {
      const lines = path.join(folder, `${name}.jsonl`);
      writeFileSync(lines, `${requests.map((request) => JSON.stringify(request)).join("\n")}\n`);
      const out = path.join(folder, `${name}.sqlite`);
      await must(["import", lines, "--out", out]);
      return out;
    },
    async replay(name, words) {
      const out = path.join(folder, name);
      await must(["replay", ...words, "--out", out]);
      return judge(readRun(out), parseJudging({}), [], new Date());
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function must(words: readonly string[]): Promise<void> {
  const { code, stderr } = await runCli(words);
  if (code !== 0) throw new Error(`shadowdiff ${words.join(" ")} ended with ${code}:\n${stderr}`);
}

/** `kind method path (confidence, calls)` of each finding of a severity that matters. */
export function breaks({ findings }: JudgedRun): string[] {
  return findings
    .filter(({ severity }) => severity === "breaking" || severity === "risky")
    .map(
      ({ kind, method, path: place, confidence, calls }) =>
        `${kind} ${method} ${place} (${confidence}, ${calls} calls)`,
    );
}

/** Uncomparable calls by reason, with their share. */
export function uncomparables({ facts }: JudgedRun): string {
  const reasons = new Map<string, number>();
  for (const { state, reason, calls } of facts.notCompared) {
    if (state === "uncomparable") reasons.set(reason, (reasons.get(reason) ?? 0) + calls);
  }
  const share = ((100 * facts.counts.uncomparable) / Math.max(1, facts.counts.calls)).toFixed(2);
  const list = [...reasons].map(([reason, calls]) => `${reason} ${calls}`).join(", ");
  return `${facts.counts.uncomparable} (${share} %)${list === "" ? "" : `: ${list}`}`;
}

/** Writes a study's result where the documentation links to it. */
export function writeEvidence(name: string, lines: readonly string[]): void {
  const file = path.join(import.meta.dirname, "..", "..", "docs", "evidence", `${name}.md`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  console.log(lines.join("\n"));
}

/** Command, commit, date and machine, as every evidence file begins. A commit with `+` had changes that were not committed. */
export function provenance(command: string): string {
  const date = new Date().toISOString().slice(0, 10);
  const processors = cpus();
  const machine = `${process.platform} ${process.arch}, ${processors.length} × ${processors[0]?.model ?? "unknown"}`;
  return `\`${command}\` at ${commit()}, ${date}, Node ${process.version}, ${machine}.`;
}

function commit(): string {
  const short = git("rev-parse", "--short", "HEAD");
  if (short === "") return "no commit";
  return `${short}${git("status", "--porcelain", "--", "src") === "" ? "" : "+"}`;
}

/** What a git command prints; nothing where it fails. */
function git(...words: string[]): string {
  const { status, stdout } = spawnSync("git", words, {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim() : "";
}
