import { describe, expect, test } from "vitest";
import { wordsAt } from "../../src/classify/advice/index.ts";
import { examine } from "../../src/classify/examine.ts";
import { findCauses } from "../../src/classify/facts/causes.ts";
import { examineBatch } from "../../src/classify/whole-batch.ts";
import type { Difference } from "../../src/model/difference.ts";
import type { JsonValue } from "../../src/model/json.ts";
import { ALL_KINDS } from "../../src/model/kinds.ts";
import { pairOf } from "../support/comparison.ts";

type Values = { old?: JsonValue; candidate?: JsonValue } | null;

/** Places of every sort at which something can be said, with the values that make another sentence of it. */
const PLACES: readonly [string, string, string, Values][] = [
  ["a field", "eth_getBlockByNumber", "/result/size", { old: "0x1", candidate: "0x2" }],
  ["a field of items, no values", "eth_getLogs", "/result/*/data", null],
  ["a number for a text", "eth_getBlockByNumber", "/result/number", { old: "0x10", candidate: 16 }],
  ["the whole result", "eth_call", "/result", { old: "0x", candidate: null }],
  [
    "an error's message",
    "eth_call",
    "/error/message",
    { old: "execution reverted", candidate: "reverted" },
  ],
  [
    "an error for a result",
    "eth_call",
    "",
    { old: { result: "0x1" }, candidate: { error: { code: -32_601, message: "no" } } },
  ],
  ["the whole of REST", "GET /v2/info", "", { old: { a: 1 }, candidate: { error: "no" } }],
  ["a status", "GET /v2/info", "/status", { old: 200, candidate: 404 }],
  ["a CORS header", "eth_call", "/headers/access-control-allow-origin", { old: "*" }],
  ["a batch", "(batch)", "", null],
  ["an event", "eth_subscription newHeads", "/params/result/a", { candidate: 1 }],
];

test.each(PLACES)("what is said of each kind at %s stays as it is", (_, method, path, values) => {
  const given = values === null ? null : { old: values.old, candidate: values.candidate };
  const said = ALL_KINDS.map(
    (kind) => `${kind}: ${JSON.stringify(wordsAt({ kind, method, path, values: given }))}`,
  );
  expect(said.join("\n")).toMatchSnapshot();
});

const [HASH, OTHER, THIRD] = ["aa", "bb", "cc"].map((two) => `0x${two.repeat(32)}`) as [
  string,
  string,
  string,
];

function changed(
  path: string,
  old: JsonValue,
  candidate: JsonValue,
  kind: Difference["kind"] = "value-changed",
): Difference {
  return { kind, path, pattern: path.replaceAll(/\/\d+/g, "/*"), old, candidate };
}

/** The place of the cause of each, or null. */
function causes(...differences: readonly Difference[]): (string | null)[] {
  return findCauses(differences).map(({ causedBy }) => causedBy?.pattern ?? null);
}

