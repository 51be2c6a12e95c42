import { describe, expect, test } from "vitest";
import { parseUpgrade } from "../../src/config/upgrade.ts";
import { upgradeText } from "../../src/config/upgrade-text.ts";
import { statusPage } from "../../src/upgrade/formats/html.ts";
import { statusText } from "../../src/upgrade/formats/text.ts";
import type { RunFactsOf, UpgradeFacts } from "../../src/upgrade/steps/facts.ts";
import { stepsOf, type Step } from "../../src/upgrade/steps/steps.ts";
import { parse } from "yaml";

const NOW = new Date("2026-11-25T12:00:00Z");
const AT = "2026-11-25T10:00:00.000Z";

const upgrade = parseUpgrade(
  parse(
    upgradeText({
      client: "geth",
      from: "1.16.7",
      to: "1.17.0",
      releaseNotes: "https://example.com/v1.17.0",
      urgency: "recommended",
      forkAt: null,
      rollback: true,
    }),
  ),
  "upgrade.yaml",
);

function run(more: Partial<RunFactsOf> = {}): RunFactsOf {
  return {
    folder: "runs/traffic",
    createdAt: AT,
    complete: true,
    old: ["Geth/v1.16.7-stable/linux-amd64/go1.25"],
    candidate: ["Geth/v1.17.0-stable/linux-amd64/go1.25"],
    compared: 3_000,
    traffic: true,
    verdict: "pass",
    reason: "",
    cases: { tested: 0, waived: 0, open: 0 },
    ...more,
  };
}

function facts(more: Partial<UpgradeFacts> = {}): UpgradeFacts {
  return {
    upgrade,
    release: null,
    casesOf: null,
    runs: [],
    notices: null,
    rollout: null,
    evidence: [],
    signatures: [],
    ...more,
  };
}

function step(number: number, more: Partial<UpgradeFacts> = {}): Step {
  return stepsOf(facts(more), "upgrades/x", NOW)[number]!;
}

test("there are the playbook's fifteen steps, and with no evidence none is done", () => {
  const steps = stepsOf(facts(), "upgrades/x", NOW);
  expect(steps.map(({ number }) => number)).toEqual(
    Array.from({ length: 15 }, (_, index) => index),
  );
  expect(steps.filter(({ state }) => state === "done")).toEqual([]);
  expect(steps.every(({ next }) => next?.startsWith("shadowdiff ") === true)).toBe(true);
});

describe("evidence that does not count", () => {
  test.each([
    ["another candidate version", run({ candidate: ["Geth/v1.17.1-stable"] }), "other versions"],
    ["a longer version", run({ candidate: ["Geth/v1.17.0.1"] }), "other versions"],
    [
      "one node of several on another version",
      run({ candidate: ["Geth/v1.17.0", "Geth/v1.16.7"] }),
      "other versions",
    ],
    ["too old", run({ createdAt: "2026-11-10T00:00:00Z" }), "15 days old"],
    ["incomplete", run({ complete: false }), "incomplete"],
    ["nothing compared", run({ compared: 0 }), "incomplete"],
  ])("%s", (_, given, why) => {
    const { state, why: said } = step(3, { runs: [given] });
    expect(state).not.toBe("done");
    expect(said).toContain(why);
  });

  test("cases of notes that were edited since", () => {
    const release = { tag: "v1.17.0", url: "", fetchedAt: AT, urgency: "optional", notesHash: "b" };
    expect(step(1, { release, casesOf: "a" }).why).toContain("edited after");
    expect(step(1, { release, casesOf: "b" }).state).toBe("done");
  });

  test("a preview that was tried with another version, or a month ago", () => {
    const evidence = { step: 7, at: AT, ok: true, what: "tried", version: "1.17.0", file: null };
    expect(step(7, { runs: [run()], evidence: [evidence] }).state).toBe("done");
    expect(step(7, { runs: [run()], evidence: [{ ...evidence, version: "1.17.1" }] }).state).toBe(
      "open",
    );
    expect(
      step(7, { runs: [run()], evidence: [{ ...evidence, at: "2026-10-01T00:00:00Z" }] }).state,
    ).toBe("open");
    expect(step(7, { runs: [run()], evidence: [{ ...evidence, ok: false }] }).state).toBe(
      "blocked",
    );
  });
});

test("a verdict that fails blocks, and says where", () => {
  const runs = [run(), run({ folder: "runs/b", verdict: "fail", reason: "1 breaking change" })];
  expect(step(6, { runs })).toMatchObject({ state: "blocked", why: "runs/b: 1 breaking change" });
});

test("an objection blocks the notices", () => {
  const notices = { drafted: 3, approved: 0, sent: 3, unsettled: 0, objections: 1, lastSentAt: AT };
  expect(step(5, { runs: [run()], notices })).toMatchObject({
    state: "blocked",
    why: "1 customers object",
  });
  expect(step(5, { runs: [run()], notices: { ...notices, objections: 0 } }).state).toBe("done");
  expect(
    step(5, { runs: [run()], notices: { ...notices, objections: 0, unsettled: 1 } }).state,
  ).toBe("open");
});

function signed(number: number, state: "done" | "waived"): Pick<UpgradeFacts, "signatures"> {
  return { signatures: [{ step: number, state, by: "R. Ito", at: AT, reason: "why" }] };
}

test("a name waives any step, but ticks only what a person alone can know", () => {
  expect(step(14, signed(14, "waived"))).toMatchObject({
    state: "waived",
    by: "R. Ito",
    why: "why",
  });
  expect(step(11, signed(11, "done"))).toMatchObject({ state: "done", by: "R. Ito" });
  expect(step(3, signed(3, "done")).state).not.toBe("done");
});

test("a step waits for the ones before it", () => {
  expect(step(9).why).toContain("waits for steps 5, 6, 7, 8, 10");
});

test("a roll-out that went back blocks the shift and says why", () => {
  const rollout = {
    state: "rolled-back",
    weight: 0,
    allAt: null,
    at: AT,
    why: "verdict fail",
  } as const;
  expect(step(9, { rollout })).toMatchObject({
    state: "blocked",
    why: "rolled back: verdict fail",
  });
});

test("the text fits 80 columns and names the next command", () => {
  const text = statusText(
    "geth 1.16.7 to 1.17.0",
    stepsOf(facts({ runs: [run()] }), "upgrades/x", NOW),
    (command) => `  ${command}`,
  );
  expect(
    text.split("\n").filter((line) => line.length > 80 && !line.includes("shadowdiff ")),
  ).toEqual([]);
  expect(text).toContain("Next:\n  shadowdiff watch --open");
});

test("the page escapes what it shows", () => {
  const steps = stepsOf(
    facts({ runs: [run({ verdict: "fail", reason: "<img src=x onerror=alert(1)>" })] }),
    "u",
    NOW,
  );
  const page = statusPage(upgrade, steps, NOW);
  expect(page).toContain("&lt;img src=x");
  expect(page).not.toContain("<img");
});
