import { parseSync } from "oxc-parser";
import { childrenOf, type Node } from "./tree.ts";

/** One change of one place of a source file. */
export interface Mutant {
  /** From the root of the checkout. */
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const FLIPPED: Readonly<Record<string, readonly string[]>> = {
  "===": ["!=="],
  "!==": ["==="],
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
};

const SWAPPED_CALLS: Readonly<Record<string, string>> = {
  every: "some",
  some: "every",
  min: "max",
  max: "min",
  startsWith: "endsWith",
  toSorted: "slice",
};

/** What is only written for a reader of the screen: no change of it can be wrong in what the program does. */
const ONLY_SAID = /^(?:console|process\.emitWarning|progress)\b/;

/**
 * Every mutant of a source file: operators flipped, guards never or always taken, early returns and calls dropped, numbers off by one,
 * booleans turned, `every` for `some`. Types, imports, texts and what is only said are left alone.
 */
export function mutantsOf(file: string, source: string): Mutant[] {
  const found: Mutant[] = [];
  const lineOf = (offset: number): number => source.slice(0, offset).split("\n").length;
  const add = (start: number, end: number, after: string): void => {
    const before = source.slice(start, end);
    if (before !== after) found.push({ file, line: lineOf(start), start, end, before, after });
  };
  const visit = (node: Node): void => {
    if (node.type === "TemplateLiteral" || isOnlySaid(node, source)) return;
    mutate(node, source, add);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseSync(file, source).program as unknown as Node);
  return found;
}

function isOnlySaid({ type, start, end }: Node, source: string): boolean {
  return type === "ExpressionStatement" && ONLY_SAID.test(source.slice(start, end));
}

function mutate(
  node: Node,
  source: string,
  add: (start: number, end: number, after: string) => void,
): void {
  const { type, start, end } = node;
  if (type === "BinaryExpression" || type === "LogicalExpression") {
    const { left, right, operator } = node as unknown as {
      left: Node;
      right: Node;
      operator: string;
    };
    const at = source.indexOf(operator, left.end);
    if (at === -1 || at > right.start) return;
    for (const other of FLIPPED[operator] ?? []) add(at, at + operator.length, other);
  } else if (type === "IfStatement" || type === "ConditionalExpression") {
    const test = node["test"] as Node;
    add(test.start, test.end, "false");
    add(test.start, test.end, "true");
  } else if (type === "Literal" && typeof node["value"] === "number") {
    add(start, end, String(node["value"] + 1));
  } else if (type === "Literal" && typeof node["value"] === "boolean") {
    add(start, end, String(!node["value"]));
  } else if (type === "UnaryExpression" && node["operator"] === "!") {
    add(start, start + 1, "");
  } else if (type === "ExpressionStatement") {
    const expression = node["expression"] as Node;
    if (["CallExpression", "AssignmentExpression", "UpdateExpression"].includes(expression.type))
      add(start, end, ";");
  } else if (type === "MemberExpression") {
    const property = node["property"] as Node & { readonly name?: string };
    const other = SWAPPED_CALLS[property.name ?? ""];
    if (other !== undefined) add(property.start, property.end, other);
  }
}
