import { array, assert, constantFrom, integer, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Kind } from "../../src/model/kinds.ts";
import { titleOf } from "../../src/notice/compose/headline.ts";
import { dateDoubts, upgradeFacts } from "../../src/notice/compose/upgrade-facts.ts";
import { openEngine } from "../../src/notice/formats/engine.ts";
import { renderNotice } from "../../src/notice/formats/render.ts";
import { accountOf, composed, judgedOf, NOW, token, upgradeOf } from "./build.ts";

const A = token("a");
const acme = accountOf("acme", [A]);

function noticeOf(kinds: readonly Kind[], given: Parameters<typeof composed>[2] = {}) {
  const rows = kinds.map((kind, index) => ({
    method: "eth_getBlockByNumber",
    count: 1,
    customer: A,
    findings: [{ kind, path: `/result/field${index}` }],
  }));
  return composed([judgedOf(rows)], acme, given);
}

describe("subjects", () => {
  const upgrades = record({
    network: string({ minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== ""),
    client: constantFrom("geth", "stacks-blockchain-api", "nethermind"),
    to: constantFrom("1.17.0", "8.13.0-beta.12"),
    urgency: constantFrom("optional", "security"),
    state: constantFrom("planned", "live", "postponed", "cancelled"),
  });

  test("are at most 78 characters, whatever the upgrade is called and however much changes", () => {
    assert(
      property(
        upgrades,
        constantFrom("affected", "check", "informed", "not-seen", "unknown"),
        integer({ min: 1, max: 100_000 }),
        (changes, standing, count) => {
          const facts = upgradeFacts(upgradeOf(changes), NOW);
          const title = titleOf(standing, facts, {
            breaking: count,
            risky: count,
            noun: "RPC",
          });
          expect(title.length).toBeLessThanOrEqual(78);
          expect(title).not.toMatch(/\bundefined\b|NaN|\n/);
        },
      ),
    );
  });

  test("count what the notice lists", () => {
    assert(
      property(
        array(
          constantFrom<Kind>("field-removed", "type-changed", "field-added", "letter-case-changed"),
          {
            minLength: 1,
            maxLength: 80,
          },
        ),
        (kinds) => {
          const notice = noticeOf(kinds);
          const listed = [...notice.changes, ...notice.further];
          const worst = notice.standing === "affected" ? "breaking" : "risky";
          const count = kinds.filter((kind) =>
            worst === "breaking"
              ? kind === "field-removed" || kind === "type-changed"
              : kind === "letter-case-changed",
          ).length;
          const told = /: (\d+) RPC/.exec(notice.title)?.[1];
          expect(Number(told ?? 0)).toBe(notice.standing === "informed" ? 0 : count);
          const acting = kinds.filter((kind) => kind !== "field-added").length;
          const further = /, (\d+) may/.exec(notice.title)?.[1] ?? 0;
          expect(Number(told ?? 0) + Number(further)).toBe(acting);
          expect(listed.length + notice.unlisted).toBe(acting);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("what nobody has settled", () => {
  test("is counted and not told, until it is allowed", () => {
    const held = noticeOf(["field-removed", "value-changed"]);
    expect(held.changes.map(({ kind }) => kind)).toEqual(["field-removed"]);
    expect(held.held).toBe(1);
    const text = renderNotice(held, openEngine(null)).text;
    expect(text).toContain("1 further difference in your calls is not told here");
    const allowed = noticeOf(["value-changed"], { allowUnsettled: true });
    expect(allowed.changes.map(({ kind }) => kind)).toEqual(["value-changed"]);
    expect(allowed.held).toBe(0);
  });
});

describe("what somebody has to do", () => {
  test("is asked of code that the change touches, not of everybody", () => {
    expect(noticeOf(["field-removed"]).headline).toMatch(
      /^Yes, if your code is as described below/,
    );
  });

  test("is told in one line where one line says it", () => {
    const run = judgedOf([
      {
        method: "eth_getBlockByNumber",
        count: 1,
        customer: A,
        findings: [{ kind: "field-removed", path: "/result/field0" }],
      },
    ]);
    const pairId = run.facts.samples[0]?.pairId ?? "";
    const reply = { outcome: "reply", status: 200, cut: null };
    const texts = {
      pairId,
      method: "eth_getBlockByNumber",
      request: '{"method":"eth_getBlockByNumber","params":["0x1",false]}',
      old: { ...reply, text: '{"result":{"field0":"0x1"}}' },
      candidate: { ...reply, text: '{"result":{}}' },
    };
    const readTexts = () => new Map([[pairId, texts]]);
    const { text } = renderNotice(composed([run], acme, { readTexts }), openEngine(null));
    expect(text).toContain('"field0": "0x1" → "0x2"');
    expect(text).not.toContain("Before (geth");
  });
});

function writes(kind: Kind, path: string) {
  return [{ method: "eth_sendRawTransaction", count: 2, customer: A, findings: [{ kind, path }] }];
}

describe("writes", () => {
  test("nobody is told to act on whether a write was taken", () => {
    const notice = composed([judgedOf(writes("error-to-result", ""))], acme);
    expect(notice.changes).toEqual([]);
  });

  test("how a refusal is worded is told", () => {
    const notice = composed([judgedOf(writes("error-message-changed", "/error/message"))], acme);
    expect(notice.changes).toHaveLength(1);
  });
});

function doubts(changes: object): string[] {
  return dateDoubts(upgradeFacts(upgradeOf(changes), NOW), NOW);
}

describe("dates", () => {
  test("customers are asked to be ready before the change, not in its minute", () => {
    expect(upgradeFacts(upgradeOf(), NOW).actBy).toBe("2026-12-12T14:00:00Z");
    expect(upgradeFacts(upgradeOf({ changesAt: "2026-11-22T10:00:00Z" }), NOW).actBy).toBe(
      "2026-11-22T10:00:00Z",
    );
    expect(doubts({})).toEqual([]);
  });

  test.each([
    [{ actBy: "2026-12-16T14:00:00Z" }, "after the change"],
    [{ actBy: "2026-11-20T14:00:00Z" }, "has passed"],
    [{ test: { endpoint: "https://a.example", until: "2026-12-12T14:00:00Z" } }, "can't test"],
    [{ test: { endpoint: "https://a.example", until: "2026-12-15T14:00:00Z" } }, "in the minute"],
    [{ test: { endpoint: "https://a.example", from: "2026-12-13T14:00:00Z" } }, "no earlier than"],
    [
      {
        test: {
          endpoint: "https://a.example",
          from: "2026-12-02T14:00:00Z",
          until: "2026-12-01T14:00:00Z",
        },
      },
      "before it opens",
    ],
    [{ oldVersion: { keptUntil: "2026-12-01T14:00:00Z" } }, "before the change"],
    [{ changesAt: "2026-11-23T14:00:00Z" }, "less than a week"],
  ])("%j: %s", (changes, words) => {
    expect(doubts(changes).join(" ")).toContain(words);
  });

  test("nobody is sent to a test endpoint before it opens", () => {
    const upgrade = upgradeOf({
      test: { endpoint: "https://a.example", from: "2026-12-02T14:00:00Z" },
    });
    const { text, markdown, page } = renderNotice(
      noticeOf(["field-removed"], { upgrade }),
      openEngine(null),
    );
    for (const form of [text, markdown, page]) {
      expect(form).not.toContain("Test now");
      expect(form).toContain("2026-12-02 14:00 UTC");
    }
    expect(text).toContain("the test endpoint opens Wed 2 Dec 2026, 14:00 UTC");
  });

  test("what is planned is told as a sentence of its own", () => {
    const { timeline } = upgradeFacts(
      upgradeOf({
        timeline: [{ at: "2026-12-01T08:00:00Z", what: "the new version can be tried" }],
      }),
      NOW,
    );
    expect(timeline[0]?.what).toBe("The new version can be tried.");
  });
});

describe("a comparison that was stopped", () => {
  test("says so in the notice", () => {
    const run = judgedOf([{ method: "eth_call", count: 5, customer: A }]);
    const [recording] = run.facts.header.recordings;
    const stopped = judgedOf([{ method: "eth_call", count: 5, customer: A }], {
      complete: false,
      header: { ...run.facts.header, recordings: [{ ...recording!, stored: 12 }] },
    });
    const notice = composed([stopped], acme);
    expect(notice.coverage).toMatchObject({ unsent: 7, stopped: true });
    expect(renderNotice(notice, openEngine(null)).markdown).toContain(
      "stopped before its end: 7 recorded requests were not asked",
    );
  });
});