describe("a hash that differs explains", () => {
  test("what went from the same hash to the same other one", () => {
    expect(
      causes(
        changed("/result/hash", HASH, OTHER),
        changed("/result/logs/0/blockHash", HASH, OTHER),
      ),
    ).toEqual([null, "/result/hash"]);
    expect(
      causes(
        changed("/result/logs/0/blockHash", HASH, OTHER),
        changed("/result/hash", HASH, OTHER),
      ),
    ).toEqual(["/result/hash", null]);
  });

  test("the nearest to the root, of several", () => {
    const deep = changed("/result/transactions/0/hash", HASH, OTHER);
    const high = changed("/result/hash", HASH, OTHER);
    expect(causes(deep, high, changed("/result/x", HASH, OTHER))).toEqual([
      "/result/hash",
      null,
      "/result/hash",
    ]);
    expect(causes(high, deep, changed("/result/x", HASH, OTHER))).toEqual([
      null,
      "/result/hash",
      "/result/hash",
    ]);
    // Of two that are as near, the first.
    const [one, two] = [
      changed("/result/a/hash", HASH, OTHER),
      changed("/result/b/hash", HASH, OTHER),
    ];
    expect(causes(one, two, changed("/result/x", HASH, OTHER))).toEqual([
      null,
      "/result/a/hash",
      "/result/a/hash",
    ]);
  });

  test.each<[string, readonly Difference[]]>([
    [
      "another pair of hashes",
      [changed("/result/hash", HASH, OTHER), changed("/result/x", HASH, THIRD)],
    ],
    [
      "a hash that is called otherwise",
      [changed("/result/root", HASH, OTHER), changed("/result/x", HASH, OTHER)],
    ],
    [
      "what is no hash",
      [changed("/result/hash", "0xaa", "0xbb"), changed("/result/x", "0xaa", "0xbb")],
    ],
    [
      "what is a hash on one side only",
      [changed("/result/hash", HASH, null), changed("/result/x", HASH, null)],
    ],
    [
      "the same place of another item",
      [changed("/result/0/hash", HASH, OTHER), changed("/result/1/hash", HASH, OTHER)],
    ],
    ["nothing but itself", [changed("/result/hash", HASH, OTHER)]],
  ])("not %s", (_, differences) => {
    expect(causes(...differences)).toEqual(differences.map(() => null));
  });

  test("another kind at its own place", () => {
    expect(
      causes(
        changed("/result/0/hash", HASH, OTHER),
        changed("/result/1/hash", HASH, OTHER, "letter-case-changed"),
      ),
    ).toEqual([null, "/result/*/hash"]);
  });
});

const answer = (text: string) => ({ ...pairOf().old, body: Buffer.from(text) });

/** Kinds and places of what differs between two results of a method, by their JSON texts. */
function found(
  method: string,
  old: string,
  candidate: string,
  changes: Parameters<typeof pairOf>[0] = {},
): string[] {
  const { differences } = examine(
    pairOf({ method, old: answer(old), candidate: answer(candidate), ...changes }),
  );
  return differences.map(({ kind, path }) => `${kind} ${path}`);
}

const result = (text: string): string => `{"jsonrpc":"2.0","id":1,"result":${text}}`;

const kindsOf = (old: string, candidate: string): string[] =>
  found("acme_ratio", result(old), result(candidate), { chain: "other" });

describe("one number in two notations", () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      "is the same where it is a fraction",
      '{"a":0.5}',
      '{"a":0.50}',
      ["serialisation-changed /result/a"],
    ],
    [
      "and where it is one with an exponent",
      '{"a":1e-5}',
      '{"a":0.00001}',
      ["serialisation-changed /result/a"],
    ],
    [
      "is the same where some other value there is one",
      '[{"a":1.0},{"a":0.5}]',
      '[{"a":1},{"a":0.5}]',
      ["serialisation-changed /result/0/a"],
    ],
    ["is not where all are integers", '{"a":1.0}', '{"a":1}', ["encoding-changed /result/a"]],
    [
      "is not past what a double holds",
      '{"a":9007199254740993.0,"b":0.5}',
      '{"a":9007199254740993,"b":0.5}',
      ["encoding-changed /result/a"],
    ],
    ["is another where it is another", '{"a":0.5}', '{"a":0.51}', ["value-changed /result/a"]],
  ])("%s: %s and %s", (_, old, candidate, kinds) => {
    expect(kindsOf(old, candidate)).toEqual(kinds);
  });
});

const item = (id: number | null, value: string): string =>
  `{"jsonrpc":"2.0","id":${id},"result":${value}}`;

const batch = (old: readonly string[], candidate: readonly string[]): string[] =>
  found("(batch)", `[${old.join(",")}]`, `[${candidate.join(",")}]`, {
    request: Buffer.from("[]"),
  });

