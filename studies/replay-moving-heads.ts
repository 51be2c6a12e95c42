import { SELECTORS, STORED_TOPIC } from "../src/demo/contract.ts";
import type { JsonObject, JsonValue } from "../src/model/json.ts";
import type { JudgedRun } from "../src/model/judged.ts";
import { startAlteringProxy } from "../test/support/servers/altering-proxy.ts";
import { startMovingPair, type MovingPair } from "../test/support/servers/moving-pair.ts";
import { pick, seeded } from "./support/random.ts";
import {
  breaks,
  openWorkshop,
  provenance,
  uncomparables,
  writeEvidence,
} from "./support/replaying.ts";

const SEED = 11;
const RATE = "100";
/** One call of this many is altered, chosen by a hash of its parameters. */
const PLANTED_ONE_IN = 20;

/** Calls of which four in five ask at `latest`; `more` are among the others. */
export function movingTraffic(
  pair: Pick<MovingPair, "accounts" | "contract" | "settled">,
  count: number,
  more: readonly (() => [string, JsonValue[]])[] = [],
  seed = SEED,
): JsonObject[] {
  const random = seeded(seed);
  const account = (): string => pick(pair.accounts, random) ?? "";
  const atLatest: (() => [string, JsonValue[]])[] = [
    () => ["eth_getBalance", [account(), "latest"]],
    () => ["eth_call", [{ to: pair.contract, data: SELECTORS.get }, "latest"]],
    () => ["eth_getBlockByNumber", ["latest", random() < 0.5]],
    () => ["eth_getTransactionCount", [account(), "latest"]],
    () => ["eth_getStorageAt", [pair.contract, "0x0", "latest"]],
    () => ["eth_getCode", [pair.contract, "latest"]],
    () => ["eth_getLogs", [{ fromBlock: "0x10", toBlock: "latest", topics: [STORED_TOPIC] }]],
    () => ["eth_getBlockReceipts", ["latest"]],
    () => ["eth_feeHistory", ["0x4", "latest", [25, 75]]],
    () => ["eth_getProof", [account(), [], "latest"]],
    () => ["eth_estimateGas", [{ from: account(), to: account(), value: "0x1" }, "latest"]],
  ];
  const others: (() => [string, JsonValue[]])[] = [
    () => ["eth_blockNumber", []],
    () => ["eth_chainId", []],
    () => ["eth_gasPrice", []],
    () => ["eth_getTransactionReceipt", [pick(pair.settled, random) ?? ""]],
    () => ["eth_getTransactionByHash", [pick(pair.settled, random) ?? ""]],
    () => ["eth_getBalance", [account(), "0x5"]],
    () => ["eth_call", [{ to: pair.contract, data: SELECTORS.get }]],
    () => ["eth_getBlockByNumber", ["0x8", false]],
    ...more,
  ];
  return Array.from({ length: count }, (_, id) => {
    const [method, params] = (
      pick(random() < 0.8 ? atLatest : others, random) ?? atLatest[0]
    )?.() ?? ["", []];
    return { jsonrpc: "2.0", id, method, params };
  });
}

/** Changes the nonce that eth_getTransactionCount answers, in one call of twenty. */
function planted(request: string, answer: string): string | null {
  if (!request.includes('"eth_getTransactionCount"')) return null;
  const params = /"params":(\[.*\])/.exec(request)?.[1] ?? "";
  let hash = 0;
  for (const character of params)
    hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  if (((hash ^ (hash >>> 13)) >>> 0) % PLANTED_ONE_IN !== 0) return null;
  return answer.replace(/"result":"0x/, '"result":"0xf');
}

interface Outcome {
  readonly judged: JudgedRun;
  readonly blocks: number;
  readonly reorgs: number;
  readonly altered: number;
}

async function once(calls: number, seed: number, plant: boolean): Promise<Outcome> {
  const pair = await startMovingPair({
    seed,
    blockMs: 200,
    reorgEvery: 20,
    reorgDepth: 2,
    mostBehind: 3,
  });
  const workshop = openWorkshop();
  const ending = new AbortController();
  // A proxy before each side, so that it slows both alike.
  const plain = await startAlteringProxy(pair.old.url, () => null);
  const proxy = await startAlteringProxy(pair.candidate.url, plant ? planted : () => null);
  try {
    const recording = await workshop.record("moving", movingTraffic(pair, calls, [], seed));
    const moving = pair.run(ending.signal);
    const judged = await workshop.replay("run", [
      recording,
      "--old",
      plain.url,
      "--candidate",
      proxy.url,
      "--rate",
      RATE,
    ]);
    ending.abort();
    return { judged, ...(await moving), altered: proxy.altered() };
  } finally {
    ending.abort();
    await plain.close();
    await proxy.close();
    await pair.stop();
    workshop.close();
  }
}

function section(title: string, { judged, blocks, reorgs, altered }: Outcome): string[] {
  const { counts } = judged.facts;
  const found = breaks(judged);
  return [
    `## ${title}`,
    "",
    `- ${blocks} blocks and ${reorgs} reorgs of depth 2 during ${counts.calls} calls at ${RATE} a second`,
    `- same ${counts.same}, different ${counts.different}, uncomparable ${uncomparables(judged)}`,
    `- requests sent: ${judged.facts.sends}; answers altered on the way: ${altered}`,
    `- breaking or risky findings: ${found.length}`,
    ...found.map((text) => `  - ${text}`),
    "",
  ];
}

export const study = {
  name: "replay-moving-heads",
  summary:
    "two nodes whose heads move, lag and reorganise: nothing found, then one planted change found; args are calls, times, first seed",
  async run([count = "5000", times = "1", first = String(SEED)]: readonly string[]): Promise<void> {
    const calm: string[] = [];
    for (let seed = Number(first); seed < Number(first) + Number(times); seed++)
      calm.push(
        ...section(
          `The same version on both sides, seed ${seed}`,
          await once(Number(count), seed, false),
        ),
      );
    const broken = await once(Number(count), Number(first), true);
    writeEvidence("replay-moving-heads", [
      "# Moving heads",
      "",
      provenance(`npm run study replay-moving-heads ${count} ${times} ${first}`),
      "",
      "Two anvil 1.7.1 get the same blocks, one each 200 ms, the candidate 0 to 3 steps later; every 20 blocks two are replaced.",
      "",
      ...calm,
      ...section("One call of eth_getTransactionCount in 20 altered in the candidate", broken),
    ]);
  },
};
