import { describe, expect, test } from "vitest";
import { examine } from "../../src/classify/examine.ts";
import type { Block } from "../../src/chains/chain.ts";
import type { Comparison } from "../../src/model/comparison.ts";
import type { Found, Next, Question } from "../../src/replay/compare/question.ts";
import { settle, type Rules } from "../../src/replay/compare/settle.ts";
import { mismatch, outcome, questionOf, type Asked } from "./questions.ts";
import { said } from "./support.ts";

const RULES: Rules = {
  confirm: 5,
  examine,
  oldestState: { old: 0, candidate: 0 },
  isKnown: () => false,
};

function block(number: number, branch = "a"): Block {
  return { number, hash: `0x${branch}${number}` };
}

const LEVEL = { old: block(100), candidate: block(100) };
const BEHIND = { old: block(100), candidate: block(97) };
const DIFFERS = mismatch('"0x1"', '"0x2"');
const AGREES = mismatch('"0x1"', '"0x1"');

/** What is found, by what is wanted; a list is used up in order, its last for ever. */
interface Script {
  readonly heads?: Found["heads"] | readonly Found["heads"][];
  readonly blocks?: Found["blocks"] | readonly Found["blocks"][];
  readonly states?: Found["states"];
  readonly place?: number;
  /** What both sides say when the question is asked anew. */
  readonly ask?: Comparison | readonly Comparison[];
  /** What both sides say when they are asked again. */
  readonly again?: readonly [old: string, candidate: string];
  /** From when on nothing may be asked any more. */
  readonly budget?: number;
}

interface Settled {
  readonly comparison: Comparison;
  /** What was wanted, in order; runs of one want as `again*5`. */
  readonly wanted: string;
}

/** Settles a question by a script. */
function by(script: Script, question: Question, rules: Partial<Rules> = {}): Settled {
  const heads = queue<Found["heads"]>(script.heads ?? LEVEL);
  const blocks = queue<Found["blocks"]>(script.blocks);
  const asks = queue<Comparison>(script.ask ?? DIFFERS);
  const wanted: string[] = [];
  const find = (next: Next): Found => {
    if (wanted.length >= (script.budget ?? Infinity)) return {};
    wanted.push(next.want === "ask" ? `ask ${next.how}` : next.want);
    if (next.want === "ask") {
      const pins = next.how === "filled-in" ? { ...next.of.pins, latest: block(97) } : next.of.pins;
      const before = heads() ?? LEVEL;
      return { question: { ...next.of, pins, before, comparison: asks() } };
    }
    if (next.want === "again") {
      const [old, candidate] = script.again ?? ['"0x1"', '"0x2"'];
      return { again: { old: outcome(old), candidate: outcome(candidate) } };
    }
    if (next.want === "heads") return defined("heads", heads());
    if (next.want === "blocks") return defined("blocks", blocks());
    return defined(next.want, script[next.want]);
  };
  const steps = settle(question, { ...RULES, ...rules });
  let step = steps.next();
  while (step.done !== true) step = steps.next(find(step.value));
  return { comparison: step.value, wanted: runs(wanted) };
}

function queue<T>(values: T | readonly T[]): () => T {
  const left: T[] = Array.isArray(values) ? [...(values as readonly T[])] : [values as T];
  return () => (left.length > 1 ? (left.shift() as T) : (left[0] as T));
}

function defined(name: keyof Found, value: unknown): Found {
  return value === undefined ? {} : { [name]: value };
}

function runs(words: readonly string[]): string {
  const parts: { word: string; times: number }[] = [];
  for (const word of words) {
    const last = parts.at(-1);
    if (last?.word === word) last.times++;
    else parts.push({ word, times: 1 });
  }
  return parts.map(({ word, times }) => (times === 1 ? word : `${word}*${times}`)).join(", ");
}

type Row = readonly [
  name: string,
  asked: Asked & { readonly first?: Comparison },
  script: Script,
  becomes: string,
  wanted: string,
];

const FOUND = "eth_call: value-changed /result (confirmed)";
const CHANGED = "eth_call: value-changed /result";

