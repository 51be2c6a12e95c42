import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/model/json.ts";
import { createRecording } from "../../src/recording/writer.ts";
import { readRun } from "../../src/runs/reader.ts";
import { runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import type { Answer, FakeNode } from "../support/servers/fake-node.ts";
import { call, exchangeOf, node } from "./support.ts";

/** A recording of calls by `import`. */
async function imported(calls: readonly JsonValue[]): Promise<string> {
  const folder = temporaryFolder();
  const lines = path.join(folder, "calls.jsonl");
  writeFileSync(lines, `${calls.map((one) => JSON.stringify(one)).join("\n")}\n`);
  const recording = path.join(folder, "calls.sqlite");
  expect((await runCli(["import", lines, "--out", recording])).code).toBe(0);
  return recording;
}

async function replayed(recording: string, words: readonly string[]): Promise<string> {
  const run = path.join(path.dirname(recording), `run${words.length}-${words.at(-1) ?? ""}`);
  const { code, stderr } = await runCli(["replay", recording, "--out", run, ...words]);
  expect(stderr).not.toContain("Error");
  expect(code).toBe(0);
  return run;
}

function asks({ asked }: FakeNode, method: string): number {
  return asked.filter((one) => one.method === method).length;
}

function socketOf({ url }: FakeNode): string {
  return url.replace("http:", "ws:");
}

function paramsOf({ asked }: FakeNode): string[] {
  return [...new Set(asked.map((one) => JSON.stringify(one.params)))];
}

const sha3 =
  (result: string): Answer =>
  ({ method }) =>
    method === "web3_sha3" ? { result } : undefined;

describe("flags of replay", () => {
  test("--warm-up asks each target so often before the first call that counts", async () => {
    const recording = await imported([call("web3_sha3", ["0x00"])]);
    const asked: number[] = [];
    for (const rounds of ["0", "7"]) {
      const [old, candidate] = [await node(), await node()];
      const sides = ["--old", old.url, "--candidate", candidate.url];
      await replayed(recording, [...sides, "--warm-up", rounds]);
      asked.push(asks(old, "eth_chainId"), asks(candidate, "eth_chainId"));
      const first = old.asked.findIndex(({ method }) => method === "web3_sha3");
      const later = old.asked.slice(first).map(({ method }) => method);
      expect(later).not.toContain("eth_chainId");
    }
    const [oldCold = 0, candidateCold = 0, oldWarm, candidateWarm] = asked;
    expect([oldWarm, candidateWarm]).toEqual([oldCold + 7, candidateCold + 7]);
  });

  test.each([
    ["0", 1, "probable"],
    ["2", 3, "confirmed"],
    ["8", 9, "confirmed"],
  ])(
    "--confirm %s asks candidate %i times for a mismatch, which is %s",
    async (times, all, how) => {
      const recording = await imported([call("web3_sha3", ["0x00"])]);
      const old = await node({ answer: sha3("0xaa") });
      const candidate = await node({ answer: sha3("0xbb") });
      const sides = ["--old", old.url, "--candidate", candidate.url];
      const { groups } = readRun(await replayed(recording, [...sides, "--confirm", times]));
      expect(groups.map(({ confidence }) => confidence)).toEqual([
        { confirmed: 0, probable: 0, flaky: 0, [how]: 1 },
      ]);
      expect(asks(candidate, "web3_sha3")).toBe(all);
      // Its control beside.
      expect(asks(old, "web3_sha3")).toBe(all + 1);
    },
  );

  test("--old-ws and --candidate-ws take what was recorded over WebSocket, and only that", async () => {
    const recording = path.join(temporaryFolder(), "mixed.sqlite");
    const writer = createRecording(recording, {
      createdAt: 1_700_000_000_000,
      source: "test",
      network: { chainId: "7", genesisHash: null },
      keyId: null,
      options: {},
    });
    const socketed = { transport: "websocket", connection: 1 } as const;
    for (const exchange of [
      exchangeOf(1, call("web3_sha3", ["0x01"]), socketed),
      exchangeOf(2, call("web3_sha3", ["0x02"])),
    ]) {
      writer.add({ ...exchange, method: "web3_sha3", errorCode: null });
    }
    writer.close();
    const [old, candidate] = [
      await node({ answer: sha3("0xaa") }),
      await node({ answer: sha3("0xaa") }),
    ];
    const [oldSocket, candidateSocket] = [
      await node({ answer: sha3("0xaa"), webSocket: true }),
      await node({ answer: sha3("0xbb"), webSocket: true }),
    ];
    const run = await replayed(recording, [
      "--old",
      old.url,
      "--old-ws",
      socketOf(oldSocket),
      "--candidate",
      candidate.url,
      "--candidate-ws",
      socketOf(candidateSocket),
    ]);
    expect(readRun(run).counts).toMatchObject({ same: 1, different: 1 });
    expect([paramsOf(oldSocket), paramsOf(candidateSocket)]).toEqual([['["0x01"]'], ['["0x01"]']]);
    expect(asks(candidate, "web3_sha3")).toBe(1);
    expect(paramsOf(candidate)).toContain('["0x02"]');
  });
});

test("two recordings of one name are refused before anything is sent: their calls could not be told apart", async () => {
  const calls = [call("web3_sha3", ["0x00"])];
  const [one, other] = [await imported(calls), await imported(calls)];
  const side = await node();
  const words = ["--old", side.url, "--candidate", side.url, "--out", path.join(one, "..", "run")];
  const { code, stderr } = await runCli(["replay", one, other, ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain("Two recordings have the name calls.");
  expect(stderr).toContain(`${one}\n`);
  expect(stderr).toContain(`${other}\n`);
  expect(side.asked).toEqual([]);
});
