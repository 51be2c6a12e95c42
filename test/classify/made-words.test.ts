import { runInNewContext, Script } from "node:vm";
import { describe, expect, test } from "vitest";
import { wordsAt, type PlaceWords } from "../../src/classify/advice/index.ts";
import { titleOf } from "../../src/judge/title.ts";
import { isObject, type JsonValue } from "../../src/model/json.ts";
import { ALL_KINDS, type Kind } from "../../src/model/kinds.ts";
import { sentence } from "../../src/notice/compose/sentence.ts";
import { curls } from "../../src/report/view/snippets.ts";
import { groupOf } from "../support/facts.ts";
import { ANSWERS, madeFindings, type MadeFinding } from "../support/made-findings.ts";

const COUNT = 4_000;

/** Every name that an answer of any chain has, where it is no word of English. */
const FIELDS = new Set(
  ANSWERS.flatMap(({ value }) => namesIn(value)).filter((name) =>
    /[a-z][A-Z]|_|^is[a-z]/.test(name),
  ),
);
const METHODS = new Set(
  ANSWERS.map(({ method }) => method).filter((name) =>
    /[a-z][A-Z]|_|^(?:get|send|decode|create|estimate|verify|list|scan)[a-z]/.test(name),
  ),
);

function namesIn(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner ?? null)]);
}

function take(seed: number, count: number): MadeFinding[] {
  return madeFindings(seed).take(count).toArray();
}

function textsOf(finding: MadeFinding, words: PlaceWords): string[] {
  const { why, sees, condition, action, breaks, works, search } = words;
  return [
    why,
    sees,
    condition,
    action,
    works,
    search.code,
    search.logs,
    ...breaks.flatMap(({ library, code, result }) => [library, code, result]),
    titleOf(groupOf(finding)),
    sentence(finding),
  ].filter((text) => text !== null);
}

describe("words of findings as the examiner makes them, of every chain and in both directions", () => {
  test("every kind that two answers can show is among them, on every chain", () => {
    const found = take(3, 20_000);
    // Known from many calls, or from a subscription.
    const never: readonly Kind[] = [
      "chain-split",
      "event-missing",
      "latency-regression",
      "size-regression",
    ];
    const kinds = new Set(found.map(({ kind }) => kind));
    expect(ALL_KINDS.filter((kind) => !kinds.has(kind) && !never.includes(kind))).toEqual([]);
    expect(new Set(found.map(({ chain }) => chain)).size).toBe(5);
  });

  test("name no method, field or library that the finding does not have", () => {
    const foreign = take(14, COUNT).flatMap((finding) => {
      const own = ownOf(finding);
      return textsOf(finding, wordsAt(finding)).flatMap((text) => {
        const names = (text.match(/[A-Za-z_]\w*/g) ?? []).filter(
          (word) => (FIELDS.has(word) || METHODS.has(word)) && !own.includes(word),
        );
        const libraries =
          finding.chain === "ethereum"
            ? []
            : (text.match(/ethers|viem|web3\.|provider\.|client\.request/g) ?? []);
        return [...names, ...libraries].map((word) => `${word} in ${text} of ${own}`);
      });
    });
    expect(foreign).toEqual([]);
  });

  test("hold no word of JSON-RPC for a REST route", () => {
    const routes = take(15, COUNT).filter(({ method }) => method.includes(" /"));
    const foreign = routes.flatMap((finding) => {
      const own = ownOf(finding);
      return textsOf(finding, wordsAt(finding)).flatMap((text) =>
        (text.match(JSON_RPC) ?? [])
          .filter((word) => !own.includes(word))
          .map((word) => [word, text]),
      );
    });
    expect(routes.length).toBeGreaterThan(500);
    expect(foreign).toEqual([]);
  });

  test("are code that parses", () => {
    const broken = take(16, COUNT).flatMap((finding) => {
      const { breaks, works } = wordsAt(finding);
      const codes = breaks.flatMap(({ library, code }) => (library === "web3.py" ? [] : [code]));
      return [...codes, works ?? ""].filter((code) => !parses(code));
    });
    expect(broken).toEqual([]);
  });

  test("say of code what it does on the new answer, and did not on the old one", () => {
    const claims = take(18, COUNT).flatMap((finding) =>
      wordsAt(finding).breaks.flatMap(({ library, code, result }) => {
        const said = SAID.exec(result)?.[0];
        if (library !== "any" || said === undefined || !/^(?:response|body|")/.test(code))
          return [];
        const [old, now] = [valueOf(finding, code, "old"), valueOf(finding, code, "candidate")];
        return now === UNKNOWN ? [] : [{ code, said, old: String(old), now: String(now) }];
      }),
    );
    expect(claims.length).toBeGreaterThan(300);
    expect(claims.filter(({ said, now }) => now !== said)).toEqual([]);
    expect(claims.filter(({ said, old }) => old === said)).toEqual([]);
  });

  test("have a curl of the request and of nothing else", () => {
    const foreign = take(17, 1_000).flatMap(({ method, request }) => {
      const side = { outcome: "reply", status: 200, text: "{}", cut: null };
      const found = curls({ pairId: "a", method, request, old: side, candidate: side }, 4_000);
      const text = [found?.old, found?.candidate, found?.both].join("\n");
      const others = [...METHODS].filter(
        (one) => text.includes(`"${one}"`) && !request.includes(one),
      );
      const words = method.includes(" /") ? (text.match(/jsonrpc|--data-raw/g) ?? []) : [];
      return [...others, ...words];
    });
    expect(foreign).toEqual([]);
  });
});

const JSON_RPC = /JSON-RPC|jsonrpc|\b(?:response|result|results|params|batch|rpc)\b/gi;

/** All that a finding has to be told of. */
function ownOf({ kind, method, path, values }: MadeFinding): string {
  return JSON.stringify([kind, method, path, values]).replaceAll("~1", "/");
}

/** What a result says of its expression, where that is a value. */
const SAID = /^(?:undefined|null|true|false)\b(?! where)/;

function parses(code: string): boolean {
  try {
    return new Script(`async () => { ${code}\n }`) instanceof Script;
  } catch {
    return false;
  }
}

const UNKNOWN = Symbol("can't be evaluated here");

/** The value of an expression on one side's answer, at the finding's own place. */
function valueOf(
  { method, path, at, bodies }: MadeFinding,
  code: string,
  side: "old" | "candidate",
): unknown {
  const text = bodies[side];
  if (text === null || /reply|pending|known/.test(code)) return UNKNOWN;
  const concrete = at.split("/").slice(1);
  const places = path
    .split("/")
    .slice(1)
    .flatMap((part, index) => (part === "*" ? [concrete[index] ?? ""] : []));
  let turn = 0;
  const own = code.replaceAll("[i]", () => `[${JSON.stringify(places[turn++] ?? "0")}]`);
  // Items of a list stand at their own places on each side: only those that stayed can be read alike.
  if (own !== code) return UNKNOWN;
  try {
    const answer = JSON.parse(text) as JsonValue;
    const names = method.includes(" /")
      ? { body: answer }
      : { response: answer, responses: answer };
    return runInNewContext(`(${own.replace(/ \/\/.*$/, "")})`, names) as unknown;
  } catch {
    return UNKNOWN;
  }
}
