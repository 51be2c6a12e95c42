import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { expect, test } from "vitest";
import { parseCustomers } from "../../src/config/customers.ts";
import { parseUpgrade } from "../../src/config/upgrade.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

const read = (...parts: string[]) => readFileSync(path.join(...parts), "utf8");

/** What a reader gets who takes the `#` from every line that is not prose. */
const uncommented = (text: string) =>
  text.replaceAll(/^( *)# ?(?! *yaml-language)(?=( *)[\w-]+:|( *)- \{)/gm, "$1");

test("init writes three files that are valid as written, and after every # of a setting is gone", async () => {
  const cwd = temporaryFolder();
  const now = new Date("2026-11-25T12:00:00Z");
  const { code, stdout } = await runCli(["init", "upgrades/next", "--json"], { cwd, now });
  expect(code).toBe(0);
  const { written } = JSON.parse(stdout) as { written: string[] };
  expect(written).toEqual(
    ["shadowdiff.yaml", "upgrade.yaml", "customers.csv"].map((name) => `upgrades/next/${name}`),
  );
  const folder = path.join(cwd, "upgrades/next");
  for (const change of [(text: string) => text, uncommented]) {
    const settings = change(read(folder, "shadowdiff.yaml"));
    writeFileSync(path.join(folder, "settings.yaml"), settings);
    const config = path.join(folder, "settings.yaml");
    const result = await runCli(["config", "--json", "--config", config], { cwd });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const upgrade = parseUpgrade(parse(change(read(folder, "upgrade.yaml"))), "upgrade.yaml");
    expect(upgrade.actBy! < upgrade.changesAt).toBe(true);
    expect(upgrade.changesAt > now.toISOString()).toBe(true);
  }
  expect(uncommented(read(folder, "shadowdiff.yaml"))).toMatch(/^ {2}network: 1$/m);
  const [account, ...others] = parseCustomers(read(folder, "customers.csv"), "customers.csv", null);
  expect(others).toEqual([]);
  expect(account).toMatchObject({ account: "example", pseudonyms: [{}, {}] });
});

test("init overwrites nothing, and then writes nothing", async () => {
  const cwd = temporaryFolder();
  writeFileSync(path.join(cwd, "upgrade.yaml"), "mine: true\n");
  const { code, stderr } = await runCli(["init"], { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain("upgrade.yaml exists already in .; nothing was written.");
  expect(read(cwd, "upgrade.yaml")).toBe("mine: true\n");
  expect(() => read(cwd, "shadowdiff.yaml")).toThrow("ENOENT");
});
