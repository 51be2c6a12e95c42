import { describe, expect, test } from "vitest";
import type { SampleTexts } from "../../src/model/run.ts";
import { openEngine } from "../../src/notice/formats/engine.ts";
import { renderNotice } from "../../src/notice/formats/render.ts";
import { accountOf, composed, judgedOf, NOW, token, upgradeOf } from "./build.ts";

const A = token("a");
const B = token("b");
const C = token("c");
const acme = accountOf("acme", [A]);

const removed = { kind: "field-removed", path: "/result/totalDifficulty", old: "0x1" } as const;
const added = { kind: "field-added", path: "/result/blockTimestamp" } as const;
const message = { kind: "error-message-changed", path: "/error/message" } as const;

const run = judgedOf([
  {
    method: "eth_getBlockByNumber",
    count: 30,
    customer: A,
    client: { name: "ethers", version: "5.7.2" },
    findings: [removed],
  },
  { method: "eth_getBlockByNumber", count: 10, customer: A, findings: [removed, added] },
  { method: "eth_call", count: 60, customer: A },
  {
    method: "eth_getBlockByNumber",
    count: 7,
    customer: B,
    client: { name: "web3.py", version: "7" },
    findings: [added],
  },
  { method: "eth_call", count: 5, customer: B, findings: [message] },
  { method: "eth_getBlockByNumber", count: 9, customer: C },
  { method: "eth_sendRawTransaction", count: 4, customer: A, state: "skipped" },
]);

