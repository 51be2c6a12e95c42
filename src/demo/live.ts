import { rmSync } from "node:fs";
import path from "node:path";
import { ANVILS, startAnvil, type Anvil } from "./anvil.ts";
import { buildChain, type Chain } from "./chain.ts";
import { makeFolder } from "../make-folder.ts";

export interface DemoNodes {
  readonly old: Anvil;
  readonly candidate: Anvil;
  readonly chain: Chain;
}

/** Same genesis on each node, whenever the demo runs. */
const GENESIS = ["--timestamp", "1700000000"];

/**
 * Two versions of a real node on the same chain: the newer one makes it and saves its state, which both then load (the
 * older version reads what the newer one saves, with the same block hashes).
 */
export async function startNodes(folder: string): Promise<DemoNodes> {
  makeFolder(folder);
  const state = path.join(folder, "state.json");
  rmSync(state, { force: true });
  const log = (name: string): string => path.join(folder, `${name}.log`);
  const maker = await startAnvil(ANVILS.candidate, {
    flags: [...GENESIS, "--dump-state", state, "--preserve-historical-states"],
    log: log("maker"),
  });
  let chain: Chain;
  try {
    chain = await buildChain(maker.url);
  } finally {
    await maker.stop();
  }
  const flags = [...GENESIS, "--load-state", state];
  const old = await startAnvil(ANVILS.old, { flags, log: log("old") });
  try {
    return {
      old,
      candidate: await startAnvil(ANVILS.candidate, { flags, log: log("candidate") }),
      chain,
    };
  } catch (error) {
    await old.stop();
    throw error;
  }
}
