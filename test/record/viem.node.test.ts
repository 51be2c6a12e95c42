import path from "node:path";
import { createPublicClient, createWalletClient, http, parseEther, webSocket } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { anvil as chain } from "viem/chains";
import { expect, it, onTestFinished } from "vitest";
import { startAnvil } from "../../src/demo/anvil.ts";
import { temporaryFolder } from "../support/folder.ts";
import { readAll, record } from "./support/recorders.ts";

// The first of anvil's well-known development keys.
const ACCOUNT = privateKeyToAccount(
  "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
);

it("lets viem work as without it: calls, batches, a transaction, subscriptions", async () => {
  const node = await startAnvil("anvil-1-7", {
    flags: [],
    log: path.join(temporaryFolder(), "anvil.log"),
  });
  onTestFinished(async () => {
    await node.stop();
  });
  const recorder = await record(node.url);
  expect(recorder.network.chainId).toBe("31337");

  const client = createPublicClient({ chain, transport: http(recorder.url, { batch: true }) });
  const wallet = createWalletClient({ account: ACCOUNT, chain, transport: http(recorder.url) });
  const live = createPublicClient({
    chain,
    transport: webSocket(recorder.url.replace("http", "ws")),
  });
  const blocks: bigint[] = [];
  let wake: (() => void) | undefined;
  const unwatch = live.watchBlocks({
    onBlock: (block) => {
      blocks.push(block.number);
      wake?.();
    },
    emitMissed: true,
  });
  // The subscription is in place once a call behind it on the same socket is answered.
  expect(await live.getChainId()).toBe(31_337);
  const [number, balance, gasPrice] = await Promise.all([
    client.getBlockNumber(),
    client.getBalance({ address: ACCOUNT.address }),
    client.getGasPrice(),
  ]);
  expect([number, balance > 0n, gasPrice > 0n]).toEqual([0n, true, true]);
  const hash = await wallet.sendTransaction({ to: ACCOUNT.address, value: parseEther("1") });
  const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 50 });
  expect(receipt.status).toBe("success");
  while (!blocks.includes(1n)) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  unwatch();
  (await live.transport.getRpcClient()).close();

  const facts = await recorder.stop();
  expect([facts.seen, facts.dropped]).toEqual([facts.stored, {}]);
  const { exchanges } = readAll(recorder.file);
  const text = exchanges.map((each) => each.request.body?.toString() ?? "");
  // The signed transaction is there as its hash, which viem was given too.
  const sent = exchanges.find((each) => each.request.body?.includes("eth_sendRawTransaction"));
  expect(sent?.unreplayable).toBe("writes");
  expect(sent?.request.body?.toString()).toContain(`"params":["${hash}"]`);
  expect(text.some((each) => each.startsWith("["))).toBe(true);
  const subscribed = exchanges.find((each) => each.request.body?.includes("eth_subscribe"));
  expect(subscribed?.transport).toBe("websocket");
  expect(subscribed?.response?.body?.toString()).toContain('"result":"0x');
  expect(exchanges.filter((each) => each.unreplayable === "event").length).toBeGreaterThan(0);
});