describe("a mismatch", () => {
  const rows: readonly Row[] = [
    ["that rests on nothing is confirmed", { before: LEVEL }, {}, FOUND, "again*5"],
    [
      "is asked once of a heavy method",
      { before: LEVEL, knowledge: { cost: "heavy" } },
      {},
      FOUND,
      "again",
    ],
    [
      "that goes away is flaky",
      { before: LEVEL },
      { again: ['"0x1"', '"0x1"'] },
      `${CHANGED} (flaky)`,
      "again*5",
    ],
    [
      "whose old wavers is never confirmed",
      { before: LEVEL },
      { again: ['"0x3"', '"0x2"'] },
      `${CHANGED} (probable)`,
      "again*5",
    ],
    [
      "that may not be asked again is probable",
      { before: LEVEL },
      { budget: 0 },
      `${CHANGED} (probable)`,
      "",
    ],
    ["at unknown heads is laid to nothing", { missing: true }, {}, FOUND, "again*5"],
  ];
  test.each(rows)("%s", check);
});

describe("a mismatch near the head that was confirmed at once", () => {
  const asked: Asked = { missing: true, before: LEVEL };
  test.each([
    ["lasts, and is a finding", DIFFERS, FOUND],
    [
      "is gone a moment later, when all of a node has followed its head",
      AGREES,
      "eth_call: uncomparable head-moved",
    ],
  ])("%s", (_, ask, becomes) => {
    const question = questionOf(DIFFERS, asked);
    const { comparison, wanted } = by({ ask }, question, { lateMs: 400 });
    expect(said(comparison)).toBe(becomes);
    expect(wanted).toBe("heads, again*5, ask as-it-was");
  });

  test("is not asked later where it was confirmed often, or rests on no head", () => {
    const rules = { lateMs: 400, isKnown: () => true };
    expect(by({}, questionOf(DIFFERS, asked), rules).wanted).toBe("heads, again");
    expect(by({}, questionOf(DIFFERS, { before: LEVEL }), { lateMs: 400 }).wanted).toBe("again*5");
  });
});

describe("a question that rests on the head", () => {
  const asked: Asked = { missing: true, before: LEVEL };
  const rows: readonly Row[] = [
    ["counts where both heads stood on one block", asked, {}, FOUND, "heads, again*5"],
    [
      "is asked at the pin where heads differ",
      { ...asked, before: BEHIND },
      { heads: BEHIND, ask: AGREES },
      "eth_call: same",
      "heads, ask filled-in",
    ],
    [
      "stays a finding where the pin shows it too",
      { ...asked, before: BEHIND },
      { heads: BEHIND, blocks: { old: block(97), candidate: block(97) }, budget: 3 },
      "eth_call: value-changed /result (probable)",
      "heads, ask filled-in, blocks",
    ],
    [
      "is node-behind where heads never meet",
      { before: BEHIND, left: ["latest"] },
      { heads: BEHIND },
      "eth_call: uncomparable node-behind",
      "heads, ask pinned-anew, heads, ask pinned-anew, heads, ask pinned-anew, heads, ask pinned-anew, heads",
    ],
    [
      "is head-moved where one head is replaced",
      { before: LEVEL, left: ["latest"] },
      { heads: { old: block(100), candidate: block(100, "b") } },
      "eth_call: uncomparable head-moved",
      "heads, ask pinned-anew, heads, ask pinned-anew, heads, ask pinned-anew, heads, ask pinned-anew, heads",
    ],
    [
      "counts as soon as heads meet",
      { before: BEHIND, left: ["latest"] },
      { heads: [BEHIND, LEVEL] },
      FOUND,
      "heads, ask pinned-anew, heads, again*5",
    ],
    [
      "agrees as soon as heads meet",
      { before: BEHIND, left: ["latest"] },
      { heads: [BEHIND, LEVEL], ask: AGREES },
      "eth_call: same",
      "heads, ask pinned-anew, heads",
    ],
  ];
  test.each(rows)("%s", check);
});

