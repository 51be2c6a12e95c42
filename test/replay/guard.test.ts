import { describe, expect, test } from "vitest";
import { createGuard } from "../../src/replay/drive/guard.ts";

const LIMITS = { concurrency: 16, maxFailures: null, maxFailureRate: 0.02, maxSlowdown: 2 };

function feed(
  guard: ReturnType<typeof createGuard>,
  count: number,
  ms: number,
  failEvery = 0,
  like = "eth_call",
): void {
  for (let index = 1; index <= count; index++) {
    const failure = failEvery > 0 && index % failEvery === 0 ? "unreachable" : null;
    guard.observe({ side: "old", like, ms, bytes: 100, timedOut: false, failure });
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
    feed(slow, 400, 80);
    feed(slow, 400, 180);
    expect(slow.advice()).toMatchObject({ do: "pause", why: expect.stringContaining("2.3 times") });
    const quick = createGuard(LIMITS);
    feed(quick, 400, 1);
    feed(quick, 400, 95);
    expect(quick.advice().do).toBe("go");
  });

  test("ends after --max-failures", () => {
    const guard = createGuard({ ...LIMITS, maxFailures: 3 });
    feed(guard, 40, 30, 10);
    expect(guard.advice()).toMatchObject({ do: "stop", why: "more than 3 requests had no answer" });
  });

  test("takes heavier traffic for no slowdown: it holds a method against itself", () => {
    const guard = createGuard(LIMITS);
    feed(guard, 400, 30, 0, "eth_chainId");
    feed(guard, 400, 300, 0, "debug_traceTransaction");
    feed(guard, 400, 3_000, 0, "debug_traceBlockByNumber");
    expect(guard.advice()).toEqual({ do: "go" });
    feed(guard, 400, 800, 0, "debug_traceTransaction");
    expect(guard.advice()).toMatchObject({
      do: "pause",
      why: "old takes 2.7 times as long for the same methods as at the start (candidate 1.0 times), most of all for debug_traceTransaction",
    });
  });

  test("asks less at once where both slow down alike: pauses would not help, and nothing ends", () => {
    const guard = createGuard(LIMITS);
    const advised: string[] = [];
    for (let window = 0; window < 12; window++) {
      for (let index = 0; index < 200; index++) {
        const ms = window < 2 ? 60 : 240;
        guard.observe({ ...ANSWER, side: "old", ms });
        guard.observe({ ...ANSWER, side: "candidate", ms: ms + 20 });
      }
      const advice = guard.advice();
      advised.push(advice.do === "slow-down" ? `to ${advice.to}` : advice.do);
    }
    const calm = ["go", "go"];
    expect(advised).toEqual([...calm, "to 8", "to 4", "to 2", "to 1", ...Array(6).fill("go")]);
  });

  test("pauses and ends where old alone slows down", () => {
    const guard = createGuard(LIMITS);
    const advised: string[] = [];
    for (let window = 0; window < 6; window++) {
      for (let index = 0; index < 200; index++) {
        guard.observe({ ...ANSWER, side: "old", ms: window < 2 ? 60 : 240 });
        guard.observe({ ...ANSWER, side: "candidate", ms: 80 });
      }
      advised.push(guard.advice().do);
    }
    expect(advised).toEqual(["go", "go", "pause", "pause", "pause", "stop"]);
  });

  test("does not hold our own looks at the chain against old", () => {
    const guard = createGuard(LIMITS);
    feed(guard, 400, 10, 0, "(look at the chain)");
    feed(guard, 4_000, 900, 0, "(look at the chain)");
    expect(guard.advice().do).toBe("go");
  });

  test("ends when a side is gone", () => {
    const guard = createGuard(LIMITS);
    for (let index = 0; index < 60; index++) {
      guard.observe({ ...ANSWER, side: "old" });
      guard.observe({ ...ANSWER, side: "candidate", failure: "unreachable" });
    }
    expect(guard.advice()).toEqual({
      do: "stop",
      why: "candidate gave no answer 60 times in a row; is it up, and does it stand --concurrency 16?",
    });
  });

  test("asks less at once of a side that runs out of time, and ends only when one at a time is too much", () => {
    const guard = createGuard(LIMITS);
    const advised: string[] = [];
    for (let index = 0; index < 12 * 4 + 60; index++) {
      guard.observe({ ...ANSWER, side: "candidate", failure: "timeout", timedOut: true });
      const advice = guard.advice();
      if (advice.do === "slow-down") advised.push(`to ${advice.to}`);
      else if (advice.do !== "go")
        advised.push(`${advice.do}: ${"why" in advice ? advice.why : ""}`);
    }
    expect(advised).toEqual([
      "to 8",
      "to 4",
      "to 2",
      "to 1",
      "stop: candidate ran out of time 60 times in a row, asked one at a time in the end; give it a longer --timeout",
    ]);
  });

  test("does not mind now and then a timeout", () => {
    const guard = createGuard(LIMITS);
    for (let index = 0; index < 200; index++) {
      guard.observe({ ...ANSWER, side: "candidate", timedOut: index % 5 === 0 });
      expect(guard.advice().do).toBe("go");
    }
  });
});

const ANSWER = {
  side: "old",
  like: "eth_call",
  ms: 1,
  bytes: 100,
  timedOut: false,
  failure: null,
} as const;
