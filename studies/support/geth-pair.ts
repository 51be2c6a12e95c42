import { spawn, type ChildProcess } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { privateKeyToAccount } from "viem/accounts";
import { CREATION_CODE, SELECTORS } from "../../src/demo/contract.ts";
import { rpc } from "../../src/demo/rpc.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";
import { freePort } from "../../test/support/ports.ts";
import { seeded } from "./random.ts";

/** Two nodes that get the same blocks, old first, the candidate up to some steps later. */
export interface LivePair {
  readonly old: { readonly url: string };
  readonly candidate: { readonly url: string };
  readonly accounts: readonly string[];
  readonly contract: string;
  /** Hashes of transactions that stay. */
  readonly settled: readonly string[];
  run(signal: AbortSignal): Promise<{ readonly blocks: number }>;
  stop(): Promise<void>;
}

interface Payload {
  readonly executionPayload: JsonObject;
}

const CHAIN_ID = 777_001;
const ZERO = `0x${"0".repeat(64)}`;
const KEYS = Array.from({ length: 5 }, (_, index) =>
  privateKeyToAccount(`0x${String(index + 1).padStart(64, "0")}`),
);
const FEES = { maxFeePerGas: 100_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n } as const;
const FIRST_BLOCKS = 24;

/** Real Geth of two binaries on a chain of their own, driven through the Engine API as a consensus client does it. */
export async function startGethPair(options: {
  readonly oldBinary: string;
  readonly candidateBinary: string;
  readonly blockMs: number;
  readonly mostBehind: number;
  readonly seed: number;
}): Promise<LivePair> {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-geth-"));
  writeFileSync(path.join(folder, "genesis.json"), JSON.stringify(genesis()));
  const old = await startGeth(options.oldBinary, path.join(folder, "old"), folder);
  const candidate = await startGeth(
    options.candidateBinary,
    path.join(folder, "candidate"),
    folder,
  );
  const random = seeded(options.seed);
  const settled: string[] = [];
  const nonces = KEYS.map(() => 0);
  let timestamp = 1_700_000_000;
  let contract = "";

  const send = async (
    from: number,
    transaction: { to?: `0x${string}`; data?: `0x${string}`; value?: bigint; gas: bigint },
  ): Promise<string> => {
    const key = KEYS[from];
    if (key === undefined) throw new Error("no such account");
    const signed = await key.signTransaction({
      ...transaction,
      ...FEES,
      chainId: CHAIN_ID,
      type: "eip1559",
      nonce: nonces[from] ?? 0,
    });
    nonces[from] = (nonces[from] ?? 0) + 1;
    return (await rpc(old.url, "eth_sendRawTransaction", [signed])) as string;
  };
  /** One block on old, with what waits in its pool; its payload is for the candidate. */
  const mine = async (): Promise<Payload> => {
    timestamp += 12;
    const head = (await rpc(old.url, "eth_getBlockByNumber", ["latest", false])) as {
      hash: string;
      number: string;
    };
    const started = (await old.engine("engine_forkchoiceUpdatedV3", [
      await forkchoice(head.hash, Number(head.number)),
      {
        timestamp: hex(timestamp),
        prevRandao: ZERO,
        suggestedFeeRecipient: KEYS[4]?.address ?? "",
        withdrawals: [],
        parentBeaconBlockRoot: ZERO,
      },
    ])) as { payloadId: string };
    await wait(150);
    const payload = (await old.engine("engine_getPayloadV3", [
      started.payloadId,
    ])) as unknown as Payload;
    await give(old, payload);
    return payload;
  };
  const forkchoice = async (headBlockHash: string, number: number): Promise<JsonObject> => {
    const at = async (back: number): Promise<string> =>
      (
        (await rpc(old.url, "eth_getBlockByNumber", [hex(Math.max(0, number - back)), false])) as {
          hash: string;
        }
      ).hash;
    return { headBlockHash, safeBlockHash: await at(8), finalizedBlockHash: await at(16) };
  };
  const give = async (node: Geth, { executionPayload }: Payload): Promise<void> => {
    const status = (await node.engine("engine_newPayloadV3", [executionPayload, [], ZERO])) as {
      status: string;
    };
    if (status.status !== "VALID") throw new Error(`a block was ${JSON.stringify(status)}`);
    const { blockHash, parentHash, blockNumber } = executionPayload as {
      blockHash: string;
      parentHash: string;
      blockNumber: string;
    };
    const safe =
      Number(blockNumber) > 0 ? await forkchoice(parentHash, Number(blockNumber) - 1) : {};
    await node.engine("engine_forkchoiceUpdatedV3", [{ ...safe, headBlockHash: blockHash }, null]);
  };
  const traffic = async (): Promise<string[]> => {
    const from = Math.floor(random() * KEYS.length);
    const to = KEYS[Math.floor(random() * KEYS.length)]?.address ?? "0x";
    const word = Math.floor(random() * 1e9)
      .toString(16)
      .padStart(64, "0");
    return [
      await send(from, { to, value: 1_000_000n, gas: 21_000n }),
      await send((from + 1) % KEYS.length, {
        to: contract as `0x${string}`,
        data: `${SELECTORS.set}${word}` as `0x${string}`,
        gas: 100_000n,
      }),
    ];
  };

  for (let block = 0; block < FIRST_BLOCKS; block++) {
    const hashes =
      block === 0
        ? [await send(0, { data: CREATION_CODE as `0x${string}`, gas: 500_000n })]
        : await traffic();
    const payload = await mine();
    await give(candidate, payload);
    settled.push(...hashes);
    if (block === 0) {
      const receipt = (await rpc(old.url, "eth_getTransactionReceipt", [hashes[0] ?? ""])) as {
        contractAddress: string;
      };
      contract = receipt.contractAddress;
    }
  }
  return {
    old,
    candidate,
    accounts: KEYS.map(({ address }) => address.toLowerCase()),
    contract,
    settled,
    async run(signal) {
      const behind: Payload[] = [];
      let blocks = 0;
      while (!signal.aborted) {
        const startedAt = performance.now();
        await traffic();
        behind.push(await mine());
        blocks++;
        const most = Math.floor(random() * (options.mostBehind + 1));
        while (behind.length > most) {
          const payload = behind.shift();
          if (payload !== undefined) await give(candidate, payload);
        }
        const left = options.blockMs - (performance.now() - startedAt);
        await wait(Math.max(0, left), undefined, { signal }).catch(() => {});
      }
      // Both end level: a candidate that stays behind for ever could be compared in nothing that follows the head.
      for (const payload of behind.splice(0)) await give(candidate, payload);
      return { blocks };
    },
    async stop() {
      await Promise.all([old.stop(), candidate.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Geth {
  readonly url: string;
  engine(method: string, params: readonly JsonValue[]): Promise<JsonValue>;
  stop(): Promise<void>;
}

async function startGeth(binary: string, data: string, folder: string): Promise<Geth> {
  mkdirSync(data);
  const log = openSync(path.join(data, "log"), "w");
  const secret = randomBytes(32);
  writeFileSync(path.join(data, "jwt"), secret.toString("hex"));
  await ended(
    spawn(binary, ["init", "--datadir", data, path.join(folder, "genesis.json")], {
      stdio: ["ignore", log, log],
    }),
  );
  const [port, engine, peers] = [await freePort(), await freePort(), await freePort()];
  const words = [
    "--datadir",
    data,
    "--nodiscover",
    "--maxpeers",
    "0",
    "--ipcdisable",
    "--syncmode",
    "full",
    "--gcmode",
    "archive",
  ];
  const http = [
    "--http",
    "--http.addr",
    "127.0.0.1",
    "--http.port",
    String(port),
    "--http.api",
    "eth,net,web3,debug,txpool",
  ];
  const auth = [
    "--authrpc.port",
    String(engine),
    "--authrpc.jwtsecret",
    path.join(data, "jwt"),
    "--port",
    String(peers),
  ];
  const child: ChildProcess = spawn(
    binary,
    [...words, ...http, ...auth, "--miner.recommit", "50ms"],
    { stdio: ["ignore", log, log] },
  );
  closeSync(log);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`${binary} ended; see ${data}/log`);
    const version = await rpc(url, "web3_clientVersion").catch(() => null);
    if (version !== null) break;
    await wait(100);
  }
  return {
    url,
    async engine(method, params) {
      const answer = await fetch(`http://127.0.0.1:${engine}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token(secret)}` },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      });
      const { result, error } = (await answer.json()) as { result?: JsonValue; error?: JsonValue };
      if (result === undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
      return result;
    },
    async stop() {
      const exited = ended(child);
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

/** The Engine API's: HS256 over the time of issue. */
function token(secret: Buffer): string {
  const issued = { iat: Math.floor(Date.now() / 1_000) };
  const text = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(issued)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

function encoded(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function hex(number: number): string {
  return `0x${number.toString(16)}`;
}

/** All forks up to Cancun from the first block on, and five accounts of keys that everybody knows. */
function genesis(): JsonObject {
  const forks = [
    "homestead",
    "eip150",
    "eip155",
    "eip158",
    "byzantium",
    "constantinople",
    "petersburg",
    "istanbul",
    "berlin",
    "london",
  ];
  return {
    config: {
      chainId: CHAIN_ID,
      ...Object.fromEntries(forks.map((fork) => [`${fork}Block`, 0])),
      mergeNetsplitBlock: 0,
      terminalTotalDifficulty: 0,
      terminalTotalDifficultyPassed: true,
      shanghaiTime: 0,
      cancunTime: 0,
      blobSchedule: { cancun: { target: 3, max: 6, baseFeeUpdateFraction: 3_338_477 } },
    },
    nonce: "0x0",
    timestamp: hex(1_700_000_000),
    extraData: "0x",
    gasLimit: hex(30_000_000),
    difficulty: "0x0",
    baseFeePerGas: hex(1_000_000_000),
    alloc: Object.fromEntries(
      KEYS.map(({ address }) => [address, { balance: "0xd3c21bcecceda1000000" }]),
    ),
  };
}
