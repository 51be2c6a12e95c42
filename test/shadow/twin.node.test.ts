import { expect, test } from "vitest";
import { movingTraffic } from "../../studies/replay-moving-heads.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { startAlteringProxy } from "../support/servers/altering-proxy.ts";
import { startMovingPair } from "../support/servers/moving-pair.ts";
import { findingsOf, shadowBetween, statesOf, type Shadowed } from "./support.ts";

const CALLS = 400;
const EVERY_MS = 8;
const BATCH_EACH = 10;

/** Traffic as it comes: a call each few milliseconds, whatever the answers take, and with some of them a batch of those before. */
async function passAll(
  shadowed: Shadowed,
  calls: readonly { readonly [key: string]: JsonValue }[],
): Promise<void> {
  const passing: Promise<void>[] = [];
  for (const [index, { method, params }] of calls.entries()) {
    passing.push(shadowed.pass(method as string, params as JsonValue[]));
    if (index % BATCH_EACH === BATCH_EACH - 1)
      passing.push(shadowed.passBatch(calls.slice(index - 3, index + 1)));
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  await Promise.all(passing);
  await shadowed.idle();
}

test("a node against its twin, heads moving each second and the candidate up to a block behind, is the same", async () => {
  const pair = await startMovingPair({
    seed: 5,
    blockMs: 1_000,
    reorgEvery: 0,
    reorgDepth: 0,
    mostBehind: 1,
  });
  const ending = new AbortController();
  try {
    const shadowed = await shadowBetween(pair.old.url, pair.candidate.url, { extraLoad: 0.1 });
    const moving = pair.run(ending.signal);
    await passAll(shadowed, movingTraffic(pair, CALLS));
    ending.abort();
    const { blocks } = await moving;
    const states = statesOf(shadowed.comparisons);
    const { extraRequests, liveRequests } = shadowed.shadow.status();
    expect(blocks).toBeGreaterThanOrEqual(3);
    expect(findingsOf(shadowed.comparisons)).toEqual([]);
    expect(states["same"]).toBeGreaterThan(CALLS * 0.9);
    // The share that is allowed, and what is saved up at the start.
    expect(extraRequests).toBeLessThanOrEqual(liveRequests * 0.1 + 25);
  } finally {
    ending.abort();
    await pair.stop();
  }
});

test("one answer of many that the candidate gives wrong is found, named and confirmed while heads move", async () => {
  const pair = await startMovingPair({
    seed: 6,
    blockMs: 1_000,
    reorgEvery: 0,
    reorgDepth: 0,
    mostBehind: 1,
  });
  // Wrong for one account only, and not in batches, of which the first answer would be altered.
  const wrong = pair.accounts[3] ?? "";
  const proxy = await startAlteringProxy(pair.candidate.url, (request, answer) =>
    request.startsWith("{") &&
    request.includes('"eth_getTransactionCount"') &&
    request.includes(wrong)
      ? answer.replace(/"result":"0x/, '"result":"0xf')
      : null,
  );
  const ending = new AbortController();
  try {
    const shadowed = await shadowBetween(pair.old.url, proxy.url, { extraLoad: 0.1 });
    const moving = pair.run(ending.signal);
    await passAll(shadowed, movingTraffic(pair, CALLS));
    ending.abort();
    await moving;
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed value-changed eth_getTransactionCount /result",
    ]);
  } finally {
    ending.abort();
    await proxy.close();
    await pair.stop();
  }
});
