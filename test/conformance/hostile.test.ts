import { assert, jsonValue, property } from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { readSpecification } from "../../src/conformance/read-specification.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { ShadowdiffError } from "../../src/errors.ts";
import { schemasOf } from "../../src/conformance/schemas.ts";
import { DOCUMENT, judged } from "./document.ts";

function withSchema(schema: unknown, components: unknown = {}): object {
  return {
    openrpc: "1.3.0",
    info: { title: "t" },
    methods: [{ name: "m", params: [], result: { name: "r", schema } }],
    components,
  };
}

const text = (result: JsonValue) => ({ result });
const difference = {
  method: "m",
  params: [],
  path: "/result/a",
  old: text({ a: 1 }),
  candidate: text({ a: 2 }),
};

const SCHEMAS: Readonly<Record<string, object>> = {
  "a pattern that never ends": withSchema({
    additionalProperties: { type: "string", pattern: "^(a+)+$" },
  }),
  "a reference to itself": withSchema(
    { $ref: "#/components/schemas/A" },
    { schemas: { A: { $ref: "#/components/schemas/A" } } },
  ),
  "a schema that answers later": withSchema({ $async: true, type: "number" }),
  "an unknown type": withSchema({ type: "quantity" }),
  "a pattern that is none": withSchema({ additionalProperties: { pattern: "(" } }),
  "a reference into nothing": withSchema({ $ref: "#/components/schemas/none" }),
  "branches that double at each level": withSchema(
    { $ref: "#/components/schemas/s0" },
    {
      schemas: Object.fromEntries(
        Array.from({ length: 40 }, (_, level) => [
          `s${level}`,
          level === 39
            ? { type: "string" }
            : {
                anyOf: [
                  { $ref: `#/components/schemas/s${level + 1}` },
                  { $ref: `#/components/schemas/s${level + 1}` },
                ],
              },
        ]),
      ),
    },
  ),
};

test.each(Object.entries(SCHEMAS))("%s says nothing, in bounded time", (_, document) => {
  const answer = { ...difference, old: text({ a: `${"a".repeat(40)}!` }) };
  expect(judged(answer, document).standing).toBe("no-schema");
});

function methodWith(pattern: string, index: number): object {
  return {
    name: `m${index}`,
    params: [],
    result: { name: "r", schema: { type: "string", pattern } },
  };
}

test("a document of slow schemas is given up as a whole", () => {
  const slow = Array.from({ length: 5 }, (_, index) => methodWith("^(a+)+$", index));
  const document = { ...withSchema(true), methods: [...slow, methodWith("^a", 5)] };
  const schemas = schemasOf(readSpecification(JSON.stringify(document), "spec.json"), 20);
  const ask = (index: number, value: string) =>
    schemas.departures(`/methods/${index}/result/schema`, value);
  expect(ask(5, "a")).toEqual([]);
  for (let index = 0; index < 5; index += 1) expect(ask(index, `${"a".repeat(40)}!`)).toBeNull();
  expect(ask(5, "a")).toBeNull();
});

test("names that are no data stay names", () => {
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["a"]}',
  ) as object;
  const answers = { ...difference, old: text(JSON.parse('{"a":1,"__proto__":"x"}') as JsonValue) };
  expect(judged(answers, withSchema(schema)).standing).toBe("both-conform");
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

const UNUSABLE: Readonly<Record<string, string>> = {
  nothing: "",
  "no JSON": "{",
  "a list": "[]",
  "an OpenAPI document": JSON.stringify({ openapi: "3.1.0", paths: {} }),
  "a document without methods": JSON.stringify({ openrpc: "1.2.6", info: { title: "t" } }),
  "one with an empty list of methods": JSON.stringify({ ...DOCUMENT, methods: [] }),
  "another major version": JSON.stringify({ ...DOCUMENT, openrpc: "2.0.0" }),
  "methods that are references in a circle": JSON.stringify({
    ...DOCUMENT,
    methods: [{ $ref: "#/methods/0" }],
  }),
  "a page of HTML": "<!doctype html><p>Not found</p>",
  "very deep nesting": `{"openrpc":"1.0.0","info":{"title":"t"},"methods":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
  "aliases that multiply": `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]`,
};

test.each(Object.entries(UNUSABLE))("%s can't be used, and the message says why", (_, document) => {
  expect(() => readSpecification(document, "spec.json")).toThrow(ShadowdiffError);
  expect(() => readSpecification(document, "spec.json")).toThrow("spec.json");
});

test("the same in YAML", () => {
  expect(readSpecification(stringify(DOCUMENT), "spec.yaml").methods.size).toBe(4);
});

test("any schema and any answer give a standing", () => {
  assert(
    property(jsonValue({ maxDepth: 4 }), jsonValue(), jsonValue(), (schema, old, candidate) => {
      const found = judged(
        {
          method: "m",
          params: [],
          path: "/result",
          old: { result: old },
          candidate: { result: candidate },
        },
        withSchema(schema),
      );
      expect(found.standing).toMatch(/^(?:gained|lost|both-depart|both-conform|no-schema)$/);
    }),
    { numRuns: 200 },
  );
});
