import { isNumberText, numberText } from "../../diff/number-text.ts";
import { patternOf, valueAt } from "../../diff/path.ts";
import type { Drift } from "../../chains/knowledge.ts";
import type { Pair } from "../../model/pair.ts";
import type { JsonValue } from "../../model/json.ts";
import { matchesPath } from "../../model/glob.ts";
import type { FactContext } from "./context.ts";
import type { Fact } from "./fact.ts";
import { isNamed, isNullableIn, isOfOneThing, listAt } from "./items.ts";
import { missingIn } from "./likeness.ts";
import { isBytesAt, isSameForm, sameNumber } from "./value-forms.ts";

/** The two answers that the facts are of. */
interface Answers {
  readonly old: JsonValue;
  readonly candidate: JsonValue;
}

/** Asked of heads that may differ: any value may be another one. */
const ANYTHING: Drift = { path: "/**", why: "head" };

/** What may drift in this pair: what its chain and method say, and all values where it was asked for its shape only. */
export function driftsOf(pair: Pair, answers: Answers, context: FactContext): readonly Drift[] {
  const { chain, knowledge } = context;
  const rows = [...chain.drifts, ...knowledge.drifts, ...(pair.byShape === true ? [ANYTHING] : [])];
  if (rows.length === 0) return rows;
  const oneBlock = pair.oneBlock === true || isOfOneBlock(chain.blockOfAnswer, answers);
  return oneBlock ? rows.filter(({ why }) => why !== "head") : rows;
}

/** Both answers say that they are of one block. */
function isOfOneBlock(path: string | null, { old, candidate }: Answers): boolean {
  if (path === null) return false;
  const block = valueAt(old, path);
  return block !== undefined && block === valueAt(candidate, path);
}

/**
 * Turns facts into drift where the value alone may differ: another value of the same form, another length of a list, a map
 * with other keys. A type, a form, a field that is gone and a null stay what they are, and an item that is only on one side
 * is still compared with the items of the other by its fields.
 */
export function drifting(
  facts: readonly Fact[],
  rows: readonly Drift[],
  answers: Answers,
  context: FactContext,
): Fact[] {
  const other = otherTypes(facts);
  const others = new Set<string>();
  return facts.flatMap((fact): Fact[] => {
    if (isOfError(fact)) return [fact];
    const item = itemAbove(rows, fact);
    if (item !== null && isOther(item, answers)) {
      if (others.has(item)) return [];
      others.add(item);
      return otherItem(fact, item, answers, context);
    }
    if (isOfOtherType(fact, other) && rowAt(rows, fact.pattern) !== undefined)
      return [{ ...fact, type: "drift" }];
    const { type } = fact;
    if (type === "changed") return [changedValue(fact, rows, answers, context)];
    if (type === "added" || type === "removed") return fieldOfOneSide(fact, rows, answers, context);
    if (type === "reordered" && holdsDrift(rows, fact.pattern)) return [{ ...fact, type: "drift" }];
    if ((type === "item-added" || type === "item-removed") && listsDrift(rows, fact))
      return itemOfOneSide(fact, rows, answers, context);
    return [fact];
  });
}

/** The row by which a value at a pattern drifts. */
function rowAt(rows: readonly Drift[], pattern: string): Drift | undefined {
  return rows.find((row) => row.items !== true && covers(row.path, pattern));
}

/** `/result/**` is the result and everything below it. */
function covers(glob: string, pattern: string): boolean {
  return (
    matchesPath(glob, pattern) || (glob.endsWith("/**") && matchesPath(glob.slice(0, -3), pattern))
  );
}

/** Whether which items a list holds drifts, or all that is in it. */
function holdsDrift(rows: readonly Drift[], list: string): boolean {
  return rows.some((row) =>
    row.items === true ? matchesPath(row.path, list) : covers(row.path, `${list}/*`),
  );
}

function listsDrift(rows: readonly Drift[], { pattern }: Fact): boolean {
  return holdsDrift(rows, parentOf(pattern));
}

