import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startFakeNode, type Answer, type FakeNode } from "../support/servers/fake-node.ts";
import { exchangeOf, findingsOf, shadowBetween, statesOf } from "./support.ts";

async function fakeNode(answer: Answer = () => undefined): Promise<FakeNode> {
  const node = await startFakeNode({ answer });
  onTestFinished(() => node.close());
  return node;
}

/** Answers one method in its own way. */
function only(method: string, reply: ReturnType<Answer>): Answer {
  return (call) => (call.method === method ? reply : undefined);
}

function timesAsked(node: FakeNode, method: string): number {
  return node.asked.filter((call) => call.method === method).length;
}

function bodyOf(method: string): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: ["0x01", "0x5"] });
}

describe("live calls", () => {
  test("that are answered alike are asked of old no second time", async () => {
    const [old, candidate] = [await fakeNode(), await fakeNode()];
    const shadowed = await shadowBetween(old.url, candidate.url);
    for (let call = 0; call < 50; call++)
      await shadowed.pass("eth_getBalance", ["0x01", `0x${(call + 1).toString(16)}`]);
    await shadowed.idle();
    expect(statesOf(shadowed.comparisons)).toEqual({ same: 50 });
    expect([old, candidate].map((node) => timesAsked(node, "eth_getBalance"))).toEqual([50, 50]);
  });

  test("that differ are confirmed by asking both again", async () => {
    const old = await fakeNode(only("eth_getCode", { result: "0x01" }));
    const candidate = await fakeNode(only("eth_getCode", { result: "0x02" }));
    const shadowed = await shadowBetween(old.url, candidate.url);
    await shadowed.pass("eth_getCode", ["0x01", "0x5"]);
    await shadowed.idle();
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed value-changed eth_getCode /result",
    ]);
  });

  test("that the candidate answered wrongly once are kept, as flaky", async () => {
    const old = await fakeNode(only("eth_getCode", { result: "0x01" }));
    let asked = 0;
    const candidate = await fakeNode((call) =>
      call.method === "eth_getCode" ? { result: asked++ === 0 ? "0x02" : "0x01" } : undefined,
    );
    const shadowed = await shadowBetween(old.url, candidate.url);
    await shadowed.pass("eth_getCode", ["0x01", "0x5"]);
    await shadowed.idle();
    expect(findingsOf(shadowed.comparisons)).toEqual(["flaky value-changed eth_getCode /result"]);
  });

  test("whose values may drift with the head are asked once more while none moves", async () => {
    const old = await fakeNode(only("eth_gasPrice", { result: "0x3b9aca00" }));
    const candidate = await fakeNode(only("eth_gasPrice", { result: "0x1" }));
    const shadowed = await shadowBetween(old.url, candidate.url);
    await shadowed.headsSeen();
    // Traffic of others earns what it costs to ask.
    for (let call = 0; call < 1_200; call++) shadowed.shadow.pass();
    await shadowed.pass("eth_gasPrice", []);
    await shadowed.idle();
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed value-changed eth_gasPrice /result",
    ]);
  });

  test("that write are never sent, nor are methods that nobody knows", async () => {
    const [old, candidate] = [await fakeNode(), await fakeNode()];
    const shadowed = await shadowBetween(old.url, candidate.url);
    await shadowed.pass("eth_sendRawTransaction", ["0x02f8"]);
    await shadowed.pass("personal_unlockAccount", ["0x01", "secret"]);
    await shadowed.pass("odd_method", []);
    await shadowed.idle();
    expect(statesOf(shadowed.comparisons)).toEqual({
      "skipped writes": 2,
      "skipped not-allowed": 1,
    });
    const sent = candidate.asked.map(({ method }) => method);
    expect(sent).not.toContain("eth_sendRawTransaction");
    expect(sent).not.toContain("personal_unlockAccount");
    expect(sent).not.toContain("odd_method");
  });

  test("of a mirror, which has no answer of old, are asked of both at once", async () => {
    const old = await fakeNode(only("eth_getCode", { result: "0x01" }));
    const candidate = await fakeNode(only("eth_getCode", { result: "0x02" }));
    const shadowed = await shadowBetween(old.url, candidate.url);
    shadowed.shadow.offer(exchangeOf(1, Date.now(), bodyOf("eth_getBalance"), null));
    shadowed.shadow.offer(exchangeOf(2, Date.now(), bodyOf("eth_getCode"), null));
    await shadowed.until(2);
    expect(statesOf(shadowed.comparisons)).toEqual({ same: 1, different: 1 });
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed value-changed eth_getCode /result",
    ]);
    expect(old.asked.filter(({ method }) => method === "eth_getBalance")).toHaveLength(1);
  });

  test("in a batch are compared call by call", async () => {
    const old = await fakeNode(only("eth_getCode", { result: "0x01" }));
    const candidate = await fakeNode(only("eth_getCode", { result: "0x02" }));
    const shadowed = await shadowBetween(old.url, candidate.url);
    const calls = ["eth_getBalance", "eth_getCode", "eth_sendRawTransaction"].map((method, id) => ({
      jsonrpc: "2.0",
      id,
      method,
      params: ["0x01", "0x5"],
    }));
    const body = JSON.stringify(calls);
    const answer = await fetch(old.url, { method: "POST", body });
    const text = await answer.text();
    const passed = { text, type: "application/json", status: 200 };
    shadowed.shadow.offer(exchangeOf(1, Date.now(), body, passed));
    await shadowed.until(1);
    expect(statesOf(shadowed.comparisons)).toEqual({
      same: 1,
      different: 1,
      "skipped writes": 1,
    });
  });
});

