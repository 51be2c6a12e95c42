import * as fc from "fast-check";
import type { JsonValue } from "../../src/model/json.ts";

/** Keys and values that collide often, so that two generated values have something in common. */
const key = fc.oneof(
  fc.constantFrom(
    "hash",
    "index",
    "logs",
    "error",
    "code",
    "message",
    "data",
    "to",
    "type",
    "a",
    "b",
  ),
  fc.constantFrom("0x01", "0x1", "12", "~/", "__proto__", "constructor", "toString", ""),
  fc.string({ maxLength: 4, unit: "binary" }),
);

const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(
    null,
    true,
    false,
    0,
    1,
    "",
    "0x",
    "0x0",
    "0x1",
    "0x01",
    "1",
    "0xAb",
    "0xab",
  ),
  fc.constantFrom<JsonValue>("execution reverted", "\u0000#1", "\ud800", "\u2028"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
  fc.integer(),
  fc.string({ maxLength: 6 }),
);

export const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(key, tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

/** Pairs that share most of their parts, as two versions' answers do, besides pairs that share nothing. */
export const jsonPair: fc.Arbitrary<readonly [JsonValue, JsonValue]> = fc.oneof(
  fc.tuple(jsonValue, jsonValue),
  fc.tuple(jsonValue, jsonValue, jsonValue).map(([shared, a, b]): [JsonValue, JsonValue] => [
    { shared, rest: a },
    { shared, rest: b },
  ]),
  fc
    .tuple(fc.array(jsonValue, { maxLength: 6 }), jsonValue, fc.nat(6))
    .map(([list, item, index]): [JsonValue, JsonValue] => [list, list.toSpliced(index, 1, item)]),
);

/** Any bytes at all, more often JSON than not. */
export const anyBytes: fc.Arbitrary<Buffer> = fc.oneof(
  jsonValue.map((value) => Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, result: value }))),
  jsonValue.map((error) => Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, error }))),
  jsonValue.map((value) => Buffer.from(JSON.stringify(value))),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);