/** Path of the item of a list of drifting items that a fact lies in; null for one of the item as a whole, or of no such list. */
function itemAbove(rows: readonly Drift[], { path, pattern }: Fact): string | null {
  const [segments, names] = [path.split("/"), pattern.split("/")];
  for (let depth = 1; depth < names.length - 1; depth += 1) {
    const list = names.slice(0, depth).join("/");
    if (rows.some((row) => row.items === true && matchesPath(row.path, list)))
      return segments.slice(0, depth + 1).join("/");
  }
  return null;
}

/** The candidate's item bears a name that none of old's has: two things stand at one place. */
function isOther(item: string, answers: Answers): boolean {
  return isNamed(valueAt(answers.candidate, item)) && !isOfOneThing(`${item}/`, answers);
}

/** Such an item is no changed one: it is there on one side only. */
function otherItem(fact: Fact, item: string, answers: Answers, context: FactContext): Fact[] {
  const old = listAt(answers.old, parentOf(item));
  const whole: Fact = {
    ...fact,
    type: "drift",
    path: item,
    pattern: patternOf(item, context.isMap),
    old: undefined,
    candidate: valueAt(answers.candidate, item),
  };
  return [whole, ...missingIn(whole, old, context)];
}

/** The nearest list of drifting items that a pattern lies in. */
function itemsRowAbove(rows: readonly Drift[], pattern: string): boolean {
  for (let above = pattern; above !== "";) {
    above = parentOf(above);
    if (rows.some((row) => row.items === true && matchesPath(row.path, above))) return true;
  }
  return false;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function changedValue(
  fact: Fact,
  rows: readonly Drift[],
  answers: Answers,
  context: FactContext,
): Fact {
  const row = rowAt(rows, fact.pattern);
  const ofItem = row === undefined && itemsRowAbove(rows, fact.pattern);
  if (row === undefined && !ofItem) return fact;
  const { old = null, candidate = null } = fact;
  // A hash or a slot in a list is a thing of its own: another one is another item.
  const isItem =
    holdsPlainItems(rows, parentOf(fact.pattern)) && isPlain(old) && isPlain(candidate);
  const one = !isItem && isOfOneThing(fact.path, answers);
  // Of a thing that both sides hold, only what is named drifts.
  if (ofItem && one) return fact;
  if ((old === null) !== (candidate === null))
    return row?.mayBeNull === true || (isNullableIn(context, fact.path) && !one)
      ? { ...fact, type: "drift" }
      : fact;
  // One number that is written in two ways: no value moved here.
  if (sameNumber(old, candidate)) return fact;
  if (losesText(fact, row, one, context) || losesSign(fact, row)) return fact;
  if (!isSameForm(fact, context)) return areTexts(fact) ? { ...fact, type: "form" } : fact;
  return isNear(old, candidate, row) && !losesCount(fact, answers)
    ? { ...fact, type: "drift" }
    : fact;
}

function holdsPlainItems(rows: readonly Drift[], list: string): boolean {
  return rows.some((row) => row.items === true && matchesPath(row.path, list));
}

function isPlain(value: JsonValue): boolean {
  return typeof value === "string" || typeof value === "number";
}

/** A text of a thing that both sides hold is empty on one of them: bytes may be none, and what a node says of itself. */
function losesText(
  { old, candidate, pattern }: Fact,
  row: Drift | undefined,
  one: boolean,
  context: FactContext,
): boolean {
  if (!one || row === undefined || typeof old !== "string" || typeof candidate !== "string")
    return false;
  const isOwn = row.why === "node" && row.path.endsWith("**");
  const mayBeEmpty =
    row === ANYTHING || row.mayBeEmpty === true || isOwn || isBytesAt(pattern, context);
  return !mayBeEmpty && (old === "") !== (candidate === "");
}

/** Numbers that may be below zero on any day. */
const SIGNED = /(?:sequence|offset|delta|change)$/;

/** An amount, a depth or a count does not drift below zero, nor back from there: Bitcoin's block off the chain has -1 confirmations. */
function losesSign({ old, candidate, path }: Fact, row: Drift | undefined): boolean {
  if (row === ANYTHING || row?.why === "node" || SIGNED.test(path)) return false;
  const left = toNumber(old);
  const right = toNumber(candidate);
  return left !== null && right !== null && left < 0 !== right < 0;
}

/** Two texts of different forms: their values may differ as they like, the way they are written may not. */
function areTexts({ old, candidate }: Fact): boolean {
  return typeof old === "string" && typeof candidate === "string";
}

function isNear(old: JsonValue, candidate: JsonValue, row: Drift | undefined): boolean {
  const left = toNumber(old);
  const right = toNumber(candidate);
  if (row === undefined || left === null || right === null) return true;
  if (row.within !== undefined && Math.abs(left - right) > row.within) return false;
  return row.ratio === undefined || Math.max(left, right) <= Math.min(left, right) * row.ratio;
}

const COUNT = /\/(?:total|count|size|length)$/;

/** `total: 0` beside a list that holds something is no count that drifted. */
function losesCount({ path, old, candidate }: Fact, answers: Answers): boolean {
  if (!COUNT.test(path) || toNumber(candidate) !== 0 || toNumber(old) === 0) return false;
  const beside = valueAt(answers.candidate, parentOf(path));
  return (
    typeof beside === "object" &&
    beside !== null &&
    Object.values(beside).some((value) => Array.isArray(value) && value.length > 0)
  );
}

/** An item that only one side lists: that drifts, and its fields are held against the other side's items. */
function itemOfOneSide(
  fact: Fact,
  rows: readonly Drift[],
  answers: Answers,
  context: FactContext,
): Fact[] {
  const list = parentOf(fact.path);
  const [before, after] = [listAt(answers.old, list), listAt(answers.candidate, list)];
  const drifted: Fact = { ...fact, type: "drift" };
  if (before.length === 0 || after.length === 0)
    // Where everything was asked to drift, an empty list says nothing of the node.
    return [rows.includes(ANYTHING) ? drifted : { ...drifted, emptied: true }];
  if (fact.type !== "item-added" && fact.type !== "added") return [drifted];
  return [drifted, ...missingIn(fact, before, context)];
}

function fieldOfOneSide(
  fact: Fact,
  rows: readonly Drift[],
  answers: Answers,
  context: FactContext,
): Fact[] {
  const isKey =
    (fact.path !== fact.pattern && fact.pattern.endsWith("/*")) ||
    context.isMap(parentOf(fact.pattern));
  if (isKey && listsDrift(rows, fact)) return itemOfOneSide(fact, rows, answers, context);
  const depends = rows.some(
    ({ presence, path }) =>
      presence !== undefined &&
      matchesPath(path, fact.pattern) &&
      isPassing(presence, fact, answers),
  );
  return [depends ? { ...fact, type: "drift" } : fact];
}

/** Whether the side that lacks a field says itself that it has none yet. */
function isPassing(
  { beside, atMost }: NonNullable<Drift["presence"]>,
  { type, path }: Fact,
  answers: Answers,
): boolean {
  const lacking = type === "added" ? answers.old : answers.candidate;
  const depth = toNumber(valueAt(lacking, `${parentOf(path)}/${beside}`));
  return depth !== null && depth <= atMost;
}

/** Objects that are of another type on the other side: a legacy transaction here, one with a fee cap there. */
function otherTypes(facts: readonly Fact[]): Set<string> {
  const parents = facts
    .filter(({ type, path }) => type === "changed" && /\/(?:type|tx_type)$/.test(path))
    .map(({ path }) => parentOf(path));
  return new Set(parents);
}

/** Types have fields of their own: one that comes or goes with the type is no change of the API. */
function isOfOtherType({ type, path }: Fact, other: ReadonlySet<string>): boolean {
  return (
    (type === "added" || type === "removed" || type === "renamed") && other.has(parentOf(path))
  );
}

/** A whole answer that became an error or stopped being one, and what an error says: never a matter of the head. */
function isOfError(fact: Fact): boolean {
  return (
    (fact.type === "answer" && fact.path === "") ||
    fact.path.startsWith("/error") ||
    fact.type === "envelope"
  );
}

/** A quantity, decimal or JSON number as a number; null for anything else. */
export function toNumber(value: JsonValue | undefined): number | null {
  if (typeof value === "number") return value;
  if (isNumberText(value)) return Number(numberText(value));
  if (typeof value !== "string") return null;
  return /^(?:0x[0-9a-f]+|-?\d+(?:\.\d+)?)$/i.test(value) ? Number(value) : null;
}
