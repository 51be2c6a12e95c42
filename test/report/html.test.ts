import { expect, test } from "vitest";
import { FORMATS } from "../../src/report/formats/index.ts";
import { judgedRun } from "../support/judged.ts";
import type { BuiltRun } from "../support/judged.ts";
import { render, rendered } from "./render.ts";

const NONE = {
  exchanges: 0,
  calls: 0,
  compared: 0,
  same: 0,
  different: 0,
  uncomparable: 0,
  skipped: 0,
};
const { header } = judgedRun([]).judged.facts;

const ODD: Readonly<Record<string, BuiltRun>> = {
  "nothing recorded at all": judgedRun([], {
    facts: {
      counts: NONE,
      methods: [],
      notCompared: [],
      customers: [],
      cases: [],
      noise: [],
      complete: false,
      incompleteReason: "interrupted",
      header: { ...header, old: [], candidate: [], recordings: [], configurationDifferences: [] },
    },
    judged: { dismissed: [], verdict: { verdict: "inconclusive", reasons: [], notes: [] } },
  }),
  "versions and times that are not known": judgedRun(
    [{ kind: "value-changed", group: { variants: [], places: [], clients: [] } }],
    {
      facts: {
        header: {
          ...header,
          network: { chainId: "unknown", genesisHash: null },
          old: [{ url: "http://old", clientVersion: null, capabilities: {} }],
          recordings: [
            { name: "pairs", seen: 1, stored: 1, dropped: {}, firstAt: null, lastAt: null },
          ],
        },
      },
    },
  ),
  "a finding without examples, customers or control": judgedRun(
    [{ kind: "latency-regression", path: "/latency", examples: [], customers: [] }],
    { facts: { noise: [] } },
  ),
  "several targets, one of them different": judgedRun(
    [{ kind: "value-changed", group: { targets: { seen: [1], of: 2 } } }],
    {
      facts: {
        header: {
          ...header,
          candidate: [
            ...header.candidate,
            { url: "http://two", clientVersion: "x", capabilities: {} },
          ],
        },
      },
    },
  ),
  "no answer on one side, nothing stored on the other": judgedRun([
    { kind: "no-answer", path: "", examples: [{ old: '{"result":1}', candidate: null }] },
    { kind: "no-answer", path: "", examples: [{ old: null, candidate: null }] },
  ]),
};

test.each(Object.entries(ODD))("%s: every format says what there is", (_, run) => {
  for (const { name } of FORMATS) {
    for (const { text } of render(name, run))
      expect(withoutScripts(text)).not.toMatch(/undefined|\bNaN\b|\[object|Infinity/);
  }
});

test("targets: on which of several a difference was seen", () => {
  expect(rendered("html", ODD["several targets, one of them different"] as BuiltRun)).toContain(
    "Seen on 1 of 2 candidate targets: http://two.",
  );
});

test("examples that are left out are counted, and their place is named", () => {
  const example = { old: "{}", candidate: "[]" };
  const html = rendered(
    "html",
    judgedRun([{ examples: [example, example, example, example, example] }, {}]),
  );
  expect(html).toContain("<li>2 further examples of the findings: findings.json.</li>");
  expect(rendered("html", judgedRun([{}]))).not.toContain("further example");
});

test("the same run gives the same page, byte for byte", () => {
  const plans = Array.from({ length: 150 }, () => ({}));
  expect(rendered("html", judgedRun(plans))).toBe(rendered("html", judgedRun(plans)));
});

test("the page's policy allows its own style and script and nothing else", () => {
  const policy = /Content-Security-Policy" content="([^"]+)"/
    .exec(rendered("html", judgedRun([{}])))?.[1]
    ?.replaceAll("&#x27;", "'")
    .replaceAll("&#x3D;", "=");
  expect(policy?.replaceAll(/sha256-[\w+/]+=+/g, "sha256-HASH")).toBe(
    "default-src 'none'; script-src 'sha256-HASH'; style-src 'sha256-HASH'; img-src data:; base-uri 'none'; form-action 'none'",
  );
});

test("no style or handler stands in an attribute: the policy would refuse it", () => {
  expect(withoutScripts(rendered("html", judgedRun([{}])))).not.toMatch(
    /<[a-z][^>]*\s(style|on\w+)=/,
  );
});

function withoutScripts(html: string): string {
  return html.replace(/<(style|script)[^>]*>[\s\S]*?<\/\1>/g, "");
}
