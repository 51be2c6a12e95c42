import { assert as check, boolean, constantFrom, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, type DecidePolicy, type Sight } from "../../src/rollout/decide/decide.ts";
import { shareOf, weightsFor } from "../../src/rollout/decide/weights.ts";

const POLICY: DecidePolicy = {
  onFail: "back",
  onInconclusive: "hold",
  onBlind: "back",
  blindAfterMs: 60_000,
  errorRate: 0.005,
};

function sight(more: Partial<Sight> = {}): Sight {
  const counts = { requests: 1_000, errors: 1 };
  const engine = { weight: 5, old: counts, candidate: counts, candidatesUp: 3 };
  return { verdict: "pass", reason: "r", blindMs: 0, engine, leftMs: 0, ...more };
}

const engine = { weight: 5, old: { requests: 1_000, errors: 1 }, candidatesUp: 3 };

const ROWS: readonly (readonly [string, Partial<Sight>, Partial<DecidePolicy>, string])[] = [
  ["a pass at the end goes on", {}, {}, "next"],
  ["a pass before the end waits", { leftMs: 1 }, {}, "wait"],
  ["a fail goes back, whatever time is left", { verdict: "fail", leftMs: 9e9 }, {}, "back"],
  ["a fail pauses where a team wants it so", { verdict: "fail" }, { onFail: "pause" }, "pause"],
  ["inconclusive at the end holds", { verdict: "inconclusive" }, {}, "hold"],
  ["inconclusive before the end waits", { verdict: "inconclusive", leftMs: 1 }, {}, "wait"],
  [
    "inconclusive goes back where a team wants it so",
    { verdict: "inconclusive" },
    { onInconclusive: "back" },
    "back",
  ],
  ["blind for a moment holds", { verdict: "blind", blindMs: 1_000 }, {}, "hold"],
  ["blind for too long goes back", { verdict: "blind", blindMs: 60_001, leftMs: 9e9 }, {}, "back"],
  [
    "blind for too long holds where a team wants it so",
    { verdict: "blind", blindMs: 60_001 },
    { onBlind: "hold" },
    "hold",
  ],
  ["no engine at the end holds", { engine: null, blindMs: 1 }, {}, "hold"],
  ["no new server up goes back", { engine: { ...sight().engine!, candidatesUp: 0 } }, {}, "back"],
  [
    "new servers that err more go back",
    { engine: { ...engine, candidate: { requests: 1_000, errors: 60 } }, leftMs: 1 },
    {},
    "back",
  ],
  [
    "one error of four proves nothing",
    { engine: { ...engine, candidate: { requests: 4, errors: 1 } } },
    {},
    "next",
  ],
  [
    "counters that were reset say nothing",
    { engine: { ...engine, candidate: { requests: -5, errors: -1 } } },
    {},
    "next",
  ],
];

describe("a moment of a roll-out", () => {
  test.each(ROWS)("%s", (_, given, policy, act) => {
    expect(decide(sight(given), { ...POLICY, ...policy }).act).toBe(act);
  });

  test("nothing but a pass with sight at the end goes on", () => {
    check(
      property(
        constantFrom("pass", "fail", "inconclusive", "blind" as const),
        nat(100_000),
        integer({ min: -1_000, max: 1_000 }),
        boolean(),
        (verdict, blindMs, leftMs, seen) => {
          const given = sight({ verdict, blindMs, leftMs, ...(seen ? {} : { engine: null }) });
          const goesOn = decide(given, POLICY).act === "next";
          return !goesOn || (verdict === "pass" && leftMs <= 0 && seen && blindMs <= 60_000);
        },
      ),
    );
  });
});

/** The least distance from the share that any two weights of HAProxy's have. */
function nearest(share: number, servers: { old: number; candidate: number }): number {
  let best = 100;
  for (let old = 1; old <= 256; old += 1)
    for (let candidate = 1; candidate <= 256; candidate += 1)
      best = Math.min(best, Math.abs(shareOf({ old, candidate }, servers) - share));
  return best;
}

describe("weights for a share", () => {
  test.each([
    [0, 3, 3, { old: 256, candidate: 0 }],
    [100, 3, 3, { old: 0, candidate: 256 }],
    [50, 3, 3, { old: 256, candidate: 256 }],
    [1, 3, 3, { old: 198, candidate: 2 }],
  ])("%d %% on %d old and %d new servers", (share, old, candidate, weights) => {
    expect(weightsFor(share, { old, candidate })).toEqual(weights);
  });

  test("are whole numbers that HAProxy takes, as near to the share as they can be", () => {
    check(
      property(
        integer({ min: 1, max: 99 }),
        integer({ min: 1, max: 20 }),
        integer({ min: 1, max: 20 }),
        (share, old, candidate) => {
          const servers = { old, candidate };
          const weights = weightsFor(share, servers);
          const whole = [weights.old, weights.candidate].every(
            (weight) => Number.isInteger(weight) && weight >= 1 && weight <= 256,
          );
          return (
            whole && Math.abs(shareOf(weights, servers) - share) <= nearest(share, servers) + 1e-6
          );
        },
      ),
    );
  });
});
