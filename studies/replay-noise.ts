import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseJudging } from "../src/config/judging.ts";
import { judge } from "../src/judge/judge.ts";
import type { Finding } from "../src/model/judged.ts";
import type { RunHeader } from "../src/model/run.ts";
import { readRun } from "../src/runs/reader.ts";
import { openRunStore } from "../src/runs/store.ts";
import { diffyFlags, noisyRun, type NoisyRun } from "./support/noisy-node.ts";
import { plural } from "../src/words.ts";
import { seeded } from "./support/random.ts";
import { provenance, writeEvidence } from "./support/replaying.ts";

const HEADER: RunHeader = {
  id: "noise",
  createdAt: "2026-01-01T00:00:00.000Z",
  command: "replay",
  network: { chainId: "1", genesisHash: null },
  recordings: [],
  old: [],
  candidate: [],
  configurationDifferences: [],
  options: {},
};

/** Through the real run store and judge, as a replay's results go. */
function findingsOf({ comparisons, firm }: NoisyRun): readonly Finding[] {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-noise-"));
  try {
    const store = openRunStore(path.join(folder, "run"), HEADER);
    for (const comparison of comparisons) {
      store.add({ key: comparison.pairId, comparisons: [comparison], sends: 3 });
    }
    store.add({ key: "evidence", comparisons: [], sends: 0, beside: true, firm });
    store.finish(null, new Date());
    store.close();
    return judge(readRun(path.join(folder, "run")), parseJudging({}), [], new Date()).findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Row {
  readonly noise: number;
  readonly paths: number;
  readonly broken: number;
  /** Calls that differ always, beside those that waver. */
  readonly stable: number;
  readonly runs: number;
}

interface Tally {
  found: number;
  falseFindings: number;
  falseRuns: number;
  diffyFound: number;
  diffyFalseRuns: number;
}

/** A finding that would fail an upgrade: breaking, and not flaky alone. */
function isFailing({ severity, confidence }: Finding): boolean {
  return severity === "breaking" && confidence !== "flaky";
}

async function runRow(
  { noise, paths, broken, stable, runs }: Row,
  calls: number,
  seed: number,
): Promise<Tally> {
  const tally: Tally = {
    found: 0,
    falseFindings: 0,
    falseRuns: 0,
    diffyFound: 0,
    diffyFalseRuns: 0,
  };
  const random = seeded(seed);
  for (let run = 0; run < runs; run++) {
    const noisy = await noisyRun({
      calls,
      noisyPaths: paths,
      noise,
      broken,
      stable,
      random,
    });
    const { diffy } = noisy;
    const changed = broken > 0 || stable > 0;
    const failing = findingsOf(noisy).filter(isFailing);
    const right = failing.filter((finding) => changed && finding.path === "/result/noisya");
    const wrong = failing.length - right.length;
    if (right.length > 0) tally.found++;
    tally.falseFindings += wrong;
    if (wrong > 0) tally.falseRuns++;
    const flagged = diffy.map((counts) => diffyFlags(counts, calls));
    if (changed && flagged[0] === true) tally.diffyFound++;
    if (flagged.some((flag, index) => flag && (!changed || index > 0))) tally.diffyFalseRuns++;
  }
  return tally;
}

export const study = {
  name: "replay-noise",
  summary: "a node that differs from itself, with and without a planted break; Diffy's rule beside",
  async run([scale = "1", count = "1000"]: readonly string[]): Promise<void> {
    const calls = Number(count);
    const rows: Row[] = [];
    for (const noise of [0.01, 0.1, 0.5]) {
      rows.push({ noise, paths: 3, broken: 0, stable: 0, runs: Math.ceil(500 * Number(scale)) });
      for (const broken of [0.02, 0.05, 0.2]) {
        const runs = noise === 0.5 && broken === 0.2 ? 200 : 40;
        rows.push({ noise, paths: 3, broken, stable: 0, runs: Math.ceil(runs * Number(scale)) });
      }
      for (const stable of [1, 3]) {
        rows.push({ noise, paths: 3, broken: 0, stable, runs: Math.ceil(100 * Number(scale)) });
      }
    }
    const lines: string[] = [];
    let clean = 0;
    let cleanFalse = 0;
    for (const [index, row] of rows.entries()) {
      const tally = await runRow(row, calls, 100 + index);
      const of = (value: number): string => `${value} of ${row.runs}`;
      const clear = row.broken === 0 && row.stable === 0;
      if (clear) {
        clean += row.runs;
        cleanFalse += tally.falseFindings;
      }
      lines.push(
        `| ${row.noise * 100} % | ${row.stable > 0 ? plural(row.stable, "steady call") : `${row.broken * 100} %`} | ${clear ? "–" : of(tally.found)} | ${of(tally.falseRuns)} | ${clear ? "–" : of(tally.diffyFound)} | ${of(tally.diffyFalseRuns)} |`,
      );
      console.error(lines.at(-1));
    }
    writeEvidence("replay-noise", [
      "# A node that differs from itself",
      "",
      provenance("npm run study -- replay-noise"),
      "",
      `${calls} calls a run, one to three noisy paths, at each of which two asks differ in the given share of calls; where there is a break, the candidate gives another value at the first of them in the given share of calls. A steady call is one that old always answers alike and candidate always with another value, among calls that waver at the same path. Real differ, confirmation, run store and judge; no sockets. A false run has a breaking finding, not flaky, at a path that is not broken. Diffy's rule: more than noise, by over 20 % of both and 0.03 % of all requests.`,
      "",
      "| noise | broken | found | false runs | Diffy: found | Diffy: false runs |",
      "| --- | --- | --- | --- | --- | --- |",
      ...lines,
      "",
      `False breaking findings in ${clean} runs without a break: **${cleanFalse}**.`,
    ]);
  },
};
