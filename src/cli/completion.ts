import { fieldsOf } from "../config/resolve.ts";
import { positionalsOf } from "./parse.ts";
import { COMMANDS } from "./registry.ts";

/**
 * What may stand in place of the last of the words that were typed after `shadowdiff`: commands, options, or the values of
 * an option that has a fixed few. Nothing where a file or a URL is expected: the shell then offers files.
 */
export async function completions(words: readonly string[]): Promise<string[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const row = COMMANDS.find(({ name }) => {
    const parts = name.split(" ");
    return parts.every((part, index) => before[index] === part);
  });
  if (row === undefined) {
    const depth = before.length;
    const next = COMMANDS.filter(({ name }) =>
      before.every((word, index) => name.split(" ")[index] === word),
    ).map(({ name }) => name.split(" ")[depth] ?? "");
    return matching([...new Set(next), ...(depth === 0 ? ["help", "--version"] : [])], typed);
  }
  const { command } = await row.load();
  const fields = fieldsOf(command.options);
  const positionals = positionalsOf(command);
  const asked = fields.find(({ flag }) => flag === before.at(-1));
  if (asked !== undefined && asked.kind !== "boolean") return matching(asked.choices ?? [], typed);
  if (!typed.startsWith("-")) return matching(fixedWords(fields, positionals), typed);
  const flags = fields.filter(({ name, kind, flag }) => {
    const given = before.includes(flag) && kind !== "list";
    return !positionals.includes(name) && !given;
  });
  return matching([...flags.map(({ flag }) => flag), "--config", "--help"], typed);
}

function fixedWords(
  fields: ReturnType<typeof fieldsOf>,
  positionals: readonly string[],
): readonly string[] {
  return fields.find(({ name, choices }) => positionals.includes(name) && choices)?.choices ?? [];
}

function matching(words: readonly string[], typed: string): string[] {
  return words.filter((word) => word !== "" && word.startsWith(typed));
}
