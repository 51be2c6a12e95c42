import { describe, expect, test } from "vitest";
import { ShadowdiffError } from "../../src/errors.ts";
import { parseUpgrade, upgradeSchema } from "../../src/config/upgrade.ts";
import { UPGRADE_FILE, upgradeOf } from "./build.ts";

function refusal(content: unknown): ShadowdiffError {
  try {
    parseUpgrade(content, "upgrade.yaml");
  } catch (error) {
    if (error instanceof ShadowdiffError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("upgrade.yaml", () => {
  test.each(Object.keys(UPGRADE_FILE))(
    "without %s no notice is drafted, and the message names it",
    (fact) => {
      const error = refusal({ ...UPGRADE_FILE, [fact]: undefined });
      expect(error.exitCode).toBe(2);
      expect(error.message).toContain(`lacks ${fact}`);
      expect(error.details[0]).toContain(`${fact}: `);
    },
  );

  test("an empty file names every fact that is needed, and no other", () => {
    const { message } = refusal(null);
    for (const fact of Object.keys(UPGRADE_FILE)) expect(message).toContain(fact);
    for (const fact of Object.keys(upgradeSchema.shape).filter((key) => !(key in UPGRADE_FILE)))
      expect(message).not.toMatch(new RegExp(`\\b${fact}\\b`));
  });

  test("a nested fact is named by its path", () => {
    expect(refusal({ ...UPGRADE_FILE, rollback: {} }).message).toContain("rollback.possible");
  });

  test("times need their zone and come out in UTC", () => {
    expect(upgradeOf({ changesAt: "2026-12-15T15:00:00+01:00" }).changesAt).toBe(
      "2026-12-15T14:00:00.000Z",
    );
    expect(refusal({ ...UPGRADE_FILE, changesAt: "2026-12-15 15:00" }).details.join()).toContain(
      "with its zone",
    );
  });

  test("a word that is no fact is refused", () => {
    expect(refusal({ ...UPGRADE_FILE, changeAt: "x" }).details.join()).toContain(
      "changeAt: no such fact",
    );
  });

  test("links that are not of the web are refused", () => {
    expect(
      refusal({ ...UPGRADE_FILE, releaseNotes: "javascript:alert(1)" }).details.join(),
    ).toContain("releaseNotes");
  });
});
