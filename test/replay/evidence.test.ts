import { describe, expect, test } from "vitest";
import type { Comparison } from "../../src/model/comparison.ts";
import type { Difference } from "../../src/model/difference.ts";
import { evidence } from "../../src/replay/afterwards/evidence.ts";
import { createKeptQuestions, type AskThoroughly } from "../../src/replay/compare/kept.ts";
import { comparisonOf } from "../support/comparison.ts";

function difference(pattern: string, kind: Difference["kind"] = "value-changed"): Difference {
  return { kind, path: pattern, pattern, old: "0x1", candidate: "0x2" };
}

function different(method: string, ...patterns: string[]): Comparison {
  const differences = patterns.map((pattern) => difference(pattern));
  return comparisonOf({ method, differences, confidence: "confirmed" });
}

/** Old did not repeat itself there. */
function noisy(method: string, pattern: string): Comparison {
  const unrepeated = [{ pattern, kind: "value-changed" as const }];
  return comparisonOf({ method, state: "same", differences: [], unrepeated });
}

const never: AskThoroughly = () => Promise.reject(new Error("asked"));

function answering(comparison: Comparison): { ask: AskThoroughly; times: () => number } {
  let times = 0;
  return {
    times: () => times,
    ask: async () => ({ comparison, sends: ++times }),
  };
}

async function shown(
  kept: ReturnType<typeof createKeptQuestions>,
  parts: Partial<Parameters<typeof evidence>[1]> = {},
): Promise<string[]> {
  const found: string[] = [];
  const options = { signal: new AbortController().signal, now: () => 0, note: () => {}, ...parts };
  for await (const { firm = [], sends, comparisons, beside } of evidence(
    kept.doubtful(),
    options,
  )) {
    expect([comparisons, beside]).toEqual([[], true]);
    found.push(`${firm.map(({ method, path }) => `${method} ${path}`).join(", ")} (${sends})`);
  }
  return found;
}

describe("kept questions", () => {
  test("are doubtful only where old did not repeat itself, in that kind, method and place", () => {
    const kept = createKeptQuestions();
    kept.confirmed(different("eth_call", "/result/a", "/result/b"), never);
    kept.confirmed(different("eth_getCode", "/result/a"), never);
    expect(kept.doubtful()).toEqual([]);
    kept.see(noisy("eth_call", "/result/b"));
    kept.see(noisy("eth_getCode", "/result/c"));
    expect(kept.doubtful().map(({ place }) => place)).toEqual([
      { method: "eth_call", path: "/result/b", kind: "value-changed" },
    ]);
  });

  test("count what a control excused as noise too, and nothing of noise kinds as a place", () => {
    const kept = createKeptQuestions();
    const drift = comparisonOf({
      method: "eth_call",
      differences: [difference("/result", "value-drift")],
    });
    kept.confirmed(drift, never);
    kept.see(noisy("eth_call", "/result"));
    expect(kept.doubtful()).toEqual([]);
    kept.confirmed(different("eth_call", "/result"), never);
    expect(kept.doubtful()).toHaveLength(1);
    const other = createKeptQuestions();
    other.confirmed(different("eth_call", "/result"), never);
    other.see(
      comparisonOf({ method: "eth_call", differences: [], excused: [difference("/result")] }),
    );
    expect(other.doubtful()).toHaveLength(1);
  });

  test("are five a place at most, and of 2,000 places", () => {
    const kept = createKeptQuestions();
    for (let call = 0; call < 9; call++) kept.confirmed(different("eth_call", "/result"), never);
    for (let place = 0; place < 2_100; place++) {
      kept.confirmed(different("eth_call", `/result/p${place}`), never);
      kept.see(noisy("eth_call", `/result/p${place}`));
    }
    kept.see(noisy("eth_call", "/result"));
    const doubtful = kept.doubtful();
    expect(doubtful).toHaveLength(1_999);
    const one = createKeptQuestions();
    for (let call = 0; call < 9; call++) one.confirmed(different("eth_call", "/result"), never);
    one.see(noisy("eth_call", "/result"));
    expect(one.doubtful()[0]?.questions).toHaveLength(5);
  });
});

describe("evidence", () => {
  test("ends with the first question that stands, and is of every place that it shows", async () => {
    const kept = createKeptQuestions();
    const wavers = answering({ ...different("eth_call", "/result"), confidence: "probable" });
    const agrees = answering(comparisonOf({ method: "eth_call", state: "same", differences: [] }));
    const stands = answering(different("eth_call", "/result", "/result/b"));
    const last = answering(different("eth_call", "/result"));
    for (const { ask } of [wavers, agrees, stands, last])
      kept.confirmed(different("eth_call", "/result"), ask);
    kept.confirmed(different("eth_call", "/result/b"), never);
    kept.see(noisy("eth_call", "/result"));
    kept.see(noisy("eth_call", "/result/b"));
    expect(await shown(kept)).toEqual(["eth_call /result, eth_call /result/b (3)"]);
    expect([wavers, agrees, stands, last].map(({ times }) => times())).toEqual([1, 1, 1, 0]);
  });

  test("is none where no question stands; what it cost is counted", async () => {
    const kept = createKeptQuestions();
    const agrees = answering(comparisonOf({ method: "eth_call", state: "same", differences: [] }));
    kept.confirmed(different("eth_call", "/result"), agrees.ask);
    kept.see(noisy("eth_call", "/result"));
    expect(await shown(kept)).toEqual([" (1)"]);
  });

  test("is sought for two minutes and at 500 places at most, and says what was left", async () => {
    const kept = createKeptQuestions();
    const notes: string[] = [];
    for (let place = 0; place < 502; place++) {
      const path = `/result/p${place}`;
      kept.confirmed(different("eth_call", path), answering(different("eth_call", path)).ask);
      kept.see(noisy("eth_call", path));
    }
    const note = (text: string): void => void notes.push(text);
    expect(await shown(kept, { note })).toHaveLength(500);
    let clock = 0;
    const now = (): number => (clock += 10_000);
    const late = await shown(kept, { note, now });
    expect(late.length).toBeGreaterThan(1);
    expect(late.length).toBeLessThan(10);
    expect(notes).toEqual([
      "2 noisy places had confirmed differences that were not asked for once more.",
      `${502 - late.length} noisy places had confirmed differences that were not asked for once more.`,
    ]);
  });

  test("is not sought by a run that is stopped, and nothing is said then", async () => {
    const kept = createKeptQuestions();
    kept.confirmed(different("eth_call", "/result"), never);
    kept.see(noisy("eth_call", "/result"));
    const notes: string[] = [];
    const note = (text: string): void => void notes.push(text);
    expect(await shown(kept, { signal: AbortSignal.abort(), note })).toEqual([]);
    expect(notes).toEqual([]);
  });
});
