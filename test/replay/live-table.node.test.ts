import { describe, expect, onTestFinished, test } from "vitest";
import { callOfEach } from "../../studies/support/mixed-traffic.ts";
import { alterer, tableOf, type TableCase } from "../../studies/support/live-table.ts";
import { seeded } from "../../studies/support/random.ts";
import { startAlteringProxy } from "../support/servers/altering-proxy.ts";
import { startMovingPair, type MovingPair } from "../support/servers/moving-pair.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { answered, call, exchangeOf, replayTo, said } from "./support.ts";

async function pairOfNodes(): Promise<MovingPair> {
  const parts = { seed: 5, blockMs: 150, reorgEvery: 0, reorgDepth: 0, mostBehind: 2 };
  const pair = await startMovingPair(parts);
  onTestFinished(() => pair.stop());
  return pair;
}

describe("every method of a real node, replayed live", () => {
  test("is never the same when a proxy alters its answer in a way that breaks a client", async () => {
    const { old } = await pairOfNodes();
    const cases = await tableOf(old.url, await callOfEach(old.url, seeded(9)));
    const proxy = await startAlteringProxy(old.url, alterer(cases));
    onTestFinished(() => proxy.close());
    const { results } = await replayTo(
      cases.map(({ request }, id) => exchangeOf(id, request)),
      old.url,
      proxy.url,
      { confirm: 1 },
    );
    const became = new Map(results.map(({ key, comparisons }) => [key, comparisons]));
    const hidden = cases.flatMap(({ method, what }, id) => {
      const [one] = became.get(`memory:${id}`) ?? [];
      const { state = "not replayed", reason = null } = one ?? {};
      return state === "different" ? [] : [`${method} ${what}: ${state} ${reason ?? ""}`];
    });
    expect(cases.length).toBeGreaterThan(300);
    // Whose accounts a node holds is its own affair, and it may hold none.
    expect(hidden).toEqual(["eth_accounts emptied : uncomparable nothing-to-compare"]);
  });

  test("what its filters give is never the same when it is altered", async () => {
    const { old, contract } = await pairOfNodes();
    const cases = await filterCases(old.url, contract);
    const proxy = await startAlteringProxy(old.url, alterer(cases));
    onTestFinished(() => proxy.close());
    const opened = call("eth_newFilter", [{ fromBlock: "0x0", address: contract }], 1);
    const { results } = await replayTo(
      cases.flatMap(({ request }, id) => [
        // Each case has a filter of its own: what it gives is given once.
        exchangeOf(2 * id, opened, answered(`0xf${id}`)),
        exchangeOf(2 * id + 1, { ...request, params: [`0xf${id}`] }),
      ]),
      old.url,
      proxy.url,
      { confirm: 1 },
    );
    const states = results.map(({ comparisons }) => comparisons.map(said));
    const same = states.flat().filter((text) => !text.startsWith("eth_newFilter: same"));
    expect(states).toHaveLength(2 * cases.length);
    expect(same.filter((text) => !text.includes("("))).toEqual([]);
  });

  test("shows nothing against itself while its head moves", async () => {
    const pair = await pairOfNodes();
    const ending = new AbortController();
    const moving = pair.run(ending.signal);
    const calls = [1, 2, 3].map((seed) => callOfEach(pair.old.url, seeded(seed)));
    const traffic = (await Promise.all(calls)).flat();
    const { comparisons } = await replayTo(
      traffic.map((request, id) => exchangeOf(id, request)),
      pair.old.url,
      pair.old.url,
      { ratePerSecond: 80 },
    );
    ending.abort();
    expect((await moving).blocks).toBeGreaterThan(5);
    const different = comparisons.filter(
      ({ state, confidence }) => state === "different" && confidence !== "flaky",
    );
    expect(different.map(said)).toEqual([]);
  });
});

/** Alterations of what `eth_getFilterLogs` and `eth_getFilterChanges` give, with the ids that the requests will have. */
async function filterCases(url: string, contract: string): Promise<TableCase[]> {
  const logs = await tableOf(url, [
    call("eth_getLogs", [{ fromBlock: "0x0", address: contract }]) as JsonObject,
  ]);
  const ofLogs = logs.map((one): TableCase => {
    const request: JsonObject = { ...one.request, method: "eth_getFilterLogs" };
    return { ...one, method: "eth_getFilterLogs", request };
  });
  const ofChanges = ["null", "error"].map((what, index): TableCase => {
    const id = 1_000_000 + logs.length + index;
    const request = call("eth_getFilterChanges", [], id) as JsonObject;
    return { method: "eth_getFilterChanges", what, request };
  });
  return [...ofLogs, ...ofChanges];
}