test.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ["alike", [item(1, "1"), item(2, "2")], [item(1, "1"), item(2, "2")], []],
  [
    "in another order",
    [item(1, "1"), item(2, "2")],
    [item(2, "2"), item(1, "1")],
    ["batch-order-changed "],
  ],
  [
    "with one left out",
    [item(1, "1"), item(2, "2"), item(3, "3")],
    [item(1, "1"), item(3, "3")],
    ["array-items-missing /1"],
  ],
  ["with one more", [item(1, "1")], [item(2, "2"), item(1, "1")], ["array-items-added /0"]],
  [
    "without ids, in turn",
    [item(null, "1"), item(null, "2")],
    [item(null, "1"), item(null, "3")],
    ["value-changed /1/result"],
  ],
  [
    "of one that differs",
    [item(1, '"a"'), item(2, '"b"')],
    [item(1, '"a"'), item(2, '"c"')],
    ["value-changed /1/result"],
  ],
])("a batch as a whole, %s", (_, old, candidate, kinds) => {
  expect(batch(old, candidate)).toEqual(kinds);
});

const whole = () =>
  pairOf({
    method: "(batch)",
    old: { ...pairOf().old, body: Buffer.from('["o0","o1","o2"]') },
    candidate: { ...pairOf().old, body: Buffer.from('["c0","c1","c2"]') },
  });
const shown = (
  old: readonly number[],
  candidate: readonly number[],
  control: readonly number[] | null = null,
) => {
  const one = examineBatch(
    {
      old: split(old),
      candidate: split(candidate),
      control: control === null ? null : split(control),
    },
    whole,
  );
  return (
    one?.differences.map(({ kind, path, old: was, candidate: is }) => [
      kind,
      path,
      was ?? null,
      is ?? null,
    ]) ?? null
  );
};

const split = (order: readonly number[]) => ({ answers: [], order });

describe("what two batches show beside each call's own answer", () => {
  test.each<[string, Parameters<typeof shown>, ReturnType<typeof shown>]>([
    [
      "nothing, where they are alike",
      [
        [0, 1],
        [0, 1],
      ],
      null,
    ],
    [
      "another order",
      [
        [0, 1],
        [1, 0],
      ],
      [["batch-order-changed", "", [0, 1], [1, 0]]],
    ],
    [
      "another order, where old keeps to its own",
      [
        [0, 1],
        [1, 0],
        [0, 1],
      ],
      [["batch-order-changed", "", [0, 1], [1, 0]]],
    ],
    [
      "nothing, where old does not keep to its order",
      [
        [0, 1],
        [1, 0],
        [1, 0],
      ],
      null,
    ],
    [
      "no order, where a side leaves one out",
      [
        [0, 1, 2],
        [0, 2],
      ],
      null,
    ],
    [
      "another order of those that both answer",
      [
        [0, 1, 2],
        [2, 0],
      ],
      [["batch-order-changed", "", [0, 1, 2], [2, 0]]],
    ],
    [
      "an answer of no call more",
      [
        [0, 1],
        [0, -1, 1],
      ],
      [["array-items-added", "/1", null, "c1"]],
    ],
    [
      "the second of them",
      [
        [-1, 0],
        [-1, 0, -1],
      ],
      [["array-items-added", "/2", null, "c2"]],
    ],
    ["one less", [[0, -1], [0]], [["array-items-missing", "/1", "o1", null]]],
    ["none, where old gives now more and now fewer", [[0, -1], [0], [0]], null],
    [
      "as many, elsewhere",
      [
        [-1, 0],
        [0, -1],
      ],
      null,
    ],
    [
      "both",
      [
        [0, 1],
        [1, 0, -1],
      ],
      [
        ["batch-order-changed", "", [0, 1], [1, 0, -1]],
        ["array-items-added", "/2", null, "c2"],
      ],
    ],
  ])("is %s", (_, given, expected) => {
    expect(shown(...given)).toEqual(expected);
  });

  test("shows nothing of an answer that is no JSON", () => {
    const one = examineBatch(
      {
        old: { answers: [], order: [0] },
        candidate: { answers: [], order: [0, -1] },
        control: null,
      },
      () => pairOf({ candidate: { ...pairOf().old, body: Buffer.from("no") } }),
    );
    expect(one?.differences).toMatchObject([{ candidate: null }]);
  });
});
