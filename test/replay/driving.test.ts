import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Fork } from "../../src/replay/heads/pinning.ts";
import { chainSplitResult } from "../../src/replay/heads/split-result.ts";
import { createChannel } from "../../src/replay/drive/channel.ts";
import { createPace } from "../../src/replay/drive/pace.ts";
import { pause } from "../../src/pause.ts";
import { createPool } from "../../src/replay/drive/pool.ts";
import { createWatchdog, stillAfterMs, type Watchdog } from "../../src/replay/drive/watchdog.ts";
import { hashOf } from "../../src/replay/ask/seed.ts";
import { joinHeaders } from "../../src/replay/send/answer.ts";
import { createDeadlines } from "../../src/replay/send/deadlines.ts";
import { createGate } from "../../src/replay/send/gate.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What has been settled so far, of promises by name. */
function settledOf(promises: Readonly<Record<string, Promise<unknown> | null>>): string[] {
  const settled: string[] = [];
  for (const [name, promise] of Object.entries(promises))
    void promise?.then(() => settled.push(name));
  return settled;
}

const quiet = new AbortController().signal;

const body = (bytes: Buffer | null | undefined): unknown => JSON.parse(bytes?.toString() ?? "");

const watch = (isHeld = () => false): { dog: Watchdog<string>; told: string[][] } => {
  const told: string[][] = [];
  const onStall = (what: readonly string[]): void => void told.push([...what]);
  return { dog: createWatchdog({ stillMs: 1_000, isHeld, onStall }), told };
};

const answer = (hash: string, commonAncestor: unknown): unknown => ({
  jsonrpc: "2.0",
  id: 1,
  result: { number: 95, hash, commonAncestor },
});

const shown = (given: Fork, split: number): unknown => {
  const { comparisons, key, beside, sends } = chainSplitResult(given, split, 7);
  const [one] = comparisons;
  return {
    about: [key, beside, sends, comparisons.length, one?.confidence, one?.weight, one?.at],
    request: body(one?.pair?.request),
    differences: one?.differences.map(({ old, candidate }) => [old, candidate]),
    targets: one?.targets,
    old: body(one?.pair?.old.body),
    candidate: body(one?.pair?.candidate.body),
  };
};

describe("a pause", () => {
  test("ends with its time, or at once with the run", async () => {
    const ending = new AbortController();
    const settled = settledOf({
      short: pause(10, ending.signal),
      long: pause(1_000, ending.signal),
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(settled).toEqual(["short"]);
    ending.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toEqual(["short", "long"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("of a run that has ended is none", async () => {
    const settled = settledOf({ none: pause(1_000, AbortSignal.abort()) });
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toEqual(["none"]);
  });
});

describe("the pace", () => {
  const NONE = { ratePerSecond: null, speed: null, signal: quiet };

  test("without a rate or a speed is the targets'", () => {
    const pace = createPace(NONE);
    expect([pace.due(0), pace.due(9_999_999), pace.lateness()]).toEqual([null, null, null]);
  });

  test("of a rate starts one each share of a second, whatever the recorded times", async () => {
    const pace = createPace({ ...NONE, ratePerSecond: 10 });
    expect(pace.due(5)).toBeNull();
    const settled = settledOf({ second: pace.due(5), third: pace.due(900_000) });
    await vi.advanceTimersByTimeAsync(100);
    expect(settled).toEqual(["second"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(settled).toEqual(["second", "third"]);
  });

  test("of a speed keeps the recorded distances, so many times faster; earlier than the first is now", async () => {
    const pace = createPace({ ...NONE, speed: 2 });
    expect([pace.due(10_000), pace.due(9_000)]).toEqual([null, null]);
    const settled = settledOf({ later: pace.due(10_400) });
    await vi.advanceTimersByTimeAsync(199);
    expect(settled).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toEqual(["later"]);
  });

  test("says how late starts came: at most, and on average", async () => {
    const pace = createPace({ ...NONE, ratePerSecond: 10 });
    expect(pace.lateness()).toBeNull();
    void pace.due(0);
    await vi.advanceTimersByTimeAsync(30);
    pace.started();
    void pace.due(0);
    await vi.advanceTimersByTimeAsync(80);
    pace.started();
    // Due at 0 and 100, started at 30 and 110.
    expect(pace.lateness()).toEqual({ mostMs: 30, meanMs: 20 });
    void pace.due(0);
    pace.started();
    // Early is not late: due at 200, started at 110.
    expect(pace.lateness()).toEqual({ mostMs: 30, meanMs: 40 / 3 });
  });
});

describe("a pool", () => {
  test("gives each thing to one user at a time, waiters in their order", async () => {
    const pool = createPool(["a", "b"]);
    expect([pool.takeFree(), pool.takeFree(), pool.takeFree()]).toEqual(["b", "a", undefined]);
    const [first, second] = [pool.take(), pool.take()];
    const settled = settledOf({ idle: pool.idle() });
    pool.give("b");
    pool.give("a");
    expect([await first, await second]).toEqual(["b", "a"]);
    pool.give("a");
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toEqual([]);
    pool.give("b");
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toEqual(["idle"]);
    expect(await pool.take()).toBe("b");
    pool.give("b");
    await pool.idle();
  });
});

describe("a channel", () => {
  test("gives what was pushed in order, and its error after the last", async () => {
    const channel = createChannel<number>();
    channel.push(1);
    channel.push(2);
    channel.end(new Error("late"));
    channel.end(new Error("later"));
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const batch of channel) seen.push(...batch);
      })(),
    ).rejects.toThrow("late");
    expect(seen).toEqual([1, 2]);
  });

  test("wakes a reader that waits, and ends without an error", async () => {
    const channel = createChannel<number>();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of channel) seen.push(...batch);
    })();
    for (const item of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(0);
      channel.push(item);
    }
    channel.end();
    await reading;
    expect(seen).toEqual([1, 2, 3]);
  });

  test("has room for 512, then makes its writers wait for the reader", async () => {
    const channel = createChannel<number>();
    for (let item = 0; item < 511; item++) channel.push(item);
    expect(channel.isFull()).toBe(false);
    await channel.room();
    channel.push(511);
    expect(channel.isFull()).toBe(true);
    const settled = settledOf({ room: channel.room() });
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toEqual([]);
    const reader = channel[Symbol.asyncIterator]();
    await reader.next();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toEqual(["room"]);
  });
});

describe("the gate", () => {
  test("lets one go alone: after those under way, before those that come", async () => {
    const gate = createGate();
    expect(gate.closed()).toBeNull();
    gate.enter();
    gate.enter();
    const work = Promise.withResolvers<string>();
    const alone = gate.alone(() => work.promise);
    await vi.advanceTimersByTimeAsync(0);
    const settled = settledOf({ alone, opened: gate.closed() });
    gate.leave();
    work.resolve("done");
    await vi.advanceTimersByTimeAsync(0);
    // One is under way still.
    expect(settled).toEqual([]);
    gate.leave();
    expect(await alone).toBe("done");
    expect(gate.closed()).toBeNull();
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).toHaveLength(2);
  });

  test("opens again after what fails, and the next one goes", async () => {
    const gate = createGate();
    const failing = gate.alone(() => Promise.reject(new Error("no")));
    const next = gate.alone(async () => "next");
    await expect(failing).rejects.toThrow("no");
    expect(await next).toBe("next");
    expect(gate.closed()).toBeNull();
  });
});

