import { existsSync } from "node:fs";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import type { Answer } from "../support/servers/fake-node.ts";
import { temporaryFolder } from "../support/folder.ts";
import { call, node } from "./support.ts";
import { wayThrough } from "./way-through.ts";

const GENESIS = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";
const NOT_FOUND = { error: { code: -32601, message: "Method not found" } };

/** A Solana RPC node of a version; answers about accounts name the slot that the node stands at. */
function solana(version: string, slot: () => number, account: JsonValue, own: Answer): Answer {
  return (asked) => {
    const given = own(asked);
    if (given !== undefined) return given;
    const context = { apiVersion: version, slot: slot() };
    switch (asked.method) {
      case "getGenesisHash":
        return { result: GENESIS };
      case "getVersion":
        return { result: { "feature-set": 1, "solana-core": version } };
      case "getHealth":
        return { result: "ok" };
      case "getSlot":
        return { result: slot() };
      case "getFirstAvailableBlock":
        return { result: 0 };
      case "getLatestBlockhash":
        return { result: { context, value: { blockhash: `h${slot()}`, lastValidBlockHeight: 9 } } };
      case "getAccountInfo":
        return { result: { context, value: account } };
      case "getMinimumBalanceForRentExemption":
        return { result: 890_880 };
      default:
        return NOT_FOUND;
    }
  };
}

const ACCOUNT = {
  data: ["", "base64"],
  executable: false,
  lamports: 88_849_814_690_250,
  owner: "11111111111111111111111111111111",
  rentEpoch: 361,
  space: 0,
};
const SOLANA_CALLS = [
  call("getAccountInfo", ["vines1vzrYbzLMRdu58ou5XTby4qAqVRLmqo36NKPTg"], 1),
  call("getSlot", [], 2),
  call("getVersion", [], 3),
  call("getHealth", [], 4),
  call("getMinimumBalanceForRentExemption", [0], 5),
  call(
    "sendTransaction",
    ["AVXo5X7UNzpuOmYzkZ+fqHDGiRLTSMlWlUCcZKzEV5CIKlrdvZa3/2GrJJfPrXgZqJbYDaGiOnP99tI/"],
    6,
  ),
  call("getNonsense", [], 7),
];
const quiet: Answer = () => undefined;

/** Has not caught up: it answers one method with that. */
const behind: Answer = ({ method }) =>
  method === "getMinimumBalanceForRentExemption"
    ? {
        error: {
          code: -32_005,
          message: "Node is behind by 42 slots",
          data: { numSlotsBehind: 42 },
        },
      }
    : undefined;

describe("Solana, recorded, replayed, reported and judged", () => {
  test("a node of another version that stands at another slot differs in nothing that matters", async () => {
    let slot = 1_000;
    const old = await node({ answer: solana("2.1.0", () => ++slot, ACCOUNT, quiet) });
    const candidate = await node({ answer: solana("2.2.0", () => slot, ACCOUNT, quiet) });
    const through = await wayThrough(old.url, candidate.url, SOLANA_CALLS);
    expect(through.findings).toEqual([]);
    expect(through.check).toContain(`Network: solana, chain id mainnet-beta\nGenesis: ${GENESIS}`);
    expect(through.run).toMatchObject({
      network: { chainId: "mainnet-beta" },
      old: [{ clientVersion: "2.1.0" }],
    });
    expect(through.notCompared).toEqual([
      "getNonsense not-allowed",
      expect.stringMatching(/^sendTransaction (?:writes|redacted-body)$/),
    ]);
    expect(candidate.asked.map(({ method }) => method)).not.toContain("getNonsense");
  });

  test("what breaks a client is found; a node that is behind is not", async () => {
    const { space: _space, ...without } = ACCOUNT;
    const old = await node({ answer: solana("2.1.0", () => 7, ACCOUNT, quiet) });
    const changed = { ...without, rentEpoch: "361" };
    const candidate = await node({ answer: solana("2.2.0", () => 7, changed, behind) });
    const { breaking, notCompared, gate } = await wayThrough(old.url, candidate.url, SOLANA_CALLS);
    expect(breaking).toEqual([
      "field-removed getAccountInfo /result/value/space",
      "type-changed getAccountInfo /result/value/rentEpoch",
    ]);
    expect(notCompared).toContain("getMinimumBalanceForRentExemption node-behind");
    expect(gate.code).toBe(1);
  });
});

