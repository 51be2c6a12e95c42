import { patternOf } from "../../diff/path.ts";
import { isObject, type JsonValue } from "../../model/json.ts";
import { readJsonRpc, type Answer } from "./answer.ts";
import type { Fact } from "./fact.ts";
import type { FactContext } from "./context.ts";
import { factsOf } from "./facts.ts";

/** What differs between two whole batches: their order, items that are missing, and each call's own answer by its id. */
export function batchFacts(before: Answer, after: Answer, context: FactContext): Fact[] {
  const facts = itemsFacts(listOf(before), listOf(after), context);
  return facts.map((found) => ({ ...found, marked: true }));
}

/** With the text of numbers at once: the items have no text of their own to read again. */
function listOf(answer: Answer): readonly JsonValue[] {
  const { value } = answer.exact?.() ?? answer;
  return Array.isArray(value) ? value : [];
}

function itemsFacts(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  context: FactContext,
): Fact[] {
  const places = placesById(old);
  const found = placesById(candidate);
  const facts: Fact[] = [];
  const common = [...places.keys()].filter((id) => found.has(id));
  const order = [...found.keys()].filter((id) => places.has(id));
  if (common.some((id, index) => order[index] !== id))
    facts.push(fact("batch-order", "", [...old], [...candidate], context));
  for (const [id, index] of places) {
    const place = found.get(id);
    if (place === undefined)
      facts.push(fact("item-removed", `/${index}`, old[index], undefined, context));
    else facts.push(...itemFacts(old[index] ?? null, candidate[place] ?? null, place, context));
  }
  for (const [id, index] of found)
    if (!places.has(id))
      facts.push(fact("item-added", `/${index}`, undefined, candidate[index], context));
  return facts;
}

/** Where each id stands; items without one (the answer to a broken request) are taken in turn. */
function placesById(items: readonly JsonValue[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const id = isObject(item) ? JSON.stringify(item["id"] ?? null) : "null";
    let name = id;
    for (let turn = 1; places.has(name); turn += 1) name = `${id} ${turn}`;
    places.set(name, index);
  }
  return places;
}

function itemFacts(
  old: JsonValue,
  candidate: JsonValue,
  index: number,
  context: FactContext,
): Fact[] {
  return factsOf(readJsonRpc(old), readJsonRpc(candidate), context).map((found) => {
    const path = `/${index}${found.path}`;
    return { ...found, path, pattern: patternOf(path, context.isMap) };
  });
}

function fact(
  type: Fact["type"],
  path: string,
  old: JsonValue | undefined,
  candidate: JsonValue | undefined,
  { chain, method, isMap }: FactContext,
): Fact {
  const pattern = patternOf(path, isMap);
  return { type, chain: chain.name, method, path, pattern, old, candidate };
}