describe("an account's notice", () => {
  test("counts only the account's own calls, a call with two changes once", () => {
    const notice = composed([run], acme);
    expect(notice.standing).toBe("affected");
    expect(notice.changes.map(({ kind, calls, clients }) => [kind, calls, clients])).toEqual([
      ["field-removed", 40, ["ethers 5.7.2"]],
    ]);
    expect(notice.harmless.map(({ kind, calls }) => [kind, calls])).toEqual([["field-added", 10]]);
    expect(notice.headline).toContain("40 of the 100 calls of yours");
    expect(notice.coverage).toMatchObject({ calls: 104, compared: 100 });
  });

  test("pseudonyms of one account are one customer", () => {
    const both = composed([run], accountOf("group", [A, B]));
    expect(both.changes.map(({ kind, calls }) => [kind, calls])).toEqual([
      ["field-removed", 40],
      ["error-message-changed", 5],
    ]);
  });

  test("a method that was never sent again is named with the reason", () => {
    expect(composed([run], acme).coverage.untested).toEqual([
      {
        method: "eth_sendRawTransaction",
        calls: 4,
        reason: "it changes state, so we never send it again",
      },
    ]);
  });

  test("what was seen of others in the account's methods is told without numbers", () => {
    const notice = composed([run], acme);
    expect(notice.elsewhere.map(({ sentence }) => sentence)).toEqual([
      "The error text of `eth_call` changes.",
    ]);
    expect(composed([run], accountOf("charlie", [C])).elsewhere.map(({ kind }) => kind)).toEqual([
      "field-removed",
    ]);
  });

  test.each([
    ["affected", A, "Action by 12 Dec: 1 RPC change affects you"],
    ["check", B, "Please check by 12 Dec: 1 RPC change may affect you"],
    ["not-seen", C, "For your information: geth 1.17.0 on Ethereum mainnet from 15 Dec"],
  ])("a customer who is %s is told so in the title", (standing, customer, label) => {
    const notice = composed([run], accountOf("x", [customer]));
    expect(notice.standing).toBe(standing);
    expect(notice.title).toContain(label);
  });

  test.each(["not-seen", "unknown"])("%s is never written as not affected", (standing) => {
    const notice = composed([run], accountOf("x", [standing === "unknown" ? token("d") : C]));
    expect(notice.standing).toBe(standing);
    for (const form of Object.values(renderNotice(notice, openEngine(null)))) {
      expect(form).not.toMatch(/(?:not|n['’]t be|un) ?affected/i);
      expect(form).not.toMatch(/no action (?:is )?(?:needed|expected|required)/i);
    }
  });

  test("accepted findings stay in, flaky ones stay out", () => {
    const flaky = judgedOf([
      {
        method: "eth_call",
        count: 3,
        customer: A,
        findings: [{ ...message, confidence: "flaky" }],
      },
    ]);
    expect(composed([flaky], acme).changes).toEqual([]);
  });

  test("what comes with another change stands under it", () => {
    const caused = { kind: "encoding-changed", path: "/result/hash" } as const;
    const cause = judgedOf([
      {
        method: "eth_getBlockByNumber",
        count: 3,
        customer: A,
        findings: [
          caused,
          { kind: "encoding-changed", path: "/result/transactions/*/blockHash", causedBy: caused },
        ],
      },
    ]);
    const notice = composed([cause], acme);
    expect(notice.changes).toHaveLength(1);
    expect(notice.changes[0]?.follows[0]).toContain("transactions[].blockHash");
  });

  test("two runs of different recordings add up, the same recording counts once, in the newest run", () => {
    const rows = [{ method: "eth_call", count: 3, customer: A, findings: [message] }];
    const header = judgedOf(rows).facts.header;
    const other = judgedOf(rows, {
      header: { ...header, recordings: [{ ...header.recordings[0]!, name: "other.sqlite" }] },
    });
    expect(composed([judgedOf(rows), other], acme).changes[0]?.calls).toBe(6);
    expect(composed([judgedOf(rows), judgedOf(rows)], acme).changes[0]?.calls).toBe(3);
  });

  test("the evidence is the account's own call, shortened", () => {
    const reads: string[][] = [];
    const address = `0x${"d8da6bf2".repeat(5)}`;
    const texts = (pairId: string): SampleTexts => ({
      pairId,
      method: "eth_getBlockByNumber",
      request: `{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["${address}",false]}`,
      old: {
        outcome: "reply",
        status: 200,
        cut: null,
        text: '{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","totalDifficulty":"0x1","size":"0x2"}}',
      },
      candidate: {
        outcome: "reply",
        status: 200,
        cut: null,
        text: '{"jsonrpc":"2.0","id":1,"result":{"number":"0x1","size":"0x2"}}',
      },
    });
    const samples = judgedOf([
      { method: "eth_getBlockByNumber", count: 1, customer: A, findings: [removed] },
    ]);
    const notice = composed(
      [
        {
          ...samples,
          findings: samples.findings.map((finding) => ({
            ...finding,
            samples: finding.samples.map((sample) => ({ ...sample, candidate: undefined })),
          })),
        },
      ],
      acme,
      {
        readTexts: (_, pairIds) => {
          reads.push([...pairIds]);
          return new Map(pairIds.map((pairId) => [pairId, texts(pairId)]));
        },
      },
    );
    const evidence = notice.changes[0]?.evidence;
    expect(evidence?.at).toBe("2026-11-20T09:12:00Z");
    expect(evidence?.request).toBe(
      '{"method":"eth_getBlockByNumber","params":["0xd8da…6bf2",false]}',
    );
    expect(
      evidence?.before.lines.filter(({ changed }) => changed).map(({ text }) => text.trim()),
    ).toEqual(['"totalDifficulty": "0x1"']);
    expect(
      evidence?.after.lines.filter(({ changed }) => changed).map(({ text }) => text.trim()),
    ).toEqual(['(no "totalDifficulty")']);
    expect(reads).toEqual([["sample.sqlite:1:0"]]);
  });
});

function title(changes: object, now = NOW): string {
  return composed([run], acme, { upgrade: upgradeOf(changes), now }).title;
}

function body(size: string): SampleTexts["old"] {
  const text = `{"jsonrpc":"2.0","id":1,"result":{"size":${size}}}`;
  return { outcome: "reply", status: 200, cut: null, text };
}

describe("numbers that a double would change", () => {
  test("are shown as they were written", () => {
    const change = { kind: "value-changed", path: "/result/size" } as const;
    const judged = judgedOf([
      { method: "eth_getBlockByNumber", count: 1, customer: A, findings: [change] },
    ]);
    const samples = judged.findings.map((finding) => ({
      ...finding,
      samples: finding.samples.map((sample) => ({
        ...sample,
        old: "9007199254740993",
        candidate: 9_007_199_254_740_992,
      })),
    }));
    const notice = composed([{ ...judged, findings: samples }], acme, {
      allowUnsettled: true,
      readTexts: (_, ids) =>
        new Map(
          ids.map((id) => [
            id,
            {
              pairId: id,
              method: "m",
              request: "{}",
              old: body("9007199254740993"),
              candidate: body("9007199254740992"),
            },
          ]),
        ),
    });
    expect(notice.changes[0]?.sentence).toContain("`9007199254740993` is now `9007199254740992`");
    const lines = notice.changes[0]?.evidence?.before.lines.map(({ text }) => text.trim());
    expect(lines).toContain('"size": 9007199254740993');
  });
});

describe("the state of the upgrade", () => {
  test("a security release is urgent", () => {
    expect(title({ urgency: "security" })).toBe(
      "Security release, action by 15 Dec: 1 RPC change affects you (geth 1.17.0)",
    );
  });

  test("after its time the change is live", () => {
    expect(title({}, new Date("2026-12-16T00:00:00Z"))).toBe(
      "Live since 15 Dec, act now: 1 RPC change affects you (geth 1.17.0)",
    );
  });

  test.each(["postponed", "cancelled"])("%s says so and asks for nothing", (state) => {
    const notice = composed([run], acme, { upgrade: upgradeOf({ state }) });
    expect(notice.title.toLowerCase()).toBe(`${state}: geth 1.17.0 on ethereum mainnet`);
    const { markdown } = renderNotice(notice, openEngine(null));
    expect(markdown).not.toContain("## What to do");
    expect(markdown).toContain(`is ${state}`);
  });

  test("without a preview the notice says that there is none", () => {
    const notice = composed([run], acme, { upgrade: upgradeOf({ test: "none" }) });
    expect(renderNotice(notice, openEngine(null)).markdown).toContain("No preview");
  });
});