/** A folder of `VERSION/btcd`, made with `GOBIN=FOLDER/VERSION go install github.com/btcsuite/btcd@VERSION`. */
const BTCD = process.env["BTCD_HOME"] ?? "";
const [OLD, CANDIDATE] = ["v0.24.2", "v0.26.2"];
const hasBtcd = [OLD, CANDIDATE].every((version) => existsSync(path.join(BTCD, version, "btcd")));

/** A P2PKH address of simnet, to which blocks are mined. */
function simnetAddress(): string {
  const payload = Buffer.concat([Buffer.from([0x3f]), Buffer.alloc(20, 0x11)]);
  const twice = createHash("sha256").update(createHash("sha256").update(payload).digest()).digest();
  let number = BigInt(`0x${Buffer.concat([payload, twice.subarray(0, 4)]).toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) {
    text = `${"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[Number(number % 58n)] ?? ""}${text}`;
  }
  return text;
}

interface Btcd {
  readonly url: string;
  rpc(method: string, params?: readonly JsonValue[]): Promise<JsonValue>;
}

/** Starts a btcd of its own chain; resolves when it answers. */
async function btcd(version: string, port: number, words: readonly string[]): Promise<Btcd> {
  const folder = temporaryFolder();
  const child = spawn(
    path.join(BTCD, version, "btcd"),
    [
      "--simnet",
      "--notls",
      "--rpcuser=u",
      "--rpcpass=p",
      `--rpclisten=127.0.0.1:${port}`,
      `--listen=127.0.0.1:${port + 1}`,
      `--datadir=${folder}/data`,
      `--logdir=${folder}/log`,
      "--txindex",
      `--miningaddr=${simnetAddress()}`,
      ...words,
    ],
    { stdio: "ignore" },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const rpc = async (method: string, params: readonly JsonValue[] = []): Promise<JsonValue> => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("u:p")}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "1.0", id: 1, method, params }),
    });
    return ((await answer.json()) as { result: JsonValue }).result;
  };
  for (let tries = 0; tries < 300; tries++) {
    const up = await rpc("getblockcount").catch(() => null);
    if (up !== null) return { url: `http://u:p@127.0.0.1:${port}`, rpc };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`btcd ${version} does not answer`);
}

/** A call as Bitcoin's clients write it. */
function of(method: string, params: readonly JsonValue[] = []): JsonValue {
  return { jsonrpc: "1.0", id: 1, method, params: [...params] };
}

describe("Bitcoin", () => {
  test.skipIf(!hasBtcd)(
    "two versions of btcd on one chain (needs BTCD_HOME: a folder of VERSION/btcd)",
    async () => {
      const old = await btcd(OLD, 24_311, []);
      const candidate = await btcd(CANDIDATE, 24_313, ["--connect=127.0.0.1:24312"]);
      await old.rpc("generate", [12]);
      for (let tries = 0; tries < 300; tries++) {
        if ((await candidate.rpc("getblockcount")) === 12) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const hash = await old.rpc("getblockhash", [5]);
      const block = (await old.rpc("getblock", [hash])) as { tx: string[] };
      const [txid = ""] = block.tx;
      const calls = [
        of("getblockcount"),
        of("getbestblockhash"),
        of("getblockchaininfo"),
        of("getblockhash", [5]),
        of("getblock", [hash]),
        of("getblock", [hash, 0]),
        of("getblock", [hash, 2]),
        of("getblockheader", [hash]),
        of("getrawtransaction", [txid, 1]),
        of("gettxout", [txid, 0]),
        of("getdifficulty"),
        of("getmempoolinfo"),
        of("getrawmempool"),
        of("validateaddress", [simnetAddress()]),
        of("getinfo"),
        of("getblock", ["00".repeat(32)]),
        of("sendrawtransaction", ["00"]),
      ];
      const through = await wayThrough(old.url, candidate.url, calls);
      expect(through.check).toContain("Network: bitcoin, chain id simnet");
      expect(through.check).toContain("Heads: both stand at block 12");
      // 0.26 says more of the chain and of addresses, and nothing that breaks.
      expect(through.breaking).toEqual([]);
      expect(through.notCompared).toEqual(["sendrawtransaction writes"]);
      expect(through.run.old).toMatchObject([{ clientVersion: "version 240200" }]);
    },
  );
});
