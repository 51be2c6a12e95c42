import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { judgedRun } from "../support/judged.ts";
import { rendered } from "./render.ts";

const schema = JSON.parse(readFileSync("docs/schema/findings.schema.json", "utf8")) as object;
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  schema,
);

interface Findings {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly { readonly samples: readonly Readonly<Record<string, unknown>>[] }[];
}

test("findings.json is what the published schema says", () => {
  const built = judgedRun([
    {},
    {
      kind: "error-code-changed",
      knownChange: {
        client: "geth",
        version: "1.17.0",
        source: "https://example.org/1",
        summary: "codes",
      },
      examples: [{ old: null, candidate: "<html>", request: "GET /v2/info" }],
    },
  ]);
  const file = JSON.parse(rendered("json", built)) as Findings;
  validate(file);
  expect(validate.errors).toBe(null);
  expect(file.counts["calls"]).toBe(
    (file.counts["compared"] ?? 0) +
      (file.counts["uncomparable"] ?? 0) +
      (file.counts["skipped"] ?? 0),
  );
  expect(file.counts["compared"]).toBe(
    (file.counts["same"] ?? 0) + (file.counts["different"] ?? 0),
  );
});

test("the schema refuses a file that lacks what SPEC names", () => {
  const file = JSON.parse(rendered("json", judgedRun([{}]))) as Record<string, unknown>;
  for (const key of Object.keys(file)) {
    const rest = Object.fromEntries(Object.entries(file).filter(([name]) => name !== key));
    expect({ key, valid: validate(rest) }).toEqual({ key, valid: false });
  }
});

test("a side that has nothing at the path is left out, null stays null", () => {
  const [sample] =
    (
      JSON.parse(
        rendered(
          "json",
          judgedRun([{ examples: [{ old: "{}", candidate: "{}", sample: { old: null } }] }]),
        ),
      ) as Findings
    ).findings[0]?.samples ?? [];
  expect(sample).toHaveProperty("old", null);
  expect(sample).not.toHaveProperty("candidate");
});

test("number texts survive, in requests and in values the differ marked", () => {
  const text = rendered(
    "json",
    judgedRun([
      {
        examples: [
          {
            old: "{}",
            candidate: "{}",
            request: '{"id":9007199254740993,"params":[1.0]}',
            sample: { old: "\u0000#1.0", candidate: 'quote "\u0000#1"' },
          },
        ],
      },
    ]),
  );
  expect(text).toContain('"id": 9007199254740993');
  expect(text).toContain("1.0\n");
  expect(text).toContain('"old": 1.0,');
  expect((JSON.parse(text) as Findings).findings[0]?.samples[0]?.["candidate"]).toBe(
    'quote "\u0000#1"',
  );
});

test("a body that was cut has no patch, and says its length and hash", () => {
  const built = judgedRun([
    { examples: [{ old: "{}", candidate: "{", cut: { bytes: 9_000_000, sha256: "ab" } }] },
  ]);
  const [sample] = (JSON.parse(rendered("json", built)) as Findings).findings[0]?.samples ?? [];
  expect(sample).toMatchObject({
    patch: null,
    patchReason: "the candidate response is too large: 9000000 bytes, sha256 ab",
  });
});