describe("deadlines", () => {
  test("are looked at every 20 ms until they are forgotten or closed", async () => {
    const deadlines = createDeadlines();
    let looks = 0;
    const bounded = { expire: () => void looks++ };
    deadlines.watch(bounded);
    await vi.advanceTimersByTimeAsync(60);
    expect(looks).toBe(3);
    deadlines.forget(bounded);
    await vi.advanceTimersByTimeAsync(60);
    expect(looks).toBe(3);
    deadlines.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the watchdog", () => {
  test("tells once what was under way when nothing came", async () => {
    const { dog, told } = watch();
    dog.begin("a");
    dog.begin("b");
    await vi.advanceTimersByTimeAsync(900);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([["a", "b"]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("minds no idle run, no answers, and no holding up by intent", async () => {
    const { dog, told } = watch();
    await vi.advanceTimersByTimeAsync(5_000);
    dog.begin("a");
    for (let beat = 0; beat < 5; beat++) {
      await vi.advanceTimersByTimeAsync(800);
      dog.alive();
    }
    dog.end("a");
    await vi.advanceTimersByTimeAsync(5_000);
    const held = watch(() => true);
    held.dog.begin("b");
    await vi.advanceTimersByTimeAsync(5_000);
    expect([told, held.told]).toEqual([[], []]);
    dog.close();
    held.dog.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("gives one that ended beside another its time anew", async () => {
    const { dog, told } = watch();
    dog.begin("a");
    dog.begin("b");
    await vi.advanceTimersByTimeAsync(900);
    dog.end("a");
    await vi.advanceTimersByTimeAsync(900);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(told).toEqual([["b"]]);
    dog.close();
  });

  test("waits ten timeouts, and half a minute at least", () => {
    expect([100, 3_000, 10_000].map(stillAfterMs)).toEqual([30_000, 30_000, 100_000]);
  });
});

describe("a chain split as a result", () => {
  const fork: Fork = {
    ancestor: { number: 94, hash: "0x94" },
    height: 95,
    hashes: ["0xa", "0xa", "0xa", "0xb"],
    common: 100,
    commonHashes: [],
    finalized: 90,
  };

  test("names the first candidate that stands on another block, the ancestor and the request", () => {
    expect(shown(fork, 2)).toEqual({
      about: ["chain-split", true, 0, 1, "confirmed", 1, 7],
      request: { jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["0x5f", false] },
      differences: [["0xa", "0xb"]],
      targets: { old: 0, candidate: 1 },
      old: answer("0xa", { number: 94, hash: "0x94" }),
      candidate: answer("0xb", { number: 94, hash: "0x94" }),
    });
  });

  test("among old's own targets is shown with the first candidate, without an ancestor as null", () => {
    const own = { ...fork, hashes: ["0xa", "0xb", "0xa"], ancestor: null };
    expect(shown(own, 2)).toMatchObject({
      differences: [["0xa", "0xa"]],
      targets: { candidate: 0 },
      old: answer("0xa", null),
    });
  });
});

test("headers are one text each; what has none is left out", () => {
  const plain = { a: "1", b: "2" };
  expect(joinHeaders(plain)).toBe(plain);
  expect(joinHeaders({ a: ["1", "2"], b: "3", c: undefined })).toEqual({ a: "1, 2", b: "3" });
});

test("a seed spreads keys evenly, alike each time, and another seed otherwise", () => {
  const keys = Array.from({ length: 2_000 }, (_, id) => `recording:${id}`);
  const choices = (seed: number): number[] => keys.map((key) => hashOf(key, seed) % 4);
  for (const seed of [1, 2, 99]) {
    const counts = [0, 1, 2, 3].map(
      (target) => choices(seed).filter((one) => one === target).length,
    );
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100);
    const high = keys.filter((key) => hashOf(key, seed) < 2 ** 31).length;
    expect(Math.abs(high - 1_000)).toBeLessThan(150);
  }
  expect(choices(1)).toEqual(choices(1));
  expect(choices(1)).not.toEqual(choices(2));
});
