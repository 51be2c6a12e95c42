import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { MISTAKES, mistakesIn, type Workplace } from "../support/mistakes.ts";

let place: Workplace;

beforeAll(async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), "shadowdiff-mistakes-"));
  place = await mistakesIn(cwd);
  return () => {
    place.close();
    rmSync(cwd, { recursive: true, force: true });
  };
});

test.each(MISTAKES)("$what", async (mistake) => {
  const result = await place.make(mistake);
  expect(result).toMatchSnapshot();
  expect(result.code).toBe(mistake.code);
  expect(result.stderr + result.stdout).not.toMatch(/canary|\n {4}at /);
});
