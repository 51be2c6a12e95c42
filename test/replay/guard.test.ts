import { describe, expect, test } from "vitest";
import { createGuard } from "../../src/replay/drive/guard.ts";

const LIMITS = { maxFailures: null, maxFailureRate: 0.02, maxSlowdown: 2 };

function feed(
  guard: ReturnType<typeof createGuard>,
  count: number,
  ms: number,
  failEvery = 0,
): void {
  for (let index = 1; index <= count; index++) {
    guard.observe("old", ms, failEvery > 0 && index % failEvery === 0);
  }
}

describe("the guard", () => {
  test("lets a calm run go on", () => {
    const guard = createGuard(LIMITS);
    feed(guard, 4_000, 30);
    expect(guard.advice()).toEqual({ do: "go" });
  });

  test("pauses on failures over 2 %, and stops when they stay", () => {
    const guard = createGuard(LIMITS);
    const advised: string[] = [];
    for (let window = 0; window < 4; window++) {
      feed(guard, 400, 30, 20);
      advised.push(guard.advice().do);
    }
    expect(advised).toEqual(["pause", "pause", "pause", "stop"]);
  });

  test("goes on when they went away", () => {
    const guard = createGuard(LIMITS);
    feed(guard, 400, 30, 20);
    expect(guard.advice().do).toBe("pause");
    feed(guard, 400, 30);
    expect(guard.advice().do).toBe("go");
  });

  test("pauses when old takes twice as long as at the start, but not within what is quick anyway", () => {
    const slow = createGuard(LIMITS);
    feed(slow, 400, 40);
    feed(slow, 400, 90);
    expect(slow.advice()).toMatchObject({ do: "pause", why: expect.stringContaining("2.3 times") });
    const quick = createGuard(LIMITS);
    feed(quick, 400, 1);
    feed(quick, 400, 20);
    expect(quick.advice().do).toBe("go");
  });

  test("ends after --max-failures", () => {
    const guard = createGuard({ ...LIMITS, maxFailures: 3 });
    feed(guard, 40, 30, 10);
    expect(guard.advice()).toMatchObject({ do: "stop", why: "more than 3 requests had no answer" });
  });

  test("ends when a side is gone", () => {
    const guard = createGuard(LIMITS);
    for (let index = 0; index < 60; index++) {
      guard.observe("old", 1, false);
      guard.observe("candidate", 1, true);
    }
    expect(guard.advice()).toMatchObject({ do: "stop", why: expect.stringMatching(/^candidate/) });
  });
});
