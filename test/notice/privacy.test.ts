import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KINDS } from "../../src/model/kinds.ts";
import type { JudgedRun } from "../../src/model/judged.ts";
import type { SampleTexts } from "../../src/model/run.ts";
import { composeChangelog } from "../../src/notice/compose/changelog.ts";
import { adviceAt } from "../../src/notice/compose/advice.ts";
import { gatherTraffic } from "../../src/notice/compose/traffic.ts";
import { upgradeFacts } from "../../src/notice/compose/upgrade-facts.ts";
import { openEngine } from "../../src/notice/formats/engine.ts";
import { renderNotice } from "../../src/notice/formats/render.ts";
import { upgradeView } from "../../src/notice/formats/view.ts";
import type { BuiltCalls } from "../support/facts.ts";
import { accountOf, composed, judgedOf, NOW, token, upgradeOf } from "./build.ts";

const A = token("a");
const B = token("b");
const METHODS = ["eth_call", "eth_getLogs", "eth_getBlockByNumber", "debug_traceTransaction"];
const PATHS = [
  "/result",
  "/result/logs/*/data",
  "/result/totalDifficulty",
  "/error/message",
  "/error/code",
  "/result/*/to",
];
const KIND_NAMES = [...KINDS.breaking, ...KINDS.risky, ...KINDS.info];

/** What only one customer's traffic has: each a text that can be looked for. */
interface Secrets {
  readonly address: string;
  readonly value: string;
  readonly word: string;
  readonly count: number;
  readonly client: string;
}

/** Numbers that no fixed text has, so that finding one in a notice means that it leaked. */
const secrets = (start: number): fc.Arbitrary<Secrets> =>
  fc.record({
    address: fc.stringMatching(/^0x[0-9a-f]{40}$/),
    value: fc.stringMatching(/^0x[1-9a-f][0-9a-f]{9}$/),
    word: fc.stringMatching(/^[g-z]{12}$/),
    count: fc.integer({ min: start, max: start + 999 }),
    client: fc.stringMatching(/^lib[g-z]{7}$/),
  });

const findings = fc.array(
  fc.record({ kind: fc.constantFrom(...KIND_NAMES), path: fc.constantFrom(...PATHS) }),
  { minLength: 1, maxLength: 4 },
);
const method = fc.constantFrom(...METHODS);

/** Calls of one customer, with its secrets in values, texts, counts and clients. */
function rowsOf(
  customer: string,
  own: Secrets,
  called: string,
  differences: { kind: (typeof KIND_NAMES)[number]; path: string }[],
): BuiltCalls[] {
  const plans = differences.map((difference, index) => ({
    ...difference,
    old: index % 2 === 0 ? own.value : `${own.word} was ${own.address}`,
    candidate: index % 2 === 0 ? own.word : own.address,
  }));
  return [
    {
      method: called,
      count: own.count,
      customer,
      client: { name: own.client, version: "1" },
      findings: plans,
      weight: 3,
    },
    { method: `own_${own.word}`, count: own.count, customer, state: "skipped" },
  ];
}

/** Texts of every sample hold what its own customer sent. */
function textsFor(run: JudgedRun, byCustomer: ReadonlyMap<string, Secrets>) {
  const owners = new Map(run.facts.samples.map((sample) => [sample.pairId, sample.customer]));
  return (_: JudgedRun, pairIds: readonly string[]) =>
    new Map(
      pairIds.map((pairId): [string, SampleTexts] => {
        const own = byCustomer.get(owners.get(pairId) ?? "") as Secrets;
        const body = JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          result: { to: own.address, data: own.value, name: own.word },
        });
        const side = { outcome: "reply", status: 200, text: body, cut: null };
        const request = JSON.stringify({
          method: "eth_call",
          params: [{ to: own.address, data: own.value }, own.word],
        });
        return [pairId, { pairId, method: "eth_call", request, old: side, candidate: side }];
      }),
    );
}

/** Every way in which a secret could be told: whole, shortened as notices shorten, or with thousands marked. */
function traces({ address, value, word, count, client }: Secrets): string[] {
  return [
    address,
    address.slice(2, 10),
    address.slice(-8),
    `${address.slice(0, 6)}…${address.slice(-4)}`,
    value,
    word,
    client,
    String(count),
    count.toLocaleString("en-US"),
    String(count * 3),
    (count * 3).toLocaleString("en-US"),
  ];
}

const engine = openEngine(null);

describe("privacy", () => {
  test("no form of A's notice has an address, value, word, token, client or count that only B's traffic had", () => {
    fc.assert(
      fc.property(
        secrets(71_000),
        secrets(83_000),
        method,
        method,
        findings,
        findings,
        fc.boolean(),
        (own, other, called, calledByB, plansA, plansB, first) => {
          fc.pre(traces(own).every((trace) => !traces(other).includes(trace)));
          const mine = rowsOf(A, own, called, plansA);
          const theirs = rowsOf(B, other, calledByB, plansB);
          const run = judgedOf(first ? [...mine, ...theirs] : [...theirs, ...mine]);
          const readTexts = textsFor(
            run,
            new Map([
              [A, own],
              [B, other],
            ]),
          );
          const notice = composed([run], accountOf("acme", [A]), { readTexts });
          const text = Object.values(renderNotice(notice, engine)).join("\n");
          const ownTexts = JSON.stringify(own);
          const leaked = [...traces(other), B].filter(
            (trace) => !ownTexts.includes(trace) && text.includes(trace),
          );
          expect(leaked).toEqual([]);
          // The check can fail: what is the account's own is there.
          expect(notice.changes.length === 0 || text.includes(own.client)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);

  test("the public entry has nothing of anybody's traffic", () => {
    fc.assert(
      fc.property(secrets(71_000), method, findings, (own, called, plans) => {
        const run = judgedOf([
          ...rowsOf(A, own, called, plans),
          {
            method: called,
            count: 1,
            customer: A,
            findings: [{ kind: "value-changed", path: `/result/${own.address}/balance` }],
          },
        ]);
        const upgrade = upgradeFacts(upgradeOf(), NOW);
        const entry = composeChangelog(gatherTraffic([run]), upgrade, adviceAt, true);
        const text =
          JSON.stringify(entry) +
          engine.render("changelog.md", { ...entry, upgrade: upgradeView(upgrade) });
        // The method's name is API, not data: the entry may say that it was not tested.
        const leaked = [...traces(own), A].filter(
          (trace) => trace !== own.word && text.includes(trace),
        );
        expect(leaked).toEqual([]);
        expect(entry.action.length + entry.harmless.length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  }, 30_000);
});
