import { describe, expect, test } from "vitest";
import { composeCases } from "../../src/cases/compose.ts";
import { caseFacts, casePlansOf } from "../../src/cases/outcome.ts";
import { teamFile } from "../../src/cases/team-file.ts";
import { buildFacts } from "../support/facts.ts";

const NOTES = `# v1.17.0
- eth/filters: new error for future ranges (#33320)
- core: Amsterdam instructions (#31000)
* rpc: something of ours
text that is no bullet (#1)
`;

const team = teamFile.parse({
  cases: [
    { name: "ours", covers: "something of ours", waiver: "we do not serve it" },
    {
      name: "our-call",
      requests: [{ method: "eth_call", params: [{}, "latest"] }],
      expect: { kind: "result-to-error" },
    },
  ],
}).cases;

const GETH = { client: "geth", from: "1.16.7", to: "1.17.0", team: [], releaseNotes: null };

describe("cases of an upgrade", () => {
  test("probe every change that is known between the versions, each request once", () => {
    const { plans, requests } = composeCases(GETH);
    expect(plans.map(({ name }) => name)).toContain("geth-1.17.0-33320-error-code-changed");
    const texts = requests.map(({ request }) => JSON.stringify(request));
    expect(new Set(texts).size).toBe(texts.length);
    expect(
      requests.filter(({ request }) => request.method === "eth_getLogs").length,
    ).toBeGreaterThan(3);
    expect(
      plans.filter(({ untestable }) => untestable !== null).map(({ methods }) => methods[0]),
    ).toEqual(["eth_sendTransaction", "*"]);
  });

  test("names are unique over all releases", () => {
    const { plans } = composeCases({ ...GETH, from: "1.8.0", to: "1.99.0" });
    expect(plans.length).toBeGreaterThan(140);
    expect(new Set(plans.map(({ name }) => name)).size).toBe(plans.length);
  });

  test("bullets of release notes are tested, waived or open; open ones become cases", () => {
    const { bullets, plans } = composeCases({ ...GETH, team, releaseNotes: NOTES });
    expect(bullets.map(({ line, state, by }) => [line, state, by])).toEqual([
      [2, "tested", "geth-1.17.0-33320-error-code-changed"],
      [3, "open", null],
      [4, "waived", "ours"],
    ]);
    expect(plans.filter(({ open }) => open).map(({ title }) => title)).toEqual([
      "core: Amsterdam instructions (#31000)",
    ]);
  });
});

test("a run says of each case whether it was confirmed, not seen, not testable, waived or open", () => {
  const { plans } = composeCases({ ...GETH, team, releaseNotes: NOTES });
  const facts = buildFacts([
    {
      method: "eth_getLogs",
      count: 3,
      findings: [{ kind: "error-code-changed", path: "/error/code" }],
    },
    { method: "eth_getStorageAt", count: 2 },
    { method: "eth_call", count: 1, findings: [{ kind: "value-changed" }] },
  ]);
  const outcomes = new Map(caseFacts(plans, facts).map(({ name, outcome }) => [name, outcome]));
  expect(Object.fromEntries(outcomes)).toMatchObject({
    "geth-1.17.0-33320-error-code-changed": "confirmed",
    "geth-1.17.0-33282-error-code-changed": "not-seen",
    "geth-1.17.0-33007-error-code-changed": "not-testable",
    "geth-1.17.0-33812-transport": "not-testable",
    ours: "waived",
    "our-call": "not-seen",
    "release-notes:3": "open",
  });
});

test("the plans come back from a recording's header; a recording of traffic has none", () => {
  const { plans } = composeCases(GETH);
  const options = { cases: structuredClone([...plans]) };
  expect(casePlansOf([{ options }, { options }])).toEqual(plans);
  expect(casePlansOf([{ options: { cases: "no" } }, { options: {} }])).toEqual([]);
});
