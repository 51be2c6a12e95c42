import { expect, onTestFinished, test } from "vitest";
import { parseJudging } from "../../src/config/judging.ts";
import { judge } from "../../src/judge/judge.ts";
import { openLiveStore } from "../../src/runs/windows/live-store.ts";
import { readWindow } from "../../src/runs/windows/read.ts";
import { startFakeNode, type FakeNode } from "../support/servers/fake-node.ts";
import { buildFacts } from "../support/facts.ts";
import { temporaryFolder } from "../support/folder.ts";
import { shadowBetween, statesOf, type Shadowed } from "./support.ts";

const SLOW = "eth_getBalance";
const CALLS = 80;

/** Answers one method late. */
async function slowNode(lateMs: number): Promise<FakeNode> {
  const node = await startFakeNode({
    respond: (body) =>
      new Promise((resolve) => {
        setTimeout(() => resolve(false), body.includes(SLOW) ? lateMs : 0);
      }),
  });
  onTestFinished(() => node.close());
  return node;
}

/** Kinds of what is found in the last hour of a live run of these comparisons. */
function found({ comparisons }: Shadowed): string[] {
  const folder = temporaryFolder();
  const store = openLiveStore(folder, buildFacts([]).header, () => Date.now());
  for (const [index, comparison] of comparisons.entries())
    store.add({ key: `live:${index}`, comparisons: [comparison], sends: 1 });
  store.flush({});
  store.close();
  const { facts } = readWindow(folder, Date.now() - 3_600_000);
  const { findings } = judge(facts, parseJudging({}), [], new Date());
  return findings.map(({ kind, method }) => `${kind} ${method}`);
}

/** Two at once, as many as are timed at once. */
async function compareAll(lateMs: number): Promise<Shadowed> {
  const [old, candidate] = [await slowNode(0), await slowNode(lateMs)];
  const shadowed = await shadowBetween(old.url, candidate.url, { extraLoad: 1 });
  for (let call = 0; call < CALLS; call += 2) {
    // Traffic of others earns what it costs old to be timed.
    for (let other = 0; other < 20; other++) shadowed.shadow.pass();
    await shadowed.pass(SLOW, ["0x01", "0x5"]);
    await shadowed.pass(SLOW, ["0x02", "0x5"]);
    await shadowed.idle();
  }
  return shadowed;
}

function timed({ comparisons }: Shadowed): number {
  return comparisons.filter(({ latencyMs }) => latencyMs !== null).length;
}

test("a method that the candidate answers more slowly is found, by asking both at one moment", async () => {
  const shadowed = await compareAll(200);
  expect(statesOf(shadowed.comparisons)).toEqual({ same: CALLS });
  expect(found(shadowed)).toEqual([`latency-regression ${SLOW}`]);
}, 120_000);

test("a twin is timed as well", async () => {
  const shadowed = await compareAll(0);
  expect(timed(shadowed)).toBeGreaterThan(40);
  expect(statesOf(shadowed.comparisons)).toEqual({ same: CALLS });
}, 120_000);

test("without budget for it nothing is timed", async () => {
  const [old, candidate] = [await slowNode(0), await slowNode(0)];
  const shadowed = await shadowBetween(old.url, candidate.url, { extraLoad: 0 });
  for (let call = 0; call < 20; call++) await shadowed.pass(SLOW, ["0x01", "0x5"]);
  await shadowed.idle();
  expect(timed(shadowed)).toBe(0);
  expect(old.asked.filter(({ method }) => method === SLOW)).toHaveLength(20);
});