describe("what the candidate does not hold", () => {
  test("a height that it has not reached is not asked for, and counted apart", async () => {
    const [old, candidate] = [await fakeNode(), await fakeNode()];
    candidate.chain.head = 90;
    const shadowed = await shadowBetween(old.url, candidate.url);
    await shadowed.headsSeen();
    await shadowed.pass("eth_getBlockByNumber", ["0x60", false]);
    await shadowed.idle();
    expect(statesOf(shadowed.comparisons)).toEqual({ "uncomparable node-behind": 1 });
    expect(candidate.asked.filter(({ params }) => params[0] === "0x60")).toEqual([]);
  });
});

describe("a candidate that is gone", () => {
  test("is no break: calls are counted apart, and compared again once it is back", async () => {
    const [old, candidate] = [await fakeNode(), await fakeNode()];
    const port = Number(new URL(candidate.url).port);
    const shadowed = await shadowBetween(old.url, candidate.url);
    await candidate.close();
    for (let call = 0; call < 10; call++) await shadowed.pass("eth_getBalance", ["0x01", "0x5"]);
    await shadowed.idle();
    expect(statesOf(shadowed.comparisons)).toEqual({ "uncomparable candidate-gone": 10 });
    expect(shadowed.shadow.status().candidate).toBe("gone");
    // Something else at its port, that takes connections and says nothing, is no candidate either.
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(port, "127.0.0.1", resolve));
    mute.close();
    expect(findingsOf(shadowed.comparisons)).toEqual([]);
  });
});

describe("bounds", () => {
  test("a call that waited too long proves nothing and is dropped, counted", async () => {
    const old = await fakeNode();
    const candidate = await fakeNode();
    const shadowed = await shadowBetween(old.url, candidate.url, {
      concurrency: 1,
      ratePerSecond: 20,
      queue: { items: 1_000, bytes: 1_000_000, ageMs: 100 },
    });
    await Promise.all(
      Array.from({ length: 40 }, () => shadowed.pass("eth_getBalance", ["0x01", "0x5"])),
    );
    await shadowed.idle();
    expect(shadowed.losses.get("too-old")).toBeGreaterThan(20);
    expect(shadowed.comparisons.length + (shadowed.losses.get("too-old") ?? 0)).toBe(40);
  });

  test("a full queue drops what comes, counted", async () => {
    const old = await fakeNode();
    const candidate = await fakeNode();
    const shadowed = await shadowBetween(old.url, candidate.url, {
      concurrency: 1,
      ratePerSecond: 50,
      queue: { items: 3, bytes: 1_000_000, ageMs: 10_000 },
    });
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
    const passed = { text: body, type: "application/json", status: 200 };
    for (let call = 0; call < 20; call++)
      shadowed.shadow.offer(exchangeOf(call, Date.now(), body, passed));
    await shadowed.until(20);
    expect(shadowed.losses.get("queue-full")).toBeGreaterThan(10);
  });

  test("past the extra load on old, mismatches are kept as they are and counted", async () => {
    const old = await fakeNode(only("eth_getCode", { result: "0x01" }));
    const candidate = await fakeNode((call) =>
      call.method === "eth_getCode" || call.method === "eth_gasPrice"
        ? { result: "0x02" }
        : undefined,
    );
    candidate.chain.head = 10_000;
    old.chain.head = 10_001;
    const shadowed = await shadowBetween(old.url, candidate.url, { extraLoad: 0 });
    await shadowed.headsSeen();
    // No head can explain an old block; one may explain the newest, which the candidate does not have.
    await shadowed.pass("eth_getCode", ["0x01", "0x5"]);
    await shadowed.pass("eth_getCode", ["0x01", "latest"]);
    await shadowed.idle();
    expect(statesOf(shadowed.comparisons)).toEqual({ different: 1, "uncomparable unsettled": 1 });
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "probable value-changed eth_getCode /result",
    ]);
    expect(old.asked.filter(({ method }) => method === "eth_getCode")).toHaveLength(2);
  });
});

