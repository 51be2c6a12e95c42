import { describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { startMisbehaving, MISBEHAVIOURS } from "../support/servers/misbehaving.ts";
import { node } from "./support.ts";

/** Ports differ from run to run. */
function stable(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, "HOST");
}

async function check(...words: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await runCli(["check", ...words]);
  return { code, text: stable(stdout + stderr) };
}

describe("shadowdiff check", () => {
  test("says what it found of both sides, and what differs", async () => {
    const old = await node({ version: "Geth/v1.16.7" });
    const candidate = await node({
      version: "Geth/v1.17.0",
      answer: ({ method, params }) =>
        method === "eth_getBalance" && Number(params[1]) < 40
          ? { error: { code: -32000, message: "missing trie node" } }
          : undefined,
    });
    const { code, text } = await check("--old", old.url, "--candidate", candidate.url);
    expect(code).toBe(0);
    expect(text).toMatchInlineSnapshot(`
      "Network: ethereum, chain id 7
      Genesis: 0x0ed32d3352f0cddd88b03a266c387e1a4683d5356ce381463b4b42cf9ccadfaf
      old       http://HOST
      candidate http://HOST

                               old                         candidate
        version                Geth/v1.16.7                Geth/v1.17.0
        head block             100                         100
        namespaces             eth, net, web3              eth, net, web3
        gas for a call         unknown                     unknown
        calls in a batch       2,000                       2,000
        blocks in a log query  1,000                       1,000
      ≠ state from block       0                           40
        receipts of block 1    yes                         yes
        logs of block 1        yes                         yes
        safe and finalized     yes                         yes
        syncing                no                          no
        indexing               no                          no
        WebSocket              no                          no

      Heads: both stand at block 100
      ≠ state from block
        old: 0
        candidate: 40
        calls that need state older than this are uncomparable (state-lost).
      "
    `);
  });

  test("prints JSON where a program reads it", async () => {
    const [old, candidate] = [await node(), await node()];
    const { stdout } = await runCli([
      "check",
      "--old",
      old.url,
      "--candidate",
      candidate.url,
      "--json",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      network: { chainId: "7" },
      old: [{ clientVersion: "Fake/v1.0.0", capabilities: { oldestState: 0, batchLimit: 2_000 } }],
      differences: [],
    });
  });

  test("another network is a usage error", async () => {
    const [old, candidate] = [await node(), await node({ chainId: 8 })];
    const { code, text } = await check("--old", old.url, "--candidate", candidate.url);
    expect(code).toBe(2);
    expect(text.replaceAll(/0x[0-9a-f]{64}/g, "HASH")).toMatchInlineSnapshot(`
      "candidate http://HOST is of another network than old http://HOST
        old http://HOST: chain id 7, genesis HASH
        candidate http://HOST: chain id 8, genesis HASH
        Replay only compares nodes of one network.
      "
    `);
  });

  test("another genesis is another network", async () => {
    const old = await node();
    const candidate = await node({ chain: { branch: "b" } });
    expect((await check("--old", old.url, "--candidate", candidate.url)).code).toBe(2);
  });

  test("a target that is not there ends with 4 and its name, without its key", async () => {
    const old = await node();
    const gone = await startMisbehaving(MISBEHAVIOURS.plain);
    await gone.close();
    const keyed = `${gone.url}/v2/abcdefabcdef0123456789?token=secret`;
    const { code, text } = await check("--old", old.url, "--candidate", keyed);
    expect(code).toBe(4);
    expect(text).toMatchInlineSnapshot(`
      "candidate can't be reached: http://HOST/v2/…?…
        ECONNREFUSED. Is the node up, and is this its RPC address?
      "
    `);
  });

  test("a target that answers HTML is no node", async () => {
    const old = await node();
    const html = await node({
      respond: (_body, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.end("<html><title>It works</title></html>");
        return true;
      },
    });
    const { code, text } = await check("--old", old.url, "--candidate", html.url);
    expect(code).toBe(2);
    expect(text).toMatchInlineSnapshot(`
      "candidate does not answer as a node of ethereum does: http://HOST
        HTML
        --chain names the chain: ethereum, bitcoin, solana, stacks, or other for a service of none of them.
      "
    `);
  });

  test("several versions behind one URL are refused unless allowed, and then named", async () => {
    const old = await node();
    let asks = 0;
    const balanced = await node({
      version: () => (++asks % 3 === 0 ? "Geth/v1.16.7" : "Geth/v1.17.0"),
    });
    const refused = await check("--old", old.url, "--candidate", balanced.url);
    expect(refused.code).toBe(2);
    expect(refused.text).toMatchInlineSnapshot(`
      "candidate shows several versions behind one URL: http://HOST
        Geth/v1.16.7, Geth/v1.17.0
        Name each node by its own URL, or say --allow-balanced: findings may then mix what several nodes say.
      "
    `);
    const allowed = await check("--old", old.url, "--candidate", balanced.url, "--allow-balanced");
    expect(allowed.code).toBe(0);
    expect(allowed.text).toContain("Geth/v1.16.7, Geth/v1.17.0");
  });

  test("a head that goes back between connections is refused", async () => {
    const old = await node();
    let asks = 0;
    const balanced = await node({
      answer: ({ method, params }) =>
        method === "eth_getBlockByNumber" && params[0] === "latest"
          ? { result: { number: ++asks % 2 === 0 ? "0x60" : "0x64", hash: "0x1" } }
          : undefined,
    });
    const { code, text } = await check("--old", old.url, "--candidate", balanced.url);
    expect(code).toBe(2);
    expect(text).toMatch(/head goes back between connections.*\n.*block 100, then 96/);
  });
});
