/** A node of the parsed source, as oxc-parser gives it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "type") === "string"
  );
}

/** The nodes directly within a node, in the order of the text; types and imports are no code that runs. */
export function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .filter(([name]) => name !== "parent")
    .flatMap(([, member]) => (Array.isArray(member) ? member : [member]))
    .filter(isNode)
    .filter(({ type }) => runs(type));
}

/** Expressions of TypeScript that hold code: `x as T`, `x!`, `x satisfies T`. All else of it is types. */
const WITH_CODE = new Set([
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSParameterProperty",
]);

function runs(type: string): boolean {
  if (type === "ImportDeclaration") return false;
  return !type.startsWith("TS") || WITH_CODE.has(type);
}
