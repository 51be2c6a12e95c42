import { globSync, readFileSync } from "node:fs";
import path from "node:path";

/** Which files each file imports: values, types, and what it loads later. Paths below the root, with forward slashes. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Reads the imports of all TypeScript files below `root/top`. */
export function importsOf(root: string, top: string): Imports {
  const files = globSync(`${top}/**/*.ts`, { cwd: root }).toSorted();
  return new Map(files.map((file) => [file, imported(root, file)]));
}

function imported(root: string, file: string): string[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const names = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+\.ts)"/g);
  return [...names].map(([, name]) => path.join(path.dirname(file), name as string));
}

/** Groups of files each of which leads to all the others: Tarjan's strongly connected components of two and more. */
export function circlesOf(imports: Imports): string[][] {
  const circles: string[][] = [];
  const index = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): number => {
    index.set(file, index.size);
    let low = index.size - 1;
    open.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!imports.has(next)) continue;
      const seen = index.get(next);
      if (seen === undefined) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, seen);
    }
    if (low === index.get(file)) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.toSorted());
    }
    return low;
  };
  for (const file of imports.keys()) if (!index.has(file)) visit(file);
  return circles;
}
