import { describe, expect, test } from "vitest";
import { describe as line } from "../../src/cli/progress.ts";
import { createLagWatch, headsApart, lagText } from "../../src/replay/heads/lag.ts";

const LEVEL = { old: 100, candidate: 100 };

describe("where both sides stand", () => {
  test.each([
    [LEVEL, null],
    [{ old: 181, candidate: 7 }, "candidate stands at block 7, 174 blocks behind old"],
    [{ old: 99, candidate: 100 }, "old stands at block 99, 1 block behind candidate"],
    [{ old: null, candidate: 100 }, null],
  ])("%j", (standing, text) => {
    expect(lagText(standing)).toBe(text);
  });

  test("is a fact of the run from three blocks on", () => {
    expect(headsApart({ old: 100, candidate: 98 }, "")).toEqual([]);
    expect(headsApart({ old: 54, candidate: 44 }, " at worst")).toEqual([
      {
        capability: "head",
        old: 54,
        candidate: 44,
        effect:
          "candidate stands at block 44, 10 blocks behind old at worst: what it lacks is uncomparable (node-behind)",
      },
    ]);
  });
});

function behind(blocks: number): { old: number; candidate: number } {
  return { old: 1_000, candidate: 1_000 - blocks };
}

describe("a side that is behind", () => {
  test("is said once, and stops the run when it comes no nearer", () => {
    const watch = createLagWatch({ blocks: 64, forMs: 60_000 });
    expect(watch.see(behind(63), 0)).toBeNull();
    expect(watch.see(behind(64), 1_000)).toMatchObject({ do: "say" });
    expect(watch.see(behind(70), 60_000)).toBeNull();
    expect(watch.see(behind(80), 61_000)).toEqual({
      do: "stop",
      text: "candidate stands at block 920, 80 blocks behind old, and came no nearer for 1 min",
    });
  });

  test("is waited for while it catches up", () => {
    const watch = createLagWatch({ blocks: 64, forMs: 60_000 });
    for (let second = 0; second < 600; second += 30) {
      expect(watch.see(behind(900 - second), second * 1_000)?.do ?? "go on").not.toBe("stop");
    }
  });

  test("begins anew once it was level", () => {
    const watch = createLagWatch({ blocks: 64, forMs: 60_000 });
    watch.see(behind(100), 0);
    watch.see(LEVEL, 50_000);
    expect(watch.see(behind(100), 70_000)).toMatchObject({ do: "say" });
    expect(watch.see({ old: null, candidate: 1 }, 200_000)).toBeNull();
  });
});

describe("the line of progress", () => {
  const progress = { exchanges: 81, resumed: 80, calls: 1, different: 0, uncomparable: 0 };

  test("counts what was done before a resumption, but not its time", () => {
    expect(line(progress, { total: 100, seconds: 2, standing: LEVEL }).join(", ")).toBe(
      "81 of 100 exchanges, 1 pairs/s, 0 differ, 0 uncomparable, 38 s left",
    );
  });

  test("says who is behind", () => {
    const standing = { old: 20, candidate: 8 };
    expect(line(progress, { total: 100, seconds: 2, standing }).join(", ")).toContain(
      ", candidate stands at block 8, 12 blocks behind old",
    );
  });
});
