import { describe, expect, test } from "vitest";
import type { Exchange } from "../../src/model/exchange.ts";
import { hashAt, type FakeNodeOptions } from "../support/servers/fake-node.ts";
import { answered, call, exchangeOf, node, replayTo, said } from "./support.ts";

const BALANCE = call("eth_getBalance", ["0x01", "latest"]);

/** A node that refuses log ranges, but takes one that names the latest block where it is lenient. */
function ranges(lenient: boolean, code: number): FakeNodeOptions {
  return {
    answer({ method, params }) {
      if (method !== "eth_getLogs") return undefined;
      const named = JSON.stringify(params[0]).includes("latest");
      return lenient && named ? { result: [] } : { error: { code, message: "bad range" } };
    },
  };
}

describe("pinning", () => {
  test("latest becomes a block that both hold, and the same answer is the same", async () => {
    const old = await node();
    const candidate = await node({ chain: { head: 98 } });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: same"]);
    const pinned = old.asked.filter(({ method }) => method === "eth_getBalance");
    expect(pinned[0]?.params).toEqual(["0x01", "0x62"]);
  });

  test("each tag is asked as it stands some 20 times", async () => {
    const [old, candidate] = [await node(), await node()];
    const many = Array.from({ length: 60 }, (_, id) => exchangeOf(id, BALANCE));
    await replayTo(many, old.url, candidate.url);
    const asIs = candidate.asked.filter(({ params }) => params[1] === "latest");
    expect(asIs).toHaveLength(20);
  });

  test("a tag that only the candidate refuses is found although it is pinned", async () => {
    const old = await node();
    const candidate = await node({
      answer: ({ method, params }) =>
        method === "eth_getBalance" && params[1] === "latest"
          ? { error: { code: -32602, message: "invalid argument 1" } }
          : undefined,
    });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: result-to-error  (confirmed)"]);
  });

  test("an outcome that only the tag shows counts more than what the pin made of the question", async () => {
    const [old, candidate] = [
      await node(ranges(true, -32_000)),
      await node(ranges(false, -32_602)),
    ];
    const logs = exchangeOf(1, call("eth_getLogs", [{ fromBlock: "latest", toBlock: "0x3" }]));
    const { comparisons } = await replayTo([logs], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getLogs: result-to-error  (confirmed)"]);
  });

  test("logs from the newest block to its number are asked as they were: nodes differ in them", async () => {
    const [old, candidate] = [false, true].map((none) =>
      node({
        answer: ({ method, params }) =>
          method === "eth_getLogs"
            ? {
                result:
                  none && JSON.stringify(params[0]).includes("latest")
                    ? []
                    : [{ logIndex: "0x0", data: "0x" }],
              }
            : undefined,
      }),
    );
    const logs = exchangeOf(1, call("eth_getLogs", [{ fromBlock: "latest", toBlock: "0x64" }]));
    const { comparisons } = await replayTo([logs], (await old!).url, (await candidate!).url);
    expect(comparisons.map(said)).toEqual([
      "eth_getLogs: array-items-missing /result/* (confirmed)",
    ]);
  });

  test("a missing block parameter stays missing, and heads that differ excuse it", async () => {
    const old = await node();
    const candidate = await node({ chain: { head: 97 } });
    const exchange = exchangeOf(1, call("eth_getBalance", ["0x01"]));
    const { comparisons } = await replayTo([exchange], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: same"]);
    expect(old.asked.filter(({ method }) => method === "eth_getBalance")[0]?.params).toEqual([
      "0x01",
    ]);
  });

  test("a missing block parameter that one side refuses is a finding", async () => {
    const old = await node({
      answer: ({ method, params }) =>
        method === "eth_getBalance" && params.length < 2
          ? { error: { code: -32602, message: "missing value for required argument 1" } }
          : undefined,
    });
    const candidate = await node();
    const exchange = exchangeOf(1, call("eth_getBalance", ["0x01"]));
    const { comparisons } = await replayTo([exchange], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: error-to-result  (confirmed)"]);
  });

  test("a chain that split is a breaking finding with its ancestor, whatever the calls say", async () => {
    const old = await node({ chain: { forkAt: 95 } });
    const candidate = await node({ chain: { forkAt: 95, branch: "b" } });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url);
    const split = comparisons.find(({ method }) => method === "(chain)");
    expect(split && said(split)).toBe("(chain): chain-split /result/hash (confirmed)");
    expect(split?.pair?.old.body?.toString()).toContain('"commonAncestor":{"number":94');
    expect(comparisons.filter(({ method }) => method !== "(chain)").map(said)).toEqual([
      "eth_getBalance: same",
    ]);
  });
});

describe("outcomes", () => {
  test("a changed answer is asked again and confirmed", async () => {
    const old = await node();
    const candidate = await node({
      answer: ({ method }) => (method === "eth_getBalance" ? { result: "0x1" } : undefined),
    });
    const { comparisons, results } = await replayTo(
      [exchangeOf(1, BALANCE)],
      old.url,
      candidate.url,
    );
    expect(comparisons.map(said)).toEqual(["eth_getBalance: value-changed /result (confirmed)"]);
    expect(results[0]?.sends).toBeGreaterThanOrEqual(13);
  });

  test("a difference that does not come back is flaky", async () => {
    let asks = 0;
    const old = await node();
    const candidate = await node({
      answer: ({ method }) =>
        method === "eth_getBalance" && ++asks === 1 ? { result: "0x1" } : undefined,
    });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: value-changed /result (flaky)"]);
  });

  test("a candidate that closes without an answer, again and again, is no-answer", async () => {
    const old = await node();
    const candidate = await node({
      respond: (body, response) => {
        if (!body.includes("eth_getBalance")) return false;
        response.destroy();
        return true;
      },
    });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: no-answer  (confirmed)"]);
  });

  test("an old that closes proves nothing", async () => {
    const candidate = await node();
    const old = await node({
      respond: (body, response) => {
        if (!body.includes("eth_getBalance")) return false;
        response.destroy();
        return true;
      },
    });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: uncomparable old-unreachable"]);
  });

  test("a timeout is asked again alone with three times as long", async () => {
    let asks = 0;
    const old = await node();
    const candidate = await node({
      respond: (body, response) => {
        if (!body.includes("eth_getBalance") || ++asks > 1) return false;
        // The first ask is never answered; the connection stays open.
        response.on("close", () => {});
        return true;
      },
    });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url, {
      timeoutMs: 200,
    });
    expect(comparisons.map(said)).toEqual(["eth_getBalance: same"]);
  });

  test("a rate limit that goes away on retry is no difference", async () => {
    let asks = 0;
    const old = await node();
    const candidate = await node({
      answer: ({ method }) =>
        method === "eth_getBalance" && ++asks === 1
          ? { error: { code: -32005, message: "rate limit exceeded" } }
          : undefined,
    });
    const { comparisons } = await replayTo([exchangeOf(1, BALANCE)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBalance: same"]);
  });

  test("state below a side's oldest is lost, not changed", async () => {
    const old = await node();
    const candidate = await node({
      answer: ({ method, params }) =>
        method === "eth_getBalance" && Number(params[1]) < 50
          ? { error: { code: -32000, message: "missing trie node" } }
          : undefined,
    });
    const exchange = exchangeOf(1, call("eth_getBalance", ["0x01", "0xa"]));
    const { comparisons } = await replayTo([exchange], old.url, candidate.url, {
      oldestState: { old: 0, candidate: 50 },
    });
    expect(comparisons.map(said)).toEqual(["eth_getBalance: uncomparable state-lost"]);
  });

  test("a block that only one side has yet is node-behind", async () => {
    const old = await node();
    const candidate = await node({ chain: { head: 97 } });
    const exchange = exchangeOf(1, call("eth_getBlockByNumber", ["0x64", false]));
    const { comparisons } = await replayTo([exchange], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_getBlockByNumber: uncomparable node-behind"]);
  });
});

/** A node that refuses transactions, an empty one with `message`. */
function refuse(message: string): FakeNodeOptions {
  return {
    answer: ({ method, params }) =>
      method === "eth_sendRawTransaction"
        ? { error: { code: -32000, message: params[0] === "0x" ? message : "rlp: bad" } }
        : undefined,
  };
}

describe("harmless", () => {
  test("what writes or is not known is never sent, and said", async () => {
    const [old, candidate] = [await node(), await node()];
    const { comparisons } = await replayTo(
      [
        exchangeOf(1, call("eth_sendRawTransaction", ["0x00"])),
        exchangeOf(2, call("debug_traceChain", ["0x1", "0x2"])),
        exchangeOf(3, call("debug_standardTraceBlockToFile", ["0x1"])),
        exchangeOf(4, call("eth_chainId")),
        exchangeOf(5, "not json"),
        exchangeOf(6, BALANCE, { unreplayable: "redacted-body" }),
      ],
      old.url,
      candidate.url,
    );
    expect(comparisons.map(said).sort()).toEqual([
      "(unreadable): skipped malformed-request",
      "debug_standardTraceBlockToFile: skipped not-allowed",
      "debug_traceChain: skipped not-allowed",
      "eth_chainId: same",
      "eth_getBalance: skipped redacted-body",
      "eth_sendRawTransaction: skipped writes",
    ]);
    const sent = new Set([...old.asked, ...candidate.asked].map(({ method }) => method));
    expect([...sent].sort()).toEqual(["eth_chainId", "eth_getBlockByNumber"]);
  });

  test("--probe-send compares how transactions that can't be included are refused", async () => {
    const old = await node(refuse("typed transaction too short"));
    const candidate = await node(refuse("empty input"));
    const plain = await replayTo([], old.url, candidate.url);
    expect(plain.comparisons).toEqual([]);
    const { comparisons } = await replayTo([], old.url, candidate.url, { probeSend: true });
    expect(comparisons.map((one) => `${one.name} ${said(one)}`)).toEqual([
      "probe-send/empty eth_sendRawTransaction: error-message-changed /error/message (confirmed)",
      "probe-send/not hex eth_sendRawTransaction: same",
      "probe-send/one byte eth_sendRawTransaction: same",
      "probe-send/unknown type eth_sendRawTransaction: same",
      "probe-send/cut short eth_sendRawTransaction: same",
      "probe-send/without prefix eth_sendRawTransaction: same",
      "probe-send/of another chain eth_sendRawTransaction: same",
    ]);
  });

  test("a call may not cost more than its ceiling", async () => {
    const old = await node();
    const candidate = await node({
      answer: ({ method }) => (method === "eth_getBalance" ? { result: "0x1" } : undefined),
    });
    const { comparisons, results } = await replayTo(
      [exchangeOf(1, BALANCE)],
      old.url,
      candidate.url,
      {
        maxSendsPerCall: 9,
      },
    );
    expect(results[0]?.sends).toBeLessThanOrEqual(9);
    expect(comparisons[0]?.confidence).toBe("probable");
  });

  test("methods are chosen by include, exclude and limit; the rest is counted", async () => {
    const [old, candidate] = [await node(), await node()];
    const { comparisons } = await replayTo(
      [
        exchangeOf(1, BALANCE),
        exchangeOf(2, call("eth_blockNumber")),
        exchangeOf(3, call("eth_chainId")),
        exchangeOf(4, call("eth_chainId")),
      ],
      old.url,
      candidate.url,
      { include: ["eth_*"], exclude: ["*Balance"], limit: 3 },
    );
    expect(comparisons.map(said).sort()).toEqual([
      "eth_blockNumber: same",
      "eth_chainId: same",
      "eth_chainId: skipped limit",
      "eth_getBalance: skipped excluded",
    ]);
  });
});

/** A node whose filters all have one id. */
function filters(id: string): FakeNodeOptions {
  return {
    answer: ({ method, params }) => {
      if (method === "eth_newFilter") return { result: id };
      if (method !== "eth_getFilterLogs") return undefined;
      return params[0] === id
        ? { result: [] }
        : { error: { code: -32000, message: "filter not found" } };
    },
  };
}

describe("sessions", () => {
  test("each side gets its own filter id", async () => {
    const [old, candidate] = [await node(filters("0xaa")), await node(filters("0xbb"))];
    const { comparisons } = await replayTo(
      [
        exchangeOf(1, call("eth_newFilter", [{ fromBlock: "0x1" }]), answered("0x77")),
        exchangeOf(2, call("eth_getFilterLogs", ["0x77"])),
        exchangeOf(3, call("eth_getFilterLogs", ["0x99"])),
      ],
      old.url,
      candidate.url,
    );
    expect(comparisons.map(said).sort()).toEqual([
      "eth_getFilterLogs: same",
      "eth_getFilterLogs: skipped unknown-state",
      "eth_newFilter: same",
    ]);
  });
});

describe("batches", () => {
  const BATCH = [call("eth_chainId", [], 1), call("eth_getBalance", ["0x01", "latest"], 2)];

  test("go as a batch, without what must not be sent", async () => {
    const [old, candidate] = [await node(), await node()];
    const batch = [...BATCH, call("eth_sendRawTransaction", ["0x00"], 3)];
    const { comparisons } = await replayTo([exchangeOf(1, batch)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual([
      "eth_chainId: same",
      "eth_getBalance: same",
      "eth_sendRawTransaction: skipped writes",
    ]);
  });

  test("items that are no calls go along, and what could be taken for one stays here", async () => {
    const bodies: string[] = [];
    const keep: FakeNodeOptions = {
      respond(body, response) {
        if (!body.startsWith("[")) return false;
        bodies.push(body);
        response.end('[{"jsonrpc":"2.0","id":1,"result":"0x7"}]');
        return true;
      },
    };
    const strict: FakeNodeOptions = {
      respond(body, response) {
        if (!body.startsWith("[")) return false;
        response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"bad"}}');
        return true;
      },
    };
    const [old, candidate] = [await node(keep), await node(strict)];
    const batch = [
      call("eth_chainId", [], 1),
      1,
      { params: [] },
      { Method: "eth_sendRawTransaction" },
    ];
    const { comparisons } = await replayTo([exchangeOf(1, batch)], old.url, candidate.url);
    expect(bodies[0]).toBe(`[${JSON.stringify(batch[0])},1,{"params":[]}]`);
    expect(comparisons.map(said)).toEqual([
      expect.stringMatching(/^\(batch\): .*\(confirmed\)$/),
      "eth_chainId: same",
    ]);
  });

  test.each(["writes", "redacted-body"] as const)(
    "reads that were batched with what lost a value (%s) are asked; what lost it is not",
    async (unreplayable) => {
      const [old, candidate] = [await node(), await node()];
      const batch = [
        ...BATCH,
        call("eth_sendRawTransaction", [`0x${"ab".repeat(32)}`], 3),
        call("eth_getBalance", ["red_0123456789abcdef", "latest"], 4),
      ];
      const { comparisons } = await replayTo(
        [exchangeOf(1, batch, { unreplayable }), exchangeOf(2, BALANCE, { unreplayable })],
        old.url,
        candidate.url,
      );
      expect(comparisons.map(said).sort()).toEqual(
        [
          "eth_chainId: same",
          "eth_getBalance: same",
          "eth_sendRawTransaction: skipped writes",
          "eth_getBalance: skipped redacted-body",
          `eth_getBalance: skipped ${unreplayable}`,
        ].sort(),
      );
      const sent = new Set(old.asked.map(({ method }) => method));
      expect(sent).not.toContain("eth_sendRawTransaction");
    },
  );

  test("the call that differs is found by asking it alone", async () => {
    const old = await node();
    const candidate = await node({
      answer: ({ method }) => (method === "eth_getBalance" ? { result: "0x1" } : undefined),
    });
    const { comparisons } = await replayTo([exchangeOf(1, BATCH)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual([
      "eth_chainId: same",
      "eth_getBalance: value-changed /result (confirmed)",
    ]);
  });

  test("answers in another order are a finding of the batch", async () => {
    const old = await node();
    const candidate = await node({
      respond: (body, response) => {
        if (!body.startsWith("[")) return false;
        response.writeHead(200, { "content-type": "application/json" });
        response.end(
          `[{"jsonrpc":"2.0","id":2,"result":"${hashAt(old.chain, 100).slice(0, 18)}"},{"jsonrpc":"2.0","id":1,"result":"0x7"}]`,
        );
        return true;
      },
    });
    const { comparisons } = await replayTo([exchangeOf(1, BATCH)], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual([
      "eth_chainId: same",
      "eth_getBalance: same",
      "(batch): batch-order-changed  (probable)",
    ]);
  });

  test("a batch that one side refuses is one finding, and its calls are asked singly", async () => {
    const old = await node();
    const candidate = await node({
      respond: (body, response) => {
        if (!body.startsWith("[")) return false;
        response.writeHead(200, { "content-type": "application/json" });
        response.end(
          '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}',
        );
        return true;
      },
    });
    const { comparisons } = await replayTo([exchangeOf(1, BATCH)], old.url, candidate.url);
    const [whole, ...single] = comparisons.map(said);
    expect(whole).toMatch(/^\(batch\): .*\(confirmed\)$/);
    expect(single).toEqual(["eth_chainId: same", "eth_getBalance: same"]);
  });
});

function many(count: number): Exchange[] {
  return Array.from({ length: count }, (_, id) => exchangeOf(id, call("eth_chainId", [], id)));
}

describe("running", () => {
  test("every exchange gives one result, whatever runs at once", async () => {
    const [old, candidate] = [await node(), await node()];
    const { results } = await replayTo(many(500), old.url, candidate.url, { concurrency: 50 });
    expect(new Set(results.map(({ key }) => key)).size).toBe(500);
    expect(results).toHaveLength(500);
  });

  test("what was done is not done again", async () => {
    const [old, candidate] = [await node(), await node()];
    const done = new Set(["memory:0", "memory:2"]);
    const { results } = await replayTo(many(4), old.url, candidate.url, { done });
    expect(results.map(({ key }) => key).sort()).toEqual(["memory:1", "memory:3"]);
  });

  test("an interruption ends early, without half results", async () => {
    const ending = new AbortController();
    const old = await node({
      answer: ({ id }) => {
        if (id === 200) ending.abort();
        return undefined;
      },
    });
    const candidate = await node();
    const { comparisons } = await replayTo(many(5_000), old.url, candidate.url, {
      signal: ending.signal,
    });
    expect(comparisons.length).toBeLessThan(2_000);
    expect(new Set(comparisons.map(({ state }) => state))).toEqual(new Set(["same"]));
  });

  test("an interruption does not wait for a node that hangs", async () => {
    const ending = new AbortController();
    const candidate = await node();
    const old = await node({
      respond: (body) => {
        if (!body.includes("eth_chainId") || body.includes('"id":1,')) return false;
        ending.abort();
        return true;
      },
    });
    const { comparisons } = await replayTo(many(50).slice(2), old.url, candidate.url, {
      signal: ending.signal,
      timeoutMs: 25_000,
    });
    expect(comparisons).toEqual([]);
  });

  test("a block to pin that is not there is a usage error", async () => {
    const [old, candidate] = [await node(), await node()];
    await expect(replayTo([], old.url, candidate.url, { pin: 5_000 })).rejects.toThrow(
      "--pin 5000: not all targets hold that block with one hash.",
    );
  });

  test("a target that is lost ends the run with its name", async () => {
    const old = await node();
    let asks = 0;
    const candidate = await node({
      respond: (body, response) => {
        if (!body.includes("eth_chainId") || ++asks < 50) return false;
        response.destroy();
        return true;
      },
    });
    await expect(replayTo(many(2_000), old.url, candidate.url)).rejects.toThrow(
      /candidate gave no answer 60 times in a row/,
    );
  });

  test("several targets a side each get their share, and the comparison says which", async () => {
    const nodes = [await node(), await node(), await node()];
    const old = await node();
    const { comparisons } = await replayTo(
      many(120),
      old.url,
      nodes.map(({ url }) => url),
    );
    const shares = [0, 1, 2].map(
      (index) => comparisons.filter(({ targets }) => targets.candidate === index).length,
    );
    expect(Math.min(...shares)).toBeGreaterThan(10);
  });
});

/** A node whose gas price is always this. */
function priced(price: string, chain = {}): FakeNodeOptions {
  return {
    chain,
    answer: ({ method }) => (method === "eth_gasPrice" ? { result: price } : undefined),
  };
}

describe("what follows the head", () => {
  const PRICE = exchangeOf(1, call("eth_gasPrice"));
  test("does not drift while both stand on one block", async () => {
    const [old, candidate] = [await node(priced("0x10")), await node(priced("0x11"))];
    const { comparisons } = await replayTo([PRICE], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_gasPrice: value-changed /result (confirmed)"]);
  });

  test("drifts where their heads differ", async () => {
    const [old, candidate] = [await node(priced("0x10")), await node(priced("0x11", { head: 99 }))];
    const { comparisons } = await replayTo([PRICE], old.url, candidate.url);
    expect(comparisons.map(said)).toEqual(["eth_gasPrice: same"]);
  });

  test("is asked about only so often", async () => {
    const [old, candidate] = [await node(priced("0x10")), await node(priced("0x11", { head: 99 }))];
    const many = Array.from({ length: 200 }, (_, id) => exchangeOf(id, call("eth_gasPrice")));
    await replayTo(many, old.url, candidate.url);
    const asked = candidate.asked.filter(({ method }) => method === "eth_gasPrice");
    expect(asked.length).toBeLessThan(200 + 60 + 16);
  });
});