describe("a question that rests on a block", () => {
  const asked: Asked = { highest: 99, before: LEVEL };
  const held = { old: block(99), candidate: block(99) };
  const forked = { old: block(99), candidate: block(99, "b") };
  const rows: readonly Row[] = [
    [
      "counts where both hold it and no head moved",
      asked,
      { blocks: held },
      FOUND,
      "blocks, heads, again*5",
    ],
    [
      "is node-behind where one side lacks the block",
      { ...asked, before: BEHIND, highest: 97 },
      { blocks: { old: block(97), candidate: null } },
      "eth_call: uncomparable node-behind",
      "blocks*5",
    ],
    [
      "is asked again once the side that was behind has the block",
      asked,
      { blocks: [{ old: block(99), candidate: null }, held], ask: AGREES },
      "eth_call: same",
      "blocks*2, ask pinned-anew, blocks",
    ],
    [
      "is a reorg where they hold different ones",
      asked,
      { blocks: forked },
      "eth_call: uncomparable reorg",
      "blocks, ask pinned-anew, blocks, ask pinned-anew, blocks, ask pinned-anew, blocks, ask pinned-anew, blocks, ask pinned-anew",
    ],
    [
      "rests on the heads where neither has that block yet",
      { ...asked, highest: 400 },
      {},
      FOUND,
      "heads, again*5",
    ],
    [
      "far below the head rests on nothing",
      { highest: 3, before: { old: block(500), candidate: block(500) } },
      {},
      FOUND,
      "again*5",
    ],
  ];
  test.each(rows)("%s", check);
});

describe("heads that move while a block is asked about", () => {
  const asked: Asked = { highest: 99, before: LEVEL };
  const held = { old: block(99), candidate: block(99) };
  const next = { old: block(101), candidate: block(101) };
  const apart = { old: block(101), candidate: block(100) };
  const rows: readonly Row[] = [
    [
      "dismiss what a level moment does not show",
      asked,
      { blocks: held, heads: [next, next], ask: AGREES },
      "eth_call: same",
      "blocks, heads, ask as-it-was, heads",
    ],
    [
      "leave what a level moment shows",
      asked,
      { blocks: held, heads: [next, next] },
      FOUND,
      "blocks, heads, ask as-it-was, heads, again*5",
    ],
    [
      "dismiss what old does not repeat once it moved on",
      asked,
      {
        blocks: held,
        heads: [apart, { old: block(102), candidate: block(100) }],
        ask: mismatch('"0x5"', '"0x2"'),
      },
      "eth_call: uncomparable node-behind",
      "blocks, heads*2, ask as-it-was, heads",
    ],
    [
      "leave what old repeats and every asking shows",
      asked,
      { blocks: held, heads: [apart, { old: block(102), candidate: block(100) }] },
      FOUND,
      "blocks, heads*2, ask as-it-was, heads, again*5",
    ],
    [
      "make no finding of what not every asking shows",
      asked,
      {
        blocks: held,
        heads: [apart, { old: block(102), candidate: block(100) }],
        again: ['"0x1"', '"0x1"'],
      },
      "eth_call: uncomparable head-moved",
      "blocks, heads*2, ask as-it-was, heads, again*5",
    ],
    [
      "make no finding of a doubt that no moment settled",
      asked,
      { blocks: held, heads: apart, again: ['"0x1"', '"0x1"'] },
      "eth_call: uncomparable head-moved",
      "blocks, heads*13, again*5",
    ],
    [
      "leave a doubt that no moment settled but every asking shows",
      asked,
      { blocks: held, heads: apart },
      FOUND,
      "blocks, heads*13, again*5",
    ],
  ];
  test.each(rows)("%s", check);

  test("raise no doubt of a mismatch that was confirmed often", () => {
    const question = questionOf(DIFFERS, asked);
    const known = by({ blocks: held, heads: next }, question, { isKnown: () => true });
    expect(known).toMatchObject({ wanted: "blocks, again" });
    expect(said(known.comparison)).toBe(FOUND);
  });
});

