import yargs, { type Argv } from "yargs";
import { fieldsOf, type Field } from "../config/resolve.ts";
import { nearest } from "../config/nearest.ts";
import { usageError } from "../errors.ts";
import type { Command } from "./define.ts";

export interface ParsedFlags {
  /** Only what was given, by field name. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly config: string | undefined;
  /** Whether the help text was asked for. */
  readonly help: boolean;
}

/** Reads the words after a command's name. A word that is not understood is a usage error, never ignored. */
export async function parseFlags(command: Command, words: readonly string[]): Promise<ParsedFlags> {
  const fields = fieldsOf(command.options);
  const parser = parserFor(command, fields);
  let parsed: Record<string, unknown>;
  try {
    parsed = await parser.parseAsync([...words]);
  } catch (cause) {
    throw usageError(unknownWord(cause as Error, fields), {
      details: [`See: shadowdiff ${command.name} --help`],
      cause,
    });
  }
  if (parsed["help"] === true) return { flags: {}, config: undefined, help: true };
  const flags: Record<string, unknown> = {};
  for (const field of fields) {
    const value = parsed[field.name];
    if (Array.isArray(value) && field.kind !== "list")
      throw usageError(`${field.flag} was given twice.`);
    if (value !== undefined && !(Array.isArray(value) && value.length === 0))
      flags[field.name] = value;
  }
  return { flags, config: parsed["config"] as string | undefined, help: false };
}

function parserFor(command: Command, fields: readonly Field[]): Argv {
  const positionals = new Set(positionalsOf(command));
  // Positionals are optional to yargs: they may come from the file or the environment; the schema says what is missing.
  const optional = command.positionals.replaceAll("<", "[").replaceAll(">", "]");
  let parser = yargs()
    // Our own words are English, whatever the machine speaks: no sentence is half of each.
    .locale("en")
    .scriptName("shadowdiff")
    .parserConfiguration({
      "greedy-arrays": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "dot-notation": false,
      "strip-dashed": true,
    })
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail(false)
    .showHelpOnFail(false)
    .command(`$0 ${optional}`.trim(), command.summary, (scope) => {
      for (const { name, kind } of fields) {
        if (positionals.has(name))
          scope.positional(name, { type: "string", array: kind === "list" });
      }
      return scope;
    })
    .option("config", { type: "string", requiresArg: true })
    .option("help", { type: "boolean", alias: "h" })
    .strict();
  for (const field of fields) {
    if (positionals.has(field.name)) continue;
    const { kind, choices } = field;
    parser = parser.option(field.flag.slice(2), {
      type: kind === "boolean" ? "boolean" : "string",
      array: kind === "list",
      requiresArg: kind !== "boolean",
      ...(choices === null ? {} : { choices }),
    });
  }
  return parser;
}

function unknownWord(error: Error, fields: readonly Field[]): string {
  const message = (error.message ?? String(error)).replaceAll("\n", " ").trim();
  const [, option, given, choices] =
    /^Invalid values: .*Argument: (\S+), Given: (.*), Choices: (.*)$/.exec(message) ?? [];
  if (option !== undefined) return `--${option}: expected one of ${choices}; got ${given}.`;
  const word = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1]?.trim();
  if (word === undefined) return message;
  const unknown = word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const known = [...fields.map((field) => field.flag.slice(2)), "config", "help"];
  const guess = nearest(unknown, known);
  const flag = `"${unknown.length > 1 && !/^\W|[./]/.test(unknown) && guess !== null ? `--${unknown}` : unknown}"`;
  return `Unknown option or argument ${flag}${guess === null ? "." : `; did you mean --${guess}?`}`;
}

/** Names of the fields that are words without a flag. */
export function positionalsOf(command: Command): string[] {
  return [...command.positionals.matchAll(/[<[](\w+)(?:\.\.)?[\]>]/g)].map(
    (match) => match[1] ?? "",
  );
}
