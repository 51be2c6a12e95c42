import { expect, onTestFinished, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import { openWorkshop } from "../../studies/support/replaying.ts";
import { movingTraffic } from "../../studies/replay-moving-heads.ts";
import { startAlteringProxy } from "../support/servers/altering-proxy.ts";
import { startMovingPair } from "../support/servers/moving-pair.ts";
import { findingsOf, shadowBetween } from "./support.ts";

const CALLS = 150;

/** Kinds, methods and places, without how sure each is: the two ask differently often. */
function places(findings: readonly string[]): string[] {
  return [...new Set(findings.map((text) => text.slice(text.indexOf(" ") + 1)))].sort();
}

test("what a candidate changes comes out alike live and replayed, what follows the head and what drifts included", async () => {
  const pair = await startMovingPair({
    seed: 7,
    blockMs: 1_000,
    reorgEvery: 0,
    reorgDepth: 0,
    mostBehind: 0,
  });
  onTestFinished(() => pair.stop());
  const candidate = await startAlteringProxy(pair.candidate.url, (request, answer) => {
    if (request.includes('"eth_syncing"'))
      return answer.replace('"result":false', '"result":{"stateIndexRemaining":"0x1"}');
    if (request.includes('"eth_getTransactionReceipt"'))
      return answer.replace('"result":{', '"result":{"added":"0x1",');
    return request.includes('"eth_gasPrice"')
      ? answer.replace(/"result":"0x[0-9a-f]+"/, '"result":"0x1"')
      : null;
  });
  onTestFinished(() => candidate.close());
  const calls = movingTraffic(pair, CALLS, [() => ["eth_syncing", []]]);
  const others = ["eth_syncing", "eth_gasPrice"].map((method, id) => ({
    jsonrpc: "2.0",
    id,
    method,
    params: [],
  }));
  const all = [...calls, ...others];

  const shadowed = await shadowBetween(pair.old.url, candidate.url, { extraLoad: 1 });
  await shadowed.headsSeen();
  for (let earned = 0; earned < 300; earned++) shadowed.shadow.pass();
  for (const { method, params } of all) {
    await shadowed.pass(method as string, params as JsonValue[]);
    // Traffic of others earns what it costs to settle.
    for (let earned = 0; earned < 10; earned++) shadowed.shadow.pass();
  }
  await shadowed.idle();

  const workshop = openWorkshop();
  onTestFinished(() => workshop.close());
  const recording = await workshop.record("same", all);
  const { findings } = await workshop.replay("replayed", [
    recording,
    "--old",
    pair.old.url,
    "--candidate",
    candidate.url,
  ]);
  const replayed = findings.map(
    ({ kind, method, path, confidence }) => `${confidence} ${kind} ${method} ${path}`,
  );
  const live = places(findingsOf(shadowed.comparisons)).filter(
    (text) => !/^(?:value-drift|serialisation-changed) /.test(text),
  );
  expect(live).toEqual([
    "field-added eth_getTransactionReceipt /result/added",
    "type-changed eth_syncing /result",
    "value-changed eth_gasPrice /result",
  ]);
  expect(live).toEqual(
    places(replayed).filter((text) => !/^(?:latency|size)-regression /.test(text)),
  );
});
