import { parse } from "yaml";
import { expect, test } from "vitest";
import { acceptedSchema } from "../../src/config/accepted.ts";
import { buildView } from "../../src/report/view/build.ts";
import { latencyChart } from "../../src/report/view/latency.ts";
import { curls } from "../../src/report/view/snippets.ts";
import { cut, visible } from "../../src/report/view/text.ts";
import { changeText } from "../../src/report/view/words.ts";
import { percentText } from "../../src/words.ts";
import { judgedRun } from "../support/judged.ts";
import type { FindingPlan } from "../support/judged.ts";
import { HOSTILE } from "./hostile.ts";
import { NOW } from "./render.ts";

function viewOf(plans: readonly FindingPlan[]): ReturnType<typeof buildView> {
  const { judged, texts } = judgedRun(plans);
  return buildView(judged, { texts, decisions: [], since: null, now: NOW });
}

/** The findings in the order shown, each by the last digit of its fingerprint. */
function lastDigits(plans: readonly FindingPlan[]): string[] {
  return viewOf(plans).findings.map(({ fingerprint }) => fingerprint.slice(-1));
}

test("what was not tested is summed by reason, in words, by share of traffic", () => {
  expect(
    viewOf([{}]).notTested.map(({ reason, words, calls, share }) => [
      reason,
      words,
      calls,
      percentText(share),
    ]),
  ).toEqual([
    ["writes", "Would change the chain or the node, so it is never sent", 250, "5.9 %"],
    ["state-lost", "A node no longer holds the state that was asked for", 40, "0.94 %"],
  ]);
});

test("calls are counted by their worst finding", () => {
  const built = judgedRun([
    {},
    { kind: "field-added" },
    { kind: "field-added", method: "eth_call" },
  ]);
  const signature = {
    method: "eth_call",
    customer: null,
    confidence: "confirmed" as const,
    weight: 1,
    weightSquares: 1,
  };
  const [breaking, info, other] = built.judged.findings.map((finding) => finding.fingerprint);
  const signatures = [
    { ...signature, calls: 7, fingerprints: [info ?? "", breaking ?? ""] },
    { ...signature, calls: 20, fingerprints: [info ?? "", other ?? ""] },
    { ...signature, calls: 1, fingerprints: ["00000000000000ff"] },
  ];
  const judged = { ...built.judged, facts: { ...built.judged.facts, signatures } };
  const { severities } = buildView(judged, {
    texts: built.texts,
    decisions: [],
    since: null,
    now: NOW,
  });
  expect(severities.map(({ severity, findings, calls }) => [severity, findings, calls])).toEqual([
    ["breaking", 1, 7],
    ["risky", 0, 0],
    ["info", 2, 20],
  ]);
});

test("a finding that another explains is linked both ways", () => {
  const [cause, effect] = viewOf([{}, { causedBy: "0000000000000001" }]).findings;
  expect(effect?.causedBy?.fingerprint).toBe(cause?.fingerprint);
  expect(cause?.explains.map((link) => link.fingerprint)).toEqual([effect?.fingerprint]);
});

test("a finding stands under the one that explains it, and a group where its worst member would", () => {
  expect(
    lastDigits([{}, {}, { causedBy: "0000000000000001" }, { causedBy: "0000000000000002" }]),
  ).toEqual(["1", "3", "2", "4"]);
  expect(lastDigits([{ causedBy: "0000000000000003" }, {}, {}])).toEqual(["3", "1", "2"]);
  const circle = lastDigits([
    { causedBy: "0000000000000002" },
    { causedBy: "0000000000000001" },
    { causedBy: "00000000000000ff" },
  ]);
  expect(circle.toSorted()).toEqual(["1", "2", "3"]);
});

test("what is left out is counted and its place named", () => {
  const example = { old: "{}", candidate: "[]" };
  const customers = Array.from(
    { length: 25 },
    (_, index) => `cus_${String(index).padStart(16, "0")}`,
  );
  const lines = viewOf([
    { examples: [example, example, example, example, example], customers },
  ]).leftOut;
  expect(lines).toContain(
    "5 rows of affected customers past the first 20 of a finding: findings.json.",
  );
});

test("the accepted entry is one that the accepted file takes, whatever is in the finding", () => {
  for (const value of HOSTILE) {
    const [finding] = viewOf([
      { group: { places: [{ path: `/${value.slice(0, 300)}`, count: 1 }] } },
    ]).findings;
    const file = `accepted:\n${finding?.acceptedEntry.replace('reason: ""', 'reason: "r"').replace('owner: ""', 'owner: "o"')}\n`;
    expect(acceptedSchema.parse(parse(file)).accepted[0]).toMatchObject({
      fingerprint: "0000000000000001",
      expires: "2026-12-21",
      seen: { calls: 10, comparedCalls: 1_000, customers: 1 },
    });
  }
});

const side = { outcome: "reply", status: 200, text: "", cut: null };

