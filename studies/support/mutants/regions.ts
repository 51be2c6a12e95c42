import { parseSync } from "oxc-parser";
import { childrenOf, type Node } from "./tree.ts";

/** A stretch of a file that is entered as a whole: a block, or the expression of an arrow function. */
export interface Region {
  readonly start: number;
  readonly end: number;
  readonly block: boolean;
}

/** The regions of a source, the outer before the inner. */
export function regionsOf(file: string, source: string): Region[] {
  const found: Region[] = [];
  const visit = (node: Node): void => {
    const { type, start, end } = node;
    if (type === "BlockStatement") found.push({ start, end, block: true });
    for (const child of childrenOf(node)) {
      if (type === "ArrowFunctionExpression" && child === node["body"] && !isBlock(child))
        found.push({ start: child.start, end: child.end, block: false });
      visit(child);
    }
  };
  visit(parseSync(file, source).program as unknown as Node);
  return found;
}

function isBlock({ type }: Node): boolean {
  return type === "BlockStatement";
}

/** Where a region is entered of which nothing is known but the file: at its top, which runs when it is loaded. */
const TOP = -1;

/** The name under which the innermost region around an offset is noted. */
export function regionAround(name: string, regions: readonly Region[], offset: number): string {
  const around = regions.findLast(({ start, end }) => start <= offset && offset < end);
  return keyOf(name, around?.start ?? TOP);
}

/** The source with a note at the entry of each region, made by `hit` of the module at `from`. */
export function marked(name: string, source: string, from: string): string {
  const noteAt = (start: number): string => `__hit(${JSON.stringify(keyOf(name, start))})`;
  const inserts = regionsOf(name, source)
    .flatMap(({ start, end, block }, rank) =>
      block
        ? [{ at: start + 1, text: `${noteAt(start)};`, rank }]
        : [
            { at: start, text: `(${noteAt(start)},`, rank },
            { at: end, text: ")", rank: -rank },
          ],
    )
    .sort((one, other) => one.at - other.at || one.rank - other.rank);
  let text = `import { hit as __hit } from ${JSON.stringify(from)};${noteAt(TOP)};`;
  let done = 0;
  for (const { at, text: note } of inserts) {
    text += source.slice(done, at) + note;
    done = at;
  }
  return text + source.slice(done);
}

function keyOf(name: string, start: number): string {
  return `${name}@${start}`;
}
