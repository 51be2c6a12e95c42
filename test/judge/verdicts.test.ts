import { describe, expect, test } from "vitest";
import { VERDICT_EXIT } from "../../src/cli/gate-outputs.ts";
import { parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { BUILT_AT } from "../support/facts.ts";
import { ACCEPTED } from "./verdicts/accepted.ts";
import { FINDINGS } from "./verdicts/findings.ts";
import { LIMITS } from "./verdicts/limits.ts";
import { NUMBERS } from "./verdicts/numbers.ts";
import { OTHER } from "./verdicts/other.ts";
import { REQUIREMENTS } from "./verdicts/requirements.ts";

const RUNS = [...REQUIREMENTS, ...NUMBERS, ...FINDINGS, ...LIMITS, ...ACCEPTED, ...OTHER];

describe("runs and their verdicts", () => {
  test("are at least sixty, each with a name of its own", () => {
    expect(RUNS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(RUNS.map(({ name }) => name)).size).toBe(RUNS.length);
  });

  test.each(RUNS)("$name: $verdict", (row) => {
    const settings = parseJudging(row.settings ?? {});
    const { verdict } = judge(
      row.facts,
      settings,
      row.accepted ?? [],
      row.now ?? BUILT_AT,
      row.extras,
    );
    expect(verdict.verdict).toBe(row.verdict);
    expect(VERDICT_EXIT[verdict.verdict]).toBe(row.exit);
    const deciding = verdict.reasons.filter((reason) => reason.verdict === row.verdict);
    // Of a pass, every reason says pass, and the notes tell what did not count.
    expect(deciding.length).toBe(
      row.verdict === "pass" ? verdict.reasons.length : Math.max(1, deciding.length),
    );
    const told = row.verdict === "pass" ? verdict.notes : deciding.map(({ text }) => text);
    const untold = row.because.filter((part) => !told.some((line) => line.startsWith(part)));
    expect(untold).toEqual([]);
    for (const { code, text } of deciding) expect(text.startsWith(`${code} `)).toBe(true);
    for (const { text } of verdict.reasons) expect(text).not.toMatch(/undefined|\[object/);
  });
});
