import type { Chain, Place } from "../../chains/chain.ts";
import { chainNamed, methodKnowledge } from "../../chains/index.ts";
import type { MethodKnowledge } from "../../chains/knowledge.ts";
import { matchesMethod, matchesPath } from "../../model/glob.ts";
import type { ChainName } from "../../model/exchange.ts";
import type { IsMap } from "../../diff/path.ts";

/** What is known of the method whose answers are compared. */
export interface FactContext {
  readonly chain: Chain;
  readonly method: string;
  readonly knowledge: MethodKnowledge;
  /** Whether the keys of the object at a pattern are data. */
  readonly isMap: IsMap;
  /** Patterns, or globs, of lists whose order means nothing. */
  readonly unordered: readonly string[];
  /** Whether a part of the answer may fail on its own (a trace, a call of a list). */
  readonly partsFail: boolean;
}

type Known = Omit<FactContext, "isMap"> & { readonly maps: readonly string[] };

/** Of the methods that were asked about last: their names come from outside. */
const cache = new Map<string, Known>();
const REMEMBERED = 10_000;

/** `maps` are the patterns that a configuration names. */
export function contextFor(
  chain: ChainName,
  method: string,
  maps: readonly string[] = [],
): FactContext {
  const key = `${chain} ${method}`;
  let known = cache.get(key);
  if (known === undefined) {
    known = knownOf(chain, method);
    if (cache.size >= REMEMBERED) cache.clear();
    cache.set(key, known);
  }
  const all = maps.length === 0 ? known.maps : [...known.maps, ...maps];
  return { ...known, isMap: isMapOf(all) };
}

function isMapOf(maps: readonly string[]): IsMap {
  return maps.length === 0
    ? () => false
    : (pattern) => maps.some((glob) => matchesPath(glob, pattern));
}

function knownOf(name: ChainName, method: string): Known {
  const chain = chainNamed(name);
  const knowledge = methodKnowledge(name, method);
  return {
    chain,
    method,
    knowledge,
    maps: pathsAt(chain.maps, method),
    unordered: [...pathsAt(chain.unordered, method), ...(knowledge.set ? ["/result"] : [])],
    partsFail: chain.failingParts.some((glob) => matchesMethod(glob, method)),
  };
}

/** The paths of those places that are in this method's answers. */
function pathsAt(places: readonly Place[], method: string): string[] {
  return places.filter(({ methods }) => matchesMethod(methods, method)).map(({ path }) => path);
}

/** Whether a pattern of a method's answer is one of these places. */
export function isAt(places: readonly Place[], method: string, pattern: string): boolean {
  return places.some(
    (place) => matchesPath(place.path, pattern) && matchesMethod(place.methods, method),
  );
}
