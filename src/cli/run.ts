import { readFileSync } from "node:fs";
import { readConfigurationFile } from "../config/files/config-file.ts";
import { nearest } from "../config/nearest.ts";
import { checkKeys, resolveOptions } from "../config/resolve.ts";
import { FILE_SETTINGS } from "../config/settings.ts";
import { describeError, EXIT, usageError } from "../errors.ts";
import type { Command } from "./define.ts";
import type { Io } from "./io.ts";
import { parseFlags, positionalsOf } from "./parse.ts";
import { COMMANDS } from "./registry.ts";

/** The whole program: words in, exit code out. Never throws; what it prints goes to `io`. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const { text, exitCode } = describeError(error);
    io.stderr.write(`${text}\n`);
    return exitCode;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first] = argv;
  if (first === undefined || first === "--help" || first === "help") {
    io.stdout.write(overview());
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  if (first === "--version") {
    io.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  const row = COMMANDS.find(({ name }) => name === argv.slice(0, name.split(" ").length).join(" "));
  if (row === undefined) throw unknownCommand(argv);
  const { command } = await row.load();
  return runCommand(command, argv.slice(row.name.split(" ").length), io);
}

async function runCommand(command: Command, words: readonly string[], io: Io): Promise<number> {
  const { flags, config, help } = await parseFlags(command, words);
  if (help !== null) {
    io.stdout.write(`${help}\n`);
    return EXIT.ok;
  }
  const positional = command.configPositional && flags[command.configPositional];
  const named = config ?? (typeof positional === "string" ? positional : undefined);
  const file = readConfigurationFile(named ?? io.env["SHADOWDIFF_CONFIG"], io.cwd);
  const sections = COMMANDS.map(({ name }) => sectionName(name));
  checkKeys(file.content, [...FILE_SETTINGS, ...sections], `configuration file ${file.path}`);
  const name = sectionName(command.name);
  const section = file.content[name] ?? {};
  const { values } = resolveOptions(command.options, {
    flags,
    env: io.env,
    section: section as Record<string, unknown>,
    sectionName: name,
    filePath: file.path,
    positionals: positionalsOf(command),
  });
  const settings = Object.fromEntries(
    Object.entries(file.content).filter(([key]) => FILE_SETTINGS.includes(key)),
  );
  const invoke = (others: readonly string[], changes: Partial<Io> = {}): Promise<number> =>
    run(others, { ...io, ...changes });
  return command.run(values, { ...io, file: settings, filePath: file.path, invoke });
}

/** `notice draft` has the section noticeDraft. */
export function sectionName(command: string): string {
  return command.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}

function unknownCommand(argv: readonly string[]): Error {
  const word = argv[0] ?? "";
  const names = COMMANDS.map(({ name }) => name);
  const family = names.filter((name) => name.startsWith(`${word} `));
  if (family.length > 0) {
    return usageError(`"${word}" needs one more word.`, {
      details: family.map((name) => `shadowdiff ${name}`),
    });
  }
  const guess = nearest(argv.slice(0, 2).join(" "), names) ?? nearest(word, names);
  return usageError(
    `Unknown command "${word}"${guess === null ? "." : `; did you mean "${guess}"?`}`,
    {
      details: ["See: shadowdiff --help"],
    },
  );
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "shadowdiff tells what a node upgrade will break, and for whom, before it is rolled out.",
    "",
    "Usage: shadowdiff COMMAND [options]",
    "",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "shadowdiff COMMAND --help shows a command's options and examples.",
    "Exit codes: 0 pass or done, 1 the gate failed, 2 bad usage or input, 3 inconclusive,",
    "4 the run failed or was interrupted.",
    "",
  ].join("\n");
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
