import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { walkJson, type JsonVisitor } from "../../src/redact/walk.ts";

const at = (place: string, key: string | null, index: number): string => `${place}/${key ?? index}`;

/** A place is its path; everything that was seen, in order. */
function seen(text: string): string[] | undefined {
  const all: string[] = [];
  const visitor: JsonVisitor<string> = {
    enter: at,
    key(place, name) {
      all.push(`${place}: key ${name}`);
      return null;
    },
    text(place, key, index, value) {
      all.push(`${at(place, key, index)} = ${value}`);
      return null;
    },
    number(place, key, index, digits) {
      all.push(`${at(place, key, index)} = #${digits}`);
      return null;
    },
    bytes: (_place, _key, _index, list) => list,
  };
  return walkJson(text, "", visitor) === text ? all : undefined;
}

describe("walking JSON", () => {
  test.each([
    ['"a"', ["/0 = a"]],
    ["-1.5e+3", ["/0 = #-1.5e+3"]],
    ["true", []],
    ['["a","b",3]', ["/0/0 = a", "/0/1 = b", "/0/2 = #3"]],
    ['{"a":"b","c":1}', ["/0: key a", "/0/a = b", "/0: key c", "/0/c = #1"]],
    [
      '[{"a":["x",{"b":"y"}]},"z"]',
      ["/0/0: key a", "/0/0/a/0 = x", "/0/0/a/1: key b", "/0/0/a/1/b = y", "/0/1 = z"],
    ],
    ['{"a":null,"a":"twice"}', ["/0: key a", "/0: key a", "/0/a = twice"]],
    [String.raw`["\"","\\","\u0041\n"]`, ['/0/0 = "', "/0/1 = \\", "/0/2 = A\n"]],
    [' { "a" : [ 1 ,\t2 ]\r\n} ', ["/0: key a", "/0/a/0 = #1", "/0/a/1 = #2"]],
  ])("%s shows each text at its place", (text, all) => {
    expect(seen(text)).toEqual(all);
  });

  test.each(['"a', '["a"', '{"a":1', "]", "{}}", "@", '"\\u00zz"', "[1]x", '"\\"', "'a'"])(
    "%s is no JSON",
    (text) => {
      expect(seen(text)).toBeUndefined();
    },
  );

  test("writes what the visitor says, and leaves all else byte for byte", () => {
    const hiding: JsonVisitor<null> = {
      enter: () => null,
      key: (_, name) => (name === "k" ? "né" : null),
      text: (_, __, ___, value) => (value === "s" ? 'a"b' : null),
      number: (_, __, ___, digits) => (digits === "7" ? "red" : null),
      bytes: () => "bytes",
    };
    const given = ' {"k" : ["s", "t",7 ,70], "x":"s"}\n';
    const made = walkJson(given, null, hiding);
    expect(Buffer.from(made ?? "", "latin1").toString("utf8")).toBe(
      ' {"né" : ["a\\"b", "t","red" ,70], "x":"a\\"b"}\n',
    );
  });

  test("sees every text of any JSON, as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const texts: string[] = [];
        JSON.stringify(value, (_, member: unknown) => {
          if (typeof member === "string") texts.push(member);
          return member;
        });
        const found: string[] = [];
        const latin1 = Buffer.from(JSON.stringify(value, null, indent)).toString("latin1");
        const walked = walkJson(latin1, null, {
          enter: () => null,
          key: () => null,
          number: () => null,
          bytes: (_, __, ___, list) => list,
          text(_, __, ___, text) {
            found.push(text);
            return null;
          },
        });
        expect(walked).toBe(latin1);
        expect(found).toEqual(texts);
      }),
    );
  });
});
