import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { STICKY_MARKER } from "../../src/report/formats/markdown.ts";
import { judgedRun } from "../support/judged.ts";
import type { FindingPlan } from "../support/judged.ts";
import { HOSTILE } from "./hostile.ts";
import { render, rendered } from "./render.ts";

const MANY = judgedRun(
  Array.from({ length: 6_000 }, (_, index): FindingPlan => ({
    kind: index % 2 === 0 ? "field-removed" : "error-message-changed",
    title: `Finding ${index}`,
    customers: ["cus_00000000000000aa", "cus_00000000000000bb"],
  })),
);
const FOREIGN = judgedRun(
  HOSTILE.map((value): FindingPlan => ({
    title: value,
    method: `eth_${value.slice(0, 500)}`,
    path: `/result/${value.slice(0, 500)}`,
  })),
);

interface Junit {
  readonly testsuites: {
    readonly "@failures": string;
    readonly testsuite: readonly {
      readonly "@name": string;
      readonly testcase: readonly {
        readonly "@name": string;
        readonly failure?: { readonly "@message": string };
      }[];
    }[];
  };
}

function junitOf(text: string): Junit["testsuites"] {
  expect(XMLValidator.validate(text)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    isArray: (name) => name === "testsuite" || name === "testcase",
  });
  return (parser.parse(text) as Junit).testsuites;
}

test("junit: a suite a namespace, a case a method, and the gate's reasons", () => {
  const { testsuite } = junitOf(
    rendered(
      "junit",
      judgedRun([
        { method: "eth_call", title: "A field is gone." },
        { kind: "field-added", method: "eth_getLogs" },
      ]),
    ),
  );
  expect(testsuite.map((suite) => suite["@name"])).toEqual(["gate", "debug", "eth"]);
  const cases = testsuite.flatMap((suite) => suite.testcase);
  expect(cases.find((one) => one["@name"] === "eth_call")?.failure?.["@message"]).toBe(
    "A field is gone.",
  );
  expect(cases.find((one) => one["@name"] === "eth_getLogs")).not.toHaveProperty("failure");
  expect(cases.find((one) => one["@name"] === "eth_sendRawTransaction")).toHaveProperty("skipped");
});

test("junit: an inconclusive reason is an error, never a pass", () => {
  const { judged, texts } = judgedRun([]);
  const reasons = [
    {
      code: "require.comparedCalls",
      verdict: "inconclusive" as const,
      text: "require.comparedCalls 5 < 3,000",
    },
  ];
  const text = rendered("junit", {
    judged: { ...judged, verdict: { verdict: "inconclusive", reasons, notes: [] } },
    texts,
  });
  expect(text).toContain('<error type="require.comparedCalls"');
  expect(text).toMatch(/<testsuites [^>]*errors="1"/);
});

test("junit: hostile text is still XML", () => {
  const { testsuite } = junitOf(rendered("junit", FOREIGN));
  expect(testsuite.length).toBeGreaterThan(1);
});

test("markdown: under GitHub's limit with 6,000 findings, and says how many are left out", () => {
  const text = rendered("markdown", MANY);
  expect(text.startsWith(STICKY_MARKER)).toBe(true);
  expect(Buffer.byteLength(text)).toBeLessThan(65_536);
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("| breaking") || line.startsWith("| risky")).length;
  expect(text).toContain(`and ${(6_000 - rows).toLocaleString("en")} more findings`);
});

test("markdown: foreign text can't mention people, make markup or break the table", () => {
  const plan = {
    title: "@octocat see #12 <img src=x> | [a](https://example.com) **b** `c`",
    path: "/result/`|`x``",
    method: "eth_`@octocat`",
  };
  const line = rendered("markdown", judgedRun([plan]))
    .split("\n")
    .find((one) => one.startsWith("| breaking"));
  expect(line).toMatchInlineSnapshot(
    `"| breaking | @​octocat see \\#12 &lt;img src=x> \\| \\[a\\](https:​//example.com) \\*\\*b\\*\\* \\\`c\\\` | \`\` eth_\`@octocat\` \`\` | \`\`\` /result/\`\\|\`x\`\` \`\`\` | 10 | 1 | \`0000000000000001\` new |"`,
  );
  expect(line?.replaceAll("\\|", "").split("|")).toHaveLength(9);
});

test("markdown: one line a finding whatever the text", () => {
  const rows = rendered("markdown", FOREIGN)
    .split("\n")
    .filter((line) => line.startsWith("| breaking"));
  expect(rows.length).toBe(40);
});

test("github: at most nine annotations and how many more there are; a summary within the limit", () => {
  const [annotations, summary] = render("github", MANY);
  const lines = annotations?.text.trim().split("\n") ?? [];
  expect(lines).toHaveLength(10);
  expect(lines[0]).toMatch(/^::error title=field-removed eth_/);
  expect(lines[9]).toBe("::notice title=shadowdiff::and 5,991 more findings: see report.html");
  expect(Buffer.byteLength(summary?.text ?? "")).toBeLessThan(900_000);
});

test("github: foreign text can't start a command of its own", () => {
  const [annotations] = render(
    "github",
    judgedRun([{ title: "a\n::set-output name=x::y\r%0A::error::z", method: "m:1,title=x" }]),
  );
  expect(annotations?.text).toMatchInlineSnapshot(`
    "::error title=field-removed m%3A1%2Ctitle=x::a%0A::set-output name=x::y\\u000d%250A::error::z (10 calls, 0.25 %25 of traffic, 1 customer; 0000000000000001)
    "
  `);
});

test("github: accepted findings are not annotated", () => {
  expect(render("github", judgedRun([{ status: "accepted" }]))[0]?.text.trim()).toBe("");
});