describe("a side that lacks what is asked", () => {
  const missing = mismatch('{"gas":1}', "error:transaction not found", "debug_traceTransaction");
  const trace: Asked & { first: Comparison } = {
    first: missing,
    before: BEHIND,
    knowledge: { cost: "heavy", state: true },
  };
  const error = "debug_traceTransaction: result-to-error  (confirmed)";
  const held = { old: block(99), candidate: block(99) };
  const both = { old: true, candidate: true };
  const looks = "place, blocks*5";
  const rows: readonly Row[] = [
    [
      "because it is behind is node-behind",
      trace,
      {
        place: 99,
        blocks: { old: block(99), candidate: null },
        states: { old: true, candidate: null },
        ask: missing,
      },
      "debug_traceTransaction: uncomparable node-behind",
      looks,
    ],
    [
      "although it holds the block is a finding",
      { ...trace, before: LEVEL },
      {
        place: 99,
        blocks: held,
        states: both,
        again: ['{"gas":1}', "error:transaction not found"],
      },
      error,
      "place, states, blocks, heads, again",
    ],
    [
      "because its state is gone is state-lost, whatever it says",
      trace,
      { place: 50, states: { old: true, candidate: false } },
      "debug_traceTransaction: uncomparable state-lost",
      "place, states",
    ],
    [
      "is a finding where nobody knows the place",
      { ...trace, before: LEVEL },
      { again: ['{"gas":1}', "error:transaction not found"] },
      error,
      "place, again",
    ],
    [
      "at a named block whose state old lost",
      {
        first: mismatch("error:no such thing", '"0x1"'),
        before: { old: block(500), candidate: block(7) },
        highest: 7,
        knowledge: { state: true },
      },
      { states: { old: false, candidate: true } },
      "eth_call: uncomparable state-lost",
      "states",
    ],
    [
      "at a named block whose state it holds is a finding",
      {
        first: mismatch('"0x1"', "error:boom"),
        before: LEVEL,
        highest: 99,
        knowledge: { state: true },
      },
      { states: both, blocks: held, again: ['"0x1"', "error:boom"] },
      "eth_call: result-to-error  (confirmed)",
      "states, blocks, heads, again*5",
    ],
  ];
  test.each(rows)("%s", check);
});

describe("state below a side's oldest", () => {
  const question = questionOf(DIFFERS, { highest: 10, before: LEVEL, knowledge: { state: true } });
  test.each([
    [{ old: 0, candidate: 11 }, "eth_call: uncomparable state-lost"],
    [{ old: 11, candidate: 0 }, "eth_call: uncomparable state-lost"],
    [{ old: 10, candidate: 10 }, FOUND],
  ])("%j", (oldestState, becomes) => {
    const blocks = { old: block(10), candidate: block(10) };
    expect(said(by({ blocks }, question, { oldestState }).comparison)).toBe(becomes);
  });

  test("a call that needs no state is compared", () => {
    const stateless = questionOf(DIFFERS, { highest: 10, before: LEVEL });
    const rules = { oldestState: { old: 50, candidate: 50 } };
    const blocks = { old: block(10), candidate: block(10) };
    expect(said(by({ blocks }, stateless, rules).comparison)).toBe(FOUND);
  });
});

test("an estimate that differs always is judged alike each time, not with a tolerance now and none then", () => {
  const first = mismatch('"0xc324"', '"0xc19f"', "eth_estimateGas");
  const { comparison } = by(
    { again: ['"0xc324"', '"0xc19f"'] },
    questionOf(first, { before: LEVEL }),
  );
  expect(said(comparison)).toBe("eth_estimateGas: value-changed /result (confirmed)");
});

function check(
  _name: string,
  { first = DIFFERS, ...asked }: Row[1],
  script: Script,
  becomes: string,
  wanted: string,
): void {
  const settled = by(script, questionOf(first, asked));
  expect({ becomes: said(settled.comparison), wanted: settled.wanted }).toEqual({
    becomes,
    wanted,
  });
}
