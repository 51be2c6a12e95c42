import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { startAnvil, type Anvil } from "../../../src/demo/anvil.ts";
import { CREATION_CODE, SELECTORS } from "../../../src/demo/contract.ts";
import { rpc } from "../../../src/demo/rpc.ts";
import type { JsonObject, JsonValue } from "../../../src/model/json.ts";
import { seeded } from "../../../studies/support/random.ts";

/** One step of the chain, given to both nodes in the same order, so that their blocks have the same hashes. */
type Step =
  | {
      readonly do: "mine";
      readonly timestamp: number;
      readonly transactions: readonly JsonObject[];
    }
  | { readonly do: "rollback"; readonly depth: number };

export interface MovingPair {
  readonly old: Anvil;
  readonly candidate: Anvil;
  readonly accounts: readonly string[];
  readonly contract: string;
  /** Hashes of transactions that no reorg will take away. */
  readonly settled: readonly string[];
  /** Starts the blocks; ends when the signal is aborted. Gives how many blocks and reorgs there were. */
  run(signal: AbortSignal): Promise<{ blocks: number; reorgs: number }>;
  stop(): Promise<void>;
}

interface MovingPairOptions {
  readonly seed: number;
  readonly blockMs: number;
  /** Blocks between reorgs, and how many blocks one takes away; 0 for none. */
  readonly reorgEvery: number;
  readonly reorgDepth: number;
  /** The candidate is 0 to this many steps behind. */
  readonly mostBehind: number;
  /** Package of old's anvil, where it is not the candidate's. */
  readonly oldPackage?: string;
}

const FLAGS = ["--no-mining", "--timestamp", "1700000000"];
const FIRST_BLOCKS = 24;

/** Two anvils of one version that get the same blocks, the candidate some steps later. */
export async function startMovingPair(options: MovingPairOptions): Promise<MovingPair> {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-moving-"));
  const start = (name: string, anvil = "anvil-1-7"): Promise<Anvil> =>
    startAnvil(anvil, { flags: FLAGS, log: path.join(folder, `${name}.log`) });
  const [old, candidate] = await Promise.all([
    start("old", options.oldPackage),
    start("candidate"),
  ]);
  const random = seeded(options.seed);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- anvil's own accounts
  const accounts = (await rpc(old.url, "eth_accounts")) as string[];
  let timestamp = 1_700_000_000;
  let contract = "";
  const settled: string[] = [];

  const mine = (transactions: readonly JsonObject[]): Step => {
    timestamp += 12;
    return { do: "mine", timestamp, transactions };
  };
  const traffic = (): JsonObject[] => {
    const from = accounts[Math.floor(random() * accounts.length)] ?? "";
    const to = accounts[Math.floor(random() * accounts.length)] ?? "";
    const word = Math.floor(random() * 1e9)
      .toString(16)
      .padStart(64, "0");
    return [
      { from, to, value: "0xf4240", gas: "0x5208" },
      { from: to, to: contract, data: SELECTORS.set + word, gas: "0x30000" },
    ];
  };
  const deploy = mine([{ from: accounts[0] ?? "", data: CREATION_CODE, gas: "0x80000" }]);
  for (let block = 0; block < FIRST_BLOCKS; block++) {
    const step = block === 0 ? deploy : mine(traffic());
    const hashes = await apply(old.url, step);
    await apply(candidate.url, step);
    settled.push(...hashes);
    if (block === 0) contract = await deployedAt(old.url, hashes[0] ?? "");
  }

  return {
    old,
    candidate,
    accounts,
    contract,
    settled,
    async run(signal) {
      const behind: Step[] = [];
      let blocks = 0;
      let reorgs = 0;
      while (!signal.aborted) {
        const startedAt = performance.now();
        const steps: Step[] = [mine(traffic())];
        blocks++;
        if (options.reorgEvery > 0 && blocks % options.reorgEvery === 0) {
          // Two blocks are taken away and three others put in their place, at once as a client sees it.
          steps.unshift({ do: "rollback", depth: options.reorgDepth });
          for (let block = 0; block < options.reorgDepth; block++) steps.push(mine(traffic()));
          reorgs++;
        }
        for (const step of steps) await apply(old.url, step);
        behind.push(...steps);
        const most = Math.floor(random() * (options.mostBehind + 1));
        while (behind.length > most) {
          const step = behind.shift();
          if (step !== undefined) await apply(candidate.url, step);
        }
        const left = options.blockMs - (performance.now() - startedAt);
        await setTimeout(Math.max(0, left), undefined, { signal }).catch(() => {});
      }
      // Both end level: a candidate that stays behind for ever could be compared in nothing that follows the head.
      for (const step of behind.splice(0)) await apply(candidate.url, step);
      return { blocks, reorgs };
    },
    async stop() {
      await Promise.all([old.stop(), candidate.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Gives one step to one node; the hashes of its transactions. */
async function apply(url: string, step: Step): Promise<string[]> {
  if (step.do === "rollback") {
    await call(url, "anvil_rollback", [step.depth]);
    await call(url, "anvil_dropAllTransactions", []);
    return [];
  }
  const hashes: string[] = [];
  for (const transaction of step.transactions) {
    hashes.push(textOf(await rpc(url, "eth_sendTransaction", [transaction])));
  }
  await call(url, "evm_setNextBlockTimestamp", [step.timestamp]);
  await call(url, "evm_mine", []);
  return hashes;
}

/** Anvil answers null to commands, which is no failure. */
async function call(url: string, method: string, params: readonly JsonValue[]): Promise<void> {
  await rpc(url, method, params);
}

async function deployedAt(url: string, hash: string): Promise<string> {
  const receipt = await rpc(url, "eth_getTransactionReceipt", [hash]);
  if (typeof receipt !== "object" || receipt === null || Array.isArray(receipt)) {
    throw new Error("the contract was not deployed");
  }
  return textOf(receipt["contractAddress"]);
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value !== "string") throw new Error("a text was expected");
  return value;
}
