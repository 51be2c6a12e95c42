import { isValue, routeFor, routesOf, segmentsOf, type Route } from "./routes.ts";

/** Values under one parent past which a segment is taken for a parameter; more where each might be the name of a route. */
const MANY_VALUES = 20;
/** Names of routes look like words too, but hardly any API has a hundred of them below one parent. */
const MANY_WORDS = 100;
/** Share of those values below which paths go on alike. */
const ALIKE = 0.8;
/** What is looked at is bounded: past it, paths keep the names that they have. */
const MOST_NODES = 50_000;
const WORD = /^[a-z]+(?:[-_][a-z]+)*$/;

interface Node {
  readonly children: Map<string, Node>;
  readonly verbs: Set<string>;
}

/**
 * Routes of an API whose document nobody has, from the requests that it got: `/names/alice.btc`, `/names/bob.btc` and a few
 * dozen more under one parent are one route, `/names/{}`. Numbers, hashes and their like are parameters anyway. Paths of
 * routes that are given or known are left out.
 */
export function inferRoutes(
  asked: Iterable<{ readonly verb: string; readonly path: string }>,
  given: readonly Route[] = [],
): Route[] {
  const root = nodeOf();
  let nodes = 0;
  for (const { verb, path } of asked) {
    if (routeFor(verb.toUpperCase(), path, given) !== null) continue;
    let node = root;
    for (const segment of segmentsOf(path)) {
      const name = isValue(segment) ? "{}" : segment;
      let next = node.children.get(name);
      if (next === undefined) {
        if (nodes >= MOST_NODES) break;
        next = nodeOf();
        node.children.set(name, next);
        nodes += 1;
      }
      node = next;
    }
    node.verbs.add(verb.toLowerCase());
  }
  const paths: Record<string, Record<string, null>> = {};
  if (fold(root)) collect(root, "", paths);
  return routesOf({ paths });
}

function nodeOf(): Node {
  return { children: new Map(), verbs: new Set() };
}

/** Puts a parameter in the place of many values; says whether there was anything to put so. */
function fold(node: Node): boolean {
  const values = [...node.children].filter(([name]) => name !== "{}");
  let folded = false;
  if (isParameter(values)) {
    const all = node.children.get("{}") ?? nodeOf();
    for (const [name, child] of values) {
      merge(all, child);
      node.children.delete(name);
    }
    node.children.set("{}", all);
    folded = true;
  }
  for (const child of node.children.values()) folded = fold(child) || folded;
  return folded;
}

function isParameter(values: readonly (readonly [string, Node])[]): boolean {
  const most = values.every(([name]) => WORD.test(name)) ? MANY_WORDS : MANY_VALUES;
  if (values.length <= most) return false;
  // Names of routes go on each in its own way; values of one parameter go on alike, or not at all.
  const shapes = new Map<string, number>();
  for (const [, { children }] of values) {
    const shape = [...children.keys()].sort().join("/");
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
  }
  return Math.max(...shapes.values()) >= ALIKE * values.length;
}

function merge(into: Node, from: Node): void {
  for (const verb of from.verbs) into.verbs.add(verb);
  for (const [name, child] of from.children) {
    const known = into.children.get(name);
    if (known === undefined) into.children.set(name, child);
    else merge(known, child);
  }
}

function collect(node: Node, template: string, paths: Record<string, Record<string, null>>): void {
  if (node.verbs.size > 0)
    paths[template === "" ? "/" : template] = Object.fromEntries(
      [...node.verbs].map((verb) => [verb, null]),
    );
  for (const [name, child] of node.children) collect(child, `${template}/${name}`, paths);
}
