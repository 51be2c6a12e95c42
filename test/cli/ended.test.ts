import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { ended } from "../../src/cli/ended.ts";

test("a duration that is longer than a timer takes is waited for in several", async () => {
  const from = performance.now();
  await ended(new AbortController().signal, 40, 7);
  expect(performance.now() - from).toBeGreaterThanOrEqual(39);
});

test("without a duration only the signal ends it, however many timers that takes", async () => {
  const stop = new AbortController();
  let isOver = false;
  const over = ended(stop.signal, undefined, 1).then(() => (isOver = true));
  const from = performance.now();
  while (performance.now() - from < 30) await turn();
  expect(isOver).toBe(false);
  stop.abort();
  await over;
  expect(isOver).toBe(true);
});

test("a signal that came before ends it at once", async () => {
  await expect(ended(AbortSignal.abort(), undefined)).resolves.toBeUndefined();
});
