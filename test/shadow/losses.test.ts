import { expect, test } from "vitest";
import { count, EMPTY_LEDGER, hear, pendingOf, reconcile } from "../../src/shadow/losses.ts";

test("what arrived is compared, lost by reason, or under way, over restarts of both processes", () => {
  let ledger = hear(EMPTY_LEDGER, { process: "a", arrived: 100, dropped: { "queue-full": 3 } });
  ledger = count(ledger, 80, new Map([["too-old", 2]]));
  expect(pendingOf(ledger)).toBe(15);
  // The same process goes on counting; another one begins at zero.
  ledger = hear(ledger, { process: "a", arrived: 120, dropped: { "queue-full": 4 } });
  expect(ledger).toMatchObject({ seen: 120, dropped: { "queue-full": 4 } });
  ledger = hear(ledger, { process: "b", arrived: 5, dropped: {} });
  expect(ledger.seen).toBe(125);
  expect(pendingOf(ledger)).toBe(39);
});

test("a comparer that ended takes with it what it had in hand, and no more than that", () => {
  const before = count(
    hear(EMPTY_LEDGER, { process: "a", arrived: 10, dropped: {} }),
    4,
    new Map<string, number>(),
  );
  let ledger = reconcile(before, 0);
  expect(ledger.dropped).toEqual({ "comparer-restarted": 6 });
  // Two of them were not in its hands after all: they came to the next one.
  ledger = count(ledger, 2, new Map());
  expect(reconcile(ledger, 0)).toMatchObject({
    seen: 10,
    compared: 6,
    dropped: { "comparer-restarted": 4 },
  });
});
