import { describe, expect, test } from "vitest";
import { acceptance, expiryDay } from "../../src/judge/acceptance.ts";
import { isWrite, onlyReads } from "../../src/judge/methods.ts";
import { DEFAULT_JUDGING } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { BUILT_AT, buildFacts, builtFingerprint } from "../support/facts.ts";

describe("the last day of an acceptance", () => {
  const now = new Date("2026-11-21T23:30:00Z");

  test.each([
    [undefined, "2026-12-21"],
    ["2026-11-21", "2026-11-21"],
    ["2026-11-22", "2026-11-22"],
    // 180 days away.
    ["2027-05-20", "2027-05-20"],
  ])("asked as %s is %s", (asked, day) => {
    expect(expiryDay(asked, now)).toBe(day);
  });

  test.each([
    ["2026-11-20", /is over; today is 2026-11-21/],
    ["2027-05-21", /more than 180 days away; the latest is 2027-05-20/],
    ["2026-02-30", /is no day/],
    ["tomorrow", /is no day/],
  ])("can't be %s", (asked, words) => {
    expect(() => expiryDay(asked, now)).toThrow(words);
  });
});

describe("an acceptance", () => {
  const judged = judge(
    buildFacts([
      { method: "eth_call", count: 90 },
      {
        method: "eth_call",
        count: 10,
        customer: "cus_a",
        findings: [
          { kind: "field-removed", path: "/result/a" },
          {
            kind: "value-changed",
            path: "/result/b",
            causedBy: { kind: "field-removed", path: "/result/a" },
          },
          { kind: "value-changed", path: "/result/c" },
        ],
      },
    ]),
    DEFAULT_JUDGING,
    [],
    BUILT_AT,
  );
  const root = builtFingerprint("field-removed", "eth_call", "/result/a");
  const effect = builtFingerprint("value-changed", "eth_call", "/result/b");
  const decision = { fingerprint: root, reason: "known", owner: "ops", expires: "2026-12-01" };

  test("is of the finding alone, with what is seen of it now", () => {
    const [only, ...rest] = acceptance(judged, decision, false);
    expect(rest).toEqual([]);
    expect(only?.entry).toEqual({
      ...decision,
      seen: { rate: 0.1, calls: 10, comparedCalls: 100, paths: ["/result/a"], customers: 1 },
    });
  });

  test("with its effects is of what it explains too, and of nothing else", () => {
    expect(acceptance(judged, decision, true).map(({ entry }) => entry.fingerprint)).toEqual([
      root,
      effect,
    ]);
    expect(
      acceptance(judged, { ...decision, fingerprint: effect }, true).map(
        ({ entry }) => entry.fingerprint,
      ),
    ).toEqual([effect]);
  });

  test("of what the run has not is refused, with the nearest one", () => {
    const mistyped = root.slice(0, -1) + (root.endsWith("0") ? "1" : "0");
    expect(() => acceptance(judged, { ...decision, fingerprint: mistyped }, false)).toThrow(
      `did you mean ${root}?`,
    );
    expect(() => acceptance(judged, { ...decision, fingerprint: "zzz" }, false)).toThrow(
      /has no finding zzz\.$/,
    );
    const fingerprint = "00000000000000aa";
    const noise = { fingerprint, kind: "value-drift" as const, method: "", path: "", reason: "" };
    expect(() =>
      acceptance({ ...judged, dismissed: [noise] }, { ...decision, fingerprint }, false),
    ).toThrow(/was taken for noise/);
  });
});

describe("a method", () => {
  test.each([
    ["eth_call", false, true],
    ["eth_sendRawTransaction", true, false],
    ["sendrawtransaction", true, false],
    ["sendTransaction", true, false],
    ["GET /v2/accounts/{principal}", false, true],
    ["POST /v2/transactions", true, false],
    ["starknet_unknown", false, false],
  ])("%s writes: %s, is known to only read: %s", (method, writes, reads) => {
    expect({ writes: isWrite(method), reads: onlyReads(method) }).toEqual({ writes, reads });
  });
});
