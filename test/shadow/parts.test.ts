import { describe, expect, test } from "vitest";
import { createAdmission } from "../../src/shadow/admission.ts";
import type { HeadWatch } from "../../src/replay/heads/heads.ts";
import { createBudget } from "../../src/shadow/budget.ts";
import { createHeadHistory } from "../../src/shadow/heads.ts";
import { createLooks } from "../../src/shadow/looks.ts";
import { createPresence } from "../../src/shadow/presence.ts";
import { createCeiling } from "../../src/shadow/rate.ts";
import { createWorth } from "../../src/shadow/worth.ts";
import { comparisonOf } from "../support/comparison.ts";
import { exchangeOf } from "./support.ts";

describe("a sample", () => {
  const exchanges = Array.from({ length: 10_000 }, (_, id) =>
    exchangeOf(id, id, "{}", null, { customer: `cus_${id % 100}` }),
  );

  test("by call is a share of the calls", () => {
    const admit = createAdmission(0.05, "call", 1);
    const taken = exchanges.filter((exchange) => admit(exchange)).length;
    expect(taken).toBeGreaterThan(420);
    expect(taken).toBeLessThan(580);
  });

  test("by customer takes all calls of some customers and none of the others", () => {
    const admit = createAdmission(0.2, "customer", 1);
    const taken = exchanges.filter((exchange) => admit(exchange));
    const customers = new Set(taken.map(({ customer }) => customer));
    expect(customers.size).toBeGreaterThan(5);
    expect(customers.size).toBeLessThan(40);
    expect(taken).toHaveLength(customers.size * 100);
  });
});

describe("the budget of extra load", () => {
  test("allows a share of what passed, and never saves up without end", () => {
    const budget = createBudget(0.05);
    budget.live(100_000);
    expect(budget.allows(200)).toBe(true);
    expect(budget.allows(201)).toBe(false);
    expect(budget.allowsLooks(20)).toBe(true);
    expect(budget.allowsLooks(21)).toBe(false);
    expect(createBudget(0).allows(1)).toBe(false);
    expect(createBudget(0).allowsLooks(1)).toBe(false);
  });

  test("is kept by whoever asks only what it allows, what was advanced at the start included", () => {
    const budget = createBudget(0.05);
    for (let call = 0; call < 10_000; call++) {
      budget.live();
      if (budget.allowsLooks(1)) budget.spendLooks(1);
      if (budget.allows(3)) budget.spend(3);
    }
    expect(budget.extraRequests).toBeLessThanOrEqual(10_000 * 0.05);
    expect(budget.extraRequests).toBeGreaterThan(10_000 * 0.049);
  });

  test("is not begun upon twice by those that ask at once, and makes up for a search that took more than was saved", () => {
    const budget = createBudget(0.05);
    expect([budget.reserve(6), budget.reserve(6)]).toEqual([true, false]);
    budget.release(6);
    expect(budget.reserve(6)).toBe(true);
    budget.release(6);
    budget.spendLooks(40);
    expect(budget.allows(1)).toBe(false);
    budget.live(2_000);
    expect(budget.extraRequests).toBe(40);
    expect(budget.allows(10)).toBe(true);
  });
});

function head(number: number): { number: number; hash: string } {
  return { number, hash: `h${number}` };
}

test("heads are told as they were known at a moment", () => {
  const history = createHeadHistory();
  history.see({ old: head(1), candidate: head(1) }, 100);
  history.see({ old: head(2), candidate: head(1) }, 200);
  expect(history.asOf(99)).toEqual({ old: null, candidate: null });
  expect(history.asOf(199).old?.number).toBe(1);
  expect(history.asOf(200).old?.number).toBe(2);
  expect(history.latest().candidate?.number).toBe(1);
});

test("a candidate is gone after five silent answers in a row, and back with the first answer", () => {
  const told: boolean[] = [];
  const presence = createPresence((gone) => told.push(gone));
  for (let ask = 0; ask < 4; ask++) presence.see(false);
  presence.see(true);
  for (let ask = 0; ask < 4; ask++) presence.see(false);
  expect(presence.isGone).toBe(false);
  presence.see(false);
  presence.see(false);
  expect(presence.isGone).toBe(true);
  presence.see(true);
  expect(told).toEqual([true, false]);
});

test("a ceiling spaces starts evenly", () => {
  const ceiling = createCeiling(10);
  expect([0, 0, 0, 1_000].map((now) => ceiling.reserve(now))).toEqual([0, 100, 200, 0]);
  expect(createCeiling(null).reserve(5)).toBe(0);
});

test("what is new is settled first: a kind that was often asked about needs plenty to be there", () => {
  const worth = createWorth();
  const [old, other] = [comparisonOf(), comparisonOf({ method: "eth_getLogs" })];
  expect(worth.beyond([old])).toBe(0);
  for (let time = 0; time < 10; time++) worth.settled([old]);
  expect(worth.beyond([old])).toBeGreaterThan(20);
  expect(worth.beyond([other])).toBe(0);
  expect(worth.beyond([old, other])).toBe(0);
  for (let time = 0; time < 1_000; time++) worth.settled([old]);
  // What can be saved up at most is enough for it.
  expect(worth.beyond([old])).toBeLessThan(200);
  worth.forget();
  expect(worth.beyond([old])).toBe(0);
});

test("how far the candidate is behind is told of a look at both, however seldom old may be looked at", async () => {
  let moment = 100;
  const headOf = (): { number: number; hash: string } => head(moment);
  const heads = {
    head: () => headOf(),
    look: async (at: (view: number) => boolean = () => true) => {
      moment++;
      return [0, 1].map((view) => (at(view) ? headOf() : null));
    },
  } as unknown as HeadWatch;
  const budget = createBudget(0.05);
  budget.spendLooks(9);
  const looks = createLooks({ heads, history: createHeadHistory(), budget, now: () => 0 });
  const ending = new AbortController();
  const running = looks.run(ending.signal);
  const seen = await looks.look();
  expect(seen.old?.number).toBe(seen.candidate?.number);
  budget.spendLooks(1);
  // Nothing is left: the next look is at the candidate alone.
  expect(await looks.look()).toEqual({ old: null, candidate: head(moment) });
  expect(looks.together()).toEqual(seen);
  ending.abort();
  await running;
});
