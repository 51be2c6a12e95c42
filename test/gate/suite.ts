import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ANVILS, startAnvil } from "../../src/demo/anvil.ts";
import { buildChain, type Chain } from "../../src/demo/chain.ts";
import { makeCalls } from "../../src/demo/traffic.ts";
import { runCli } from "../support/cli.ts";

/** A real node with a small chain. */
export interface SuiteNode {
  readonly url: string;
  readonly chain: Chain;
  stop(): Promise<void>;
}

export async function startSuiteNode(): Promise<SuiteNode> {
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-test-"));
  const flags = ["--timestamp", "1700000000"];
  const node = await startAnvil(ANVILS.candidate, { flags, log: path.join(folder, "log") });
  const stop = async (): Promise<void> => {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { url: node.url, chain: await buildChain(node.url), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const NOT_REPEATED = new Set(["eth_sendRawTransaction", "web3_clientVersion"]);

/** Writes shadowdiff.yaml and a recording of `count` calls to `cwd`: a regression suite as a repository would keep it. */
export async function writeSuite(
  cwd: string,
  {
    chain,
    count,
    old,
    candidate,
  }: {
    readonly chain: Chain;
    readonly count: number;
    readonly old: string;
    readonly candidate: string;
  },
): Promise<void> {
  const calls = makeCalls(chain, count * 2, 1)
    .filter(({ method }) => !NOT_REPEATED.has(method))
    .slice(0, count);
  const lines = calls.map((call, id) => JSON.stringify({ jsonrpc: "2.0", id, ...call }));
  writeFileSync(path.join(cwd, "calls.jsonl"), `${lines.join("\n")}\n`);
  mkdirSync(path.join(cwd, "recordings"));
  const { code, stderr } = await runCli(
    ["import", "calls.jsonl", "--out", "recordings/suite.sqlite"],
    { cwd },
  );
  if (code !== 0) throw new Error(stderr);
  writeFileSync(
    path.join(cwd, "shadowdiff.yaml"),
    `replay: { recordings: [recordings/suite.sqlite], network: 31337, old: ["${old}"], candidate: ["${candidate}"] }
report: { format: [html, json] }
gate: { format: [text, junit=gate.xml] }
require: { comparedCalls: ${Math.min(1_000, count)}, callsPerMethod: 5 }
${count < 1_000 ? "limits: {}\n" : ""}`,
  );
}
