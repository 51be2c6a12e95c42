import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

interface Named {
  readonly name: string;
  readonly summary: string;
  run(args: readonly string[]): Promise<void>;
}

/**
 * Runs the modules that stand beside `main` and export `exportName`. With a name, that one; without, all of them
 * (`all`) or a list of what there is.
 */
export async function runByName(
  main: string,
  exportName: string,
  words: readonly string[],
  all: boolean,
): Promise<void> {
  const folder = path.dirname(fileURLToPath(main));
  const modules: Named[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".ts") || file === "main.ts") continue;
    const loaded = (await import(path.join(folder, file))) as Record<string, Named | undefined>;
    const found = loaded[exportName];
    if (found !== undefined) modules.push(found);
  }
  const [name, ...args] = words;
  if (name === undefined && !all) {
    for (const { name: known, summary } of modules) console.log(`${known.padEnd(24)} ${summary}`);
    return;
  }
  const chosen = name === undefined ? modules : modules.filter((module) => module.name === name);
  if (chosen.length === 0) {
    console.error(
      `There is no ${exportName} "${name}". Known: ${modules.map((module) => module.name).join(", ")}`,
    );
    process.exitCode = 2;
  }
  for (const module of chosen) {
    if (all) console.log(`\n${module.name}: ${module.summary}`);
    await module.run(args);
  }
}