describe("past the extra load, while heads differ", () => {
  test.each([
    [
      { oldestBlock: "0x1", added: "0x2" },
      "different",
      ["probable field-added eth_feeHistory /result/added"],
    ],
    [{ oldestBlock: "0x3", added: "0x2" }, "uncomparable unsettled", []],
  ])(
    "an answer %j differs in form alone, or may be of another block: %s",
    async (result, state, found) => {
      const old = await fakeNode(only("eth_feeHistory", { result: { oldestBlock: "0x1" } }));
      const candidate = await fakeNode(only("eth_feeHistory", { result }));
      old.chain.head = 101;
      const shadowed = await shadowBetween(old.url, candidate.url, { extraLoad: 0 });
      await shadowed.headsSeen();
      await shadowed.pass("eth_feeHistory", ["0x4", "latest", []]);
      await shadowed.idle();
      expect(statesOf(shadowed.comparisons)).toEqual({ [state]: 1 });
      expect(findingsOf(shadowed.comparisons)).toEqual(found);
    },
  );
});

describe("an answer that is many times as long as old's", () => {
  test("is read no further than to where that is clear, and is a finding", async () => {
    const old = await fakeNode();
    let written = 0;
    const candidate = await startFakeNode({
      respond(body, response) {
        if (!body.includes("eth_getBalance")) return false;
        const write = (): void => {
          while (!response.destroyed && response.write(" ".repeat(100_000))) written += 100_000;
        };
        response.on("drain", write);
        write();
        return true;
      },
    });
    onTestFinished(() => candidate.close());
    const shadowed = await shadowBetween(old.url, candidate.url);
    await shadowed.pass("eth_getBalance", ["0x01", "0x5"]);
    await shadowed.idle();
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed malformed-response eth_getBalance ",
    ]);
    const [comparison] = shadowed.comparisons;
    expect(comparison?.pair?.candidate.detail).toBe("longer than 1048576 bytes");
    // Four askings, and what sockets hold.
    expect(written).toBeLessThan(64_000_000);
  });

  test("is refused by its announced length over WebSocket", async () => {
    const old = await startFakeNode({ webSocket: true });
    const candidate = await startFakeNode({
      webSocket: true,
      answer: only("eth_getBalance", { result: `0x${"0".repeat(3_000_000)}` }),
    });
    onTestFinished(() => old.close());
    onTestFinished(() => candidate.close());
    const shadowed = await shadowBetween(old.url, candidate.url, { maxBodyBytes: 1_000_000 });
    await shadowed.pass("eth_getBalance", ["0x01", "0x5"], { transport: "websocket" });
    await shadowed.idle();
    expect(findingsOf(shadowed.comparisons)).toEqual([
      "confirmed malformed-response eth_getBalance ",
    ]);
  });
});

describe("a call over WebSocket", () => {
  test("is asked of the candidate over WebSocket", async () => {
    const old = await startFakeNode({ webSocket: true });
    const candidate = await startFakeNode({
      webSocket: true,
      answer: only("eth_getCode", { result: "0x02" }),
    });
    onTestFinished(() => old.close());
    onTestFinished(() => candidate.close());
    const shadowed = await shadowBetween(old.url, candidate.url);
    const transport = "websocket";
    await shadowed.pass("eth_chainId", [], { transport });
    await shadowed.pass("eth_getCode", ["0x01", "0x5"], { transport });
    await shadowed.idle();
    expect(statesOf(shadowed.comparisons)).toEqual({ same: 1, different: 1 });
    expect(findingsOf(shadowed.comparisons)).toEqual(["confirmed method-added eth_getCode "]);
  });
});
