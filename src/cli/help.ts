import { readFileSync } from "node:fs";
import { fieldsOf, type Field } from "../config/resolve.ts";
import { commandLines, wrapped } from "./command-lines.ts";
import type { Command, CommandRow } from "./define.ts";
import { positionalsOf } from "./parse.ts";
import { COMMANDS } from "./registry.ts";

/** All commands, in the order of the way. */
export function overview(): string {
  return [
    "shadowdiff tells what a node upgrade will break, and for whom, before it is",
    "rolled out.",
    "",
    "Usage: shadowdiff COMMAND [options]",
    "",
    ...rowsOf(COMMANDS),
    "",
    "shadowdiff COMMAND --help shows a command's options and examples (also -h, and",
    "shadowdiff help COMMAND); shadowdiff --version (-v) shows the version.",
    "New here? shadowdiff demo, or with two nodes of your own: shadowdiff try --help",
    "",
    "Exit codes: 0 pass or done, 1 the gate failed, 2 bad usage or input,",
    "3 inconclusive, 4 the run failed or was interrupted.",
    "",
  ].join("\n");
}

/** The commands of a group such as `notice`; null where the word is none. */
export function groupHelp(word: string): string | null {
  const rows = COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
  if (rows.length === 0) return null;
  return [
    `Usage: shadowdiff ${word} COMMAND [options]`,
    "",
    ...rowsOf(rows),
    "",
    `shadowdiff ${rows[0]?.name} --help shows its options and examples.`,
    "",
  ].join("\n");
}

function rowsOf(rows: readonly CommandRow[]): string[] {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows.map(({ name, summary }) => entry(`  ${name}`, summary, width + 4));
}

/** Usage, options and examples of one command. */
export function commandHelp(command: Command): string {
  const fields = fieldsOf(command.options);
  const positionals = positionalsOf(command);
  const [words, flags] = [true, false].map((isWord) =>
    fields.filter(({ name }) => positionals.includes(name) === isWord),
  ) as [Field[], Field[]];
  const options = [
    ...flags.map((field): [string, string] => [leftOf(field), describe(field)]),
    ["--config FILE", "configuration file (default: shadowdiff.yaml)"] as const,
    ["-h, --help", "this text"] as const,
  ];
  const width = Math.min(
    30,
    Math.max(...options.map(([left]) => left.length), ...words.map(({ name }) => name.length)) + 4,
  );
  return [
    `Usage: shadowdiff ${command.name} ${command.positionals}`.trim() + " [options]",
    "",
    wrapped(`${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`),
    "",
    ...(words.length === 0 ? [] : ["Arguments:"]),
    ...words.map((field) => entry(`  ${field.name}`, describe(field), width)),
    ...(words.length === 0 ? [] : [""]),
    "Options:",
    ...options.map(([left, right]) => entry(`  ${left}`, right, width)),
    "",
    "Examples:",
    ...command.examples.flatMap(([line, text]) => [
      wrapped(`${text.charAt(0).toUpperCase()}${text.slice(1)}:`, "  "),
      commandLines(line, "    "),
    ]),
  ].join("\n");
}

function leftOf({ flag, kind }: Field): string {
  return kind === "boolean" ? flag : `${flag} ${kind === "number" ? "N" : "VALUE"}`;
}

/** A name and its text beside it, or below where the name is too long. */
function entry(left: string, right: string, width: number): string {
  const indent = " ".repeat(width);
  return left.length + 2 > width
    ? `${left}\n${wrapped(right, indent)}`
    : wrapped(right, left.padEnd(width), indent);
}

function describe(field: Field): string {
  const { default: value, choices, description, kind } = field;
  const notes: string[] = [];
  if (choices !== null && !choices.every((choice) => description.includes(choice)))
    notes.push(choices.join(", "));
  if (kind === "list" && !/repeat/.test(description)) notes.push("may repeat");
  if (value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0))
    notes.push(`default: ${[value].flat().map(String).join(", ")}`);
  return notes.length === 0 ? description : `${description} (${notes.join("; ")})`;
}

export function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
