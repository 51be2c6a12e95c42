import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { examine } from "../../src/classify/examine.ts";
import { parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import type { JudgedRun, VerdictKind } from "../../src/model/judged.ts";
import { readRun } from "../../src/runs/reader.ts";
import { comparePairs } from "../../src/stages/compare.ts";

/** A pair of `compare` rebuilt from a public report, with what a reader of the report would want said of it. */
export interface Report {
  readonly name: string;
  readonly source: string;
  readonly expected: {
    /** Any of these among the findings is right; none where nothing is to be found. */
    readonly kinds: readonly string[];
    readonly severity: string;
    readonly gate: VerdictKind;
    readonly note?: string;
  };
}

export interface Told {
  readonly report: Report;
  readonly judged: JudgedRun;
  /** `severity kind method path` of each finding. */
  readonly findings: readonly string[];
  readonly verdict: VerdictKind;
}

/** No limits, and nothing required: the findings alone decide. */
const LOWERED = parseJudging({
  limits: {},
  require: {
    comparedCalls: 0,
    callsPerMethod: 0,
    methodCoverage: 0,
    uncomparableRate: 1,
    noiseRate: 1,
  },
});

export function readReports(
  file: string | URL,
): readonly (readonly [report: Report, line: string])[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => [JSON.parse(line) as Report, line] as const);
}

/** Compares and judges one report alone, as `compare` and `gate` would. */
export async function tellOf([report, line]: readonly [Report, string]): Promise<Told> {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-report-"));
  try {
    const file = path.join(folder, "pairs.jsonl");
    writeFileSync(file, `${line}\n`);
    await comparePairs({
      file,
      out: path.join(folder, "run"),
      strict: true,
      routes: [],
      token: (name) => name,
      examine: (pair) => examine(pair),
      oldVersion: null,
      candidateVersion: null,
      signal: new AbortController().signal,
      now: () => new Date("2026-01-01T00:00:00Z"),
    });
    const judged = judge(
      readRun(path.join(folder, "run")),
      LOWERED,
      [],
      new Date("2026-01-01T00:00:00Z"),
    );
    const findings = judged.findings.map(
      ({ severity, kind, method, path: at }) => `${severity} ${kind} ${method} ${at}`,
    );
    return { report, judged, findings, verdict: judged.verdict.verdict };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
