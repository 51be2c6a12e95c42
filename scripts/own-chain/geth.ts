import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { rpc } from "../../src/demo/rpc.ts";
import { freePort } from "../../src/demo/steps.ts";

const run = promisify(execFile);
const ANSWERS_WITHIN_MS = 30_000;
const ALONE = ["--nodiscover", "--maxpeers", "0", "--ipcdisable", "--gcmode", "archive"];

/** A running Geth; `stop` lets it write down what it has. */
export interface Geth {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs a command of Geth to its end on a data folder. */
export async function geth(binary: string, folder: string, ...words: string[]): Promise<void> {
  await run(binary, ["--datadir", folder, ...words], { maxBuffer: 64 << 20 });
}

/** Starts a node of its own on a data folder; `dev` makes a block of each transaction that it is sent. */
export async function startGeth(binary: string, folder: string, dev: boolean): Promise<Geth> {
  const [http, engine] = [await freePort(), await freePort()];
  const words = [
    ...ALONE,
    ...(dev ? ["--dev"] : ["--syncmode", "full"]),
    `--datadir=${folder}`,
    "--http",
    "--http.addr=127.0.0.1",
    `--http.port=${http}`,
    "--http.api=eth,debug,net,web3,txpool",
    `--authrpc.port=${engine}`,
    "--port=0",
  ];
  const child = spawn(binary, words, { stdio: ["ignore", "ignore", "pipe"] });
  child.stderr.pipe(createWriteStream(path.join(folder, "log")));
  const url = `http://127.0.0.1:${http}`;
  const deadline = Date.now() + ANSWERS_WITHIN_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${binary} does not answer: see ${path.join(folder, "log")}`);
    await pause(100);
  }
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return rpc(url, "eth_blockNumber").then(
    () => true,
    () => false,
  );
}
