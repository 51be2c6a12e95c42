import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { openRecording } from "../../src/recording/reader.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

const CASES = ["cases", "--from", "1.16.7", "--to", "1.17.0", "--out", "cases.sqlite"];

describe("cases", () => {
  test("writes a recording that holds its requests and what they are for", async () => {
    const folder = temporaryFolder();
    const { code, stdout, stderr } = await runCli(CASES, { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "cases.sqlite: 38 requests for 9 cases\n",
    });
    expect(stdout).toContain("probed       geth-1.17.0-33320-error-code-changed");
    const recording = openRecording(path.join(folder, "cases.sqlite"));
    expect([...recording.exchanges()].length).toBe(38);
    expect(recording.header.options["cases"]).toHaveLength(9);
    recording.close();
  });

  test("reads a team's own cases and lists what release notes leave open", async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "cases"));
    writeFileSync(
      path.join(folder, "cases", "ours.yaml"),
      "cases:\n  - name: balance\n    requests: [{ method: eth_getBalance, params: ['0x0000000000000000000000000000000000000000', latest] }]\n",
    );
    writeFileSync(path.join(folder, "notes.md"), "- something new (#40000)\n");
    const { stdout } = await runCli([...CASES, "--release-notes", "notes.md"], {
      cwd: folder,
    });
    expect(stdout).toContain("probed       balance");
    expect(stdout).toContain("open         line 1: something new (#40000)");
  });

  test("says what is wrong, and writes nothing", async () => {
    const folder = temporaryFolder();
    const run = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await runCli(words, { cwd: folder });
      return `${code} ${stderr}`;
    };
    const unknown = [
      "cases",
      "--client",
      "nethermind",
      "--from",
      "1.0",
      "--to",
      "2.0",
      "--out",
      "x.sqlite",
    ];
    expect(await run(...unknown)).toMatchInlineSnapshot(`
      "2 No change of nethermind after 1.0 and up to 2.0 is known.
        Check the versions, or give cases of your own with --cases FOLDER.
      "
    `);
    expect(await run(...CASES, "--cases", "nowhere")).toContain("2 These can't be read:");
    mkdirSync(path.join(folder, "cases"));
    writeFileSync(path.join(folder, "cases", "bad.yaml"), "cases:\n  - title: no name\n");
    expect(await run(...CASES)).toMatchInlineSnapshot(`
      "2 bad.yaml: cases.0.name: Invalid input: expected string, received undefined
      "
    `);
  });
});

describe("explain", () => {
  test("prints a kind's rule and releases that did it", async () => {
    const { code, stdout } = await runCli(["explain", "field-removed"]);
    expect(code).toBe(0);
    expect(stdout).toContain("field-removed: A field is gone\nbreaking unless");
    expect(stdout).toContain("https://github.com/ethereum/go-ethereum/pull/30386");
  });

  test("says what is wrong", async () => {
    const folder = temporaryFolder();
    const run = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await runCli(["explain", ...words], { cwd: folder });
      return `${code} ${stderr}`;
    };
    expect(await run("feild-removed")).toMatchInlineSnapshot(`
      "2 feild-removed is neither a kind nor a fingerprint of 16 hex digits
        Did you mean field-removed?
      "
    `);
    expect(await run("0a1b2c3d4e5f6071")).toMatchInlineSnapshot(`
      "2 0a1b2c3d4e5f6071 is a fingerprint: say of which run with --run reports/NAME
      "
    `);
  });
});
