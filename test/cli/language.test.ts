import { afterEach, describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";

const BEFORE = { ...process.env };

afterEach(() => {
  for (const name of ["LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"]) {
    if (BEFORE[name] === undefined) delete process.env[name];
    else process.env[name] = BEFORE[name];
  }
});

describe("whatever the machine speaks, what is wrong is said in English", () => {
  test.each(["de_DE.UTF-8", "fr_FR.UTF-8", "ja_JP.UTF-8", "C"])("%s", async (language) => {
    for (const name of ["LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE"]) process.env[name] = language;
    const unknown = await runCli(["gate", "--no-such-flag"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/Unknown option or argument/);
    const missing = await runCli(["replay", "a.sqlite", "--concurrency"]);
    expect(missing.stderr).toMatch(/Not enough arguments/);
  });
});