test.each([
  [
    "eth_call",
    `{"params":["it's"]}`,
    `curl -sS "$OLD_URL" -H 'content-type: application/json' --data-raw '{"params":["it'\\''s"]}'`,
  ],
  ["GET /v2/info", "GET /v2/info?tip=$(id)", `curl -sS -X GET "$OLD_URL"'/v2/info?tip=$(id)'`],
  [
    "POST /v2/x",
    'POST /v2/x\n{"a":1}',
    `curl -sS -X POST "$OLD_URL"'/v2/x' -H 'content-type: application/json' --data-raw '{"a":1}'`,
  ],
])("curl of %s", (method, request, command) => {
  expect(curls({ pairId: "1", method, request, old: side, candidate: side }, 1_000)?.old).toBe(
    command,
  );
});

test("a long value is cut with its length and hash", () => {
  expect(cut("a".repeat(5_000), 100)).toBe(
    `${"a".repeat(40)}… (5,000 characters, sha256 c526c6222044…)`,
  );
  expect(cut("short", 100)).toBe("short");
});

test("what can't be seen is made visible", () => {
  expect(visible("a\u202eb\u0000\ud800 \u{1f600} é\n\t")).toBe(
    "a\\u202eb\\u0000\\ud800 \u{1f600} é\n\t",
  );
});

test("shares and changes never round something to nothing", () => {
  expect([0, 0.00001, 0.0094, 0.5, 0.9999, 1].map(percentText)).toEqual([
    "0 %",
    "< 0.01 %",
    "0.94 %",
    "50 %",
    "> 99.9 %",
    "100 %",
  ]);
  expect([null, 0.001, 0.25, -0.1, 3.2].map(changeText)).toEqual([
    "–",
    "±0 %",
    "+25 %",
    "−10 %",
    "×4.2",
  ]);
});

test("a latency chart: two curves that rise, marks at the 95th percentiles, the numbers behind them", () => {
  const percentiles = { p50: 1, p90: 2, p95: 4, p99: 8 };
  const chart = latencyChart({
    old: percentiles,
    candidate: { p50: 2, p90: 4, p95: 8, p99: 16 },
    pairs: [],
    histogram: {
      old: [
        [1, 50],
        [4, 50],
      ],
      candidate: [
        [2, 50],
        [8, 50],
      ],
    },
  });
  expect(chart?.oldP95).toBeLessThan(chart?.candidateP95 ?? 0);
  expect(chart?.oldPath).toBe("M44,144L135,144L135,77L317,77L317,10");
  expect(chart?.rows.map(({ name, change }) => [name, change])).toEqual([
    ["p50", 1],
    ["p90", 1],
    ["p95", 1],
    ["p99", 1],
  ]);
  expect(latencyChart(null)).toBe(null);
});

test("customers have their names where a customers file was given, and nowhere else", () => {
  const { judged, texts } = judgedRun([
    { customers: ["cus_a", "cus_b"], examples: [{ old: "{}", candidate: "{}" }] },
  ]);
  const given = { texts, decisions: [], since: null, now: NOW };
  const named = buildView(judged, { ...given, names: new Map([["cus_a", "Acme"]]) }).findings[0]!;
  expect(named.customers.map(({ id, name }) => [id, name])).toEqual([
    ["cus_a", "Acme"],
    ["cus_b", null],
  ]);
  expect(JSON.stringify(buildView(judged, given).findings[0])).not.toContain("Acme");
});

test("what asking old twice showed is told only where old was asked twice", () => {
  const built = judgedRun([{}]);
  const [finding] = built.judged.findings;
  const viewWith = (command: "replay" | "compare", both: number) => {
    const { kind, method, path } = finding!;
    const noise = [{ kind, method, path, candidateOnly: 1, both, controlOnly: 0 }];
    const { header } = built.judged.facts;
    const facts = { ...built.judged.facts, noise, header: { ...header, command } };
    return buildView(
      { ...built.judged, facts },
      { texts: built.texts, decisions: [], since: null, now: NOW },
    ).findings[0]?.control;
  };
  expect(viewWith("compare", 0)).toBeNull();
  expect(viewWith("compare", 1)).not.toBeNull();
  expect(viewWith("replay", 0)).not.toBeNull();
});

/** A body with a long value, and the value as a run keeps it. */
function long(end: string): { readonly body: string; readonly kept: string } {
  const code = `0x${"ab".repeat(40_000)}${end}${"cd".repeat(100)}`;
  return {
    body: JSON.stringify({ result: code }),
    kept: `"0xab… (80205 characters, sha256 ${end.repeat(64)})`,
  };
}

test("what differs in a value that was too long to keep is seen in its line", () => {
  const preview = viewOf([
    {
      examples: [
        {
          old: long("1").body,
          candidate: long("2").body,
          path: "/result",
          sample: { old: long("1").kept, candidate: long("2").kept, path: "/result" },
        },
      ],
    },
  ]).findings[0]?.preview;
  expect([preview?.old.marked, preview?.candidate.marked]).toEqual(["1", "2"]);
});
