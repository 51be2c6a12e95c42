import { describe, expect, test } from "vitest";
import { createSpeed, type Speed } from "../../src/replay/drive/speed.ts";

interface Seen {
  readonly like?: string;
  readonly ms: number;
  readonly bytes?: number;
}

function feed(speed: Speed, count: number, { like = "eth_call", ms, bytes = 100 }: Seen): void {
  const rest = { side: "old", timedOut: false, failure: null } as const;
  for (let index = 0; index < count; index++) speed.add({ ...rest, like, ms, bytes });
}

describe("a side's speed", () => {
  test("is held against the median of a likeness's first 20 answers", () => {
    const speed = createSpeed();
    feed(speed, 9, { ms: 1 });
    feed(speed, 11, { ms: 200 });
    feed(speed, 60, { ms: 500 });
    expect(speed.ofWindow()).toEqual({ factor: 2.5, worst: "eth_call" });
  });

  test("is said of 50 answers that can be compared, and of each window anew", () => {
    const speed = createSpeed();
    feed(speed, 20 + 49, { ms: 200 });
    feed(speed, 0, { ms: 0 });
    expect(speed.ofWindow()).toEqual({ factor: 1, worst: "" });
    feed(speed, 49, { ms: 900 });
    expect(speed.ofWindow().factor).toBe(1);
    feed(speed, 50, { ms: 900 });
    expect(speed.ofWindow().factor).toBe(4.5);
    feed(speed, 50, { ms: 200 });
    expect(speed.ofWindow().factor).toBe(1);
  });

  test.each([
    [100, 1],
    [101, 10.1],
  ])(
    "answers of %i ms after 10 are %d times as slow: what is quick anyway is none",
    (ms, factor) => {
      const speed = createSpeed();
      feed(speed, 20, { ms: 10 });
      feed(speed, 60, { ms });
      expect(speed.ofWindow().factor).toBeCloseTo(factor, 5);
    },
  );

  test("that grew is told as such", () => {
    const speed = createSpeed();
    feed(speed, 20, { ms: 400 });
    feed(speed, 60, { ms: 200 });
    expect(speed.ofWindow().factor).toBe(0.5);
  });

  test("holds no answer below a millisecond for the measure of others", () => {
    const speed = createSpeed();
    feed(speed, 20, { ms: 0.01 });
    feed(speed, 60, { ms: 200 });
    expect(speed.ofWindow().factor).toBe(200);
  });

  test("keeps answers of other sizes apart, and names what is slowed down most", () => {
    const speed = createSpeed();
    feed(speed, 20, { ms: 100, bytes: 100 });
    feed(speed, 60, { ms: 900, bytes: 100_000 });
    feed(speed, 60, { like: "eth_getLogs", ms: 150 });
    feed(speed, 70, { like: "eth_getLogs", ms: 450 });
    feed(speed, 80, { ms: 110, bytes: 110 });
    const { factor, worst } = speed.ofWindow();
    expect(worst).toBe("eth_getLogs");
    expect(factor).toBeCloseTo(1.1, 5);
  });

  test("watches a thousand likenesses and no more", () => {
    const speed = createSpeed();
    for (let odd = 0; odd < 1_000; odd++) feed(speed, 1, { like: `odd_${odd}`, ms: 200 });
    feed(speed, 200, { ms: 200 });
    feed(speed, 200, { ms: 900 });
    expect(speed.ofWindow()).toEqual({ factor: 1, worst: "" });
  });
});
