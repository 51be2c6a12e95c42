import { readConfigurationFile } from "../config/files/config-file.ts";
import { nearest } from "../config/nearest.ts";
import { resolveOptions } from "../config/resolve.ts";
import { FILE_SETTINGS } from "../config/settings.ts";
import { describeError, EXIT, usageError } from "../errors.ts";
import { sectionName, sectionOf } from "../config/section.ts";
import { checkInputs, checkSurroundings } from "./configuration.ts";
import { completions } from "./completion.ts";
import { COMPLETE } from "./completion-scripts.ts";
import { paint } from "./colour.ts";
import type { Command, CommandContext } from "./define.ts";
import { commandHelp, groupHelp, overview, version } from "./help.ts";
import type { Io } from "./io.ts";
import { parseFlags, positionalsOf } from "./parse.ts";
import { COMMANDS } from "./registry.ts";

const HELP: readonly string[] = ["--help", "-h"];
const VERSION: readonly string[] = ["--version", "-v", "-V", "version"];

/** The whole program: words in, exit code out. Never throws; what it prints goes to `io`. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const { text, exitCode } = describeError(error);
    const [message = "", ...details] = text.split("\n");
    const shown = [paint(io.colours.stderr, "red", message), ...details].join("\n");
    io.stderr.write(`${shown}\n`);
    return exitCode;
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first, ...others] = argv;
  const [second] = others;
  if (first === COMPLETE) {
    io.stdout.write((await completions(others)).map((word) => `${word}\n`).join(""));
    return EXIT.ok;
  }
  if (first === "help" && second !== undefined && !second.startsWith("-"))
    return dispatch([...others, "--help"], io);
  if (first === undefined || first === "help" || HELP.includes(first)) {
    io.stdout.write(overview());
    return first === undefined ? EXIT.usage : EXIT.ok;
  }
  if (VERSION.includes(first)) {
    io.stdout.write(`${version()}\n`);
    return EXIT.ok;
  }
  const group = second !== undefined && HELP.includes(second) ? groupHelp(first) : null;
  if (group !== null) {
    io.stdout.write(group);
    return EXIT.ok;
  }
  const found = await find(argv);
  if (found === null) throw unknownCommand(argv);
  const prepared = await prepare(found.command, found.words, io);
  if (typeof prepared === "string") {
    io.stdout.write(`${prepared}\n`);
    return EXIT.ok;
  }
  return found.command.run(prepared.values, prepared.context);
}

async function find(
  argv: readonly string[],
): Promise<{ command: Command; words: readonly string[] } | null> {
  const row = COMMANDS.find(({ name }) => name === argv.slice(0, name.split(" ").length).join(" "));
  if (row === undefined) return null;
  const { command } = await row.load();
  return { command, words: argv.slice(row.name.split(" ").length) };
}

interface Prepared {
  readonly values: Record<string, unknown>;
  readonly context: CommandContext;
}

/** Everything that can be known before a command runs: its words, the environment, the whole file. Or its help text. */
async function prepare(
  command: Command,
  words: readonly string[],
  io: Io,
): Promise<Prepared | string> {
  const { help, ...parsed } = await parseFlags(command, words);
  if (help) return commandHelp(command);
  const { flags, config } = withOwnConfig(command, parsed, io.cwd);
  const positional = command.configPositional && flags[command.configPositional];
  const named = config ?? (typeof positional === "string" ? positional : undefined);
  const file = readConfigurationFile(named ?? io.env["SHADOWDIFF_CONFIG"], io.cwd);
  const { name } = command;
  await checkSurroundings(file, io.env, name);
  const { values } = resolveOptions(command.options, {
    flags,
    env: io.env,
    section: sectionOf(file.content, name),
    sectionName: sectionName(name),
    filePath: file.path,
    positionals: positionalsOf(command),
  });
  checkInputs(command, values, io.cwd);
  const settings = Object.fromEntries(
    Object.entries(file.content).filter(([key]) => FILE_SETTINGS.includes(key)),
  );
  const invoke = (others: readonly string[], changes: Partial<Io> = {}): Promise<number> =>
    run(others, { ...io, guide: false, ...changes });
  const rehearse = async (others: readonly string[], changes: Partial<Io> = {}): Promise<void> => {
    const found = await find(others);
    if (found === null) throw unknownCommand(others);
    const prepared = await prepare(found.command, found.words, { ...io, ...changes });
    if (typeof prepared !== "string")
      await found.command.rehearse?.(prepared.values, prepared.context);
  };
  return {
    values,
    context: {
      ...io,
      file: settings,
      filePath: file.path,
      commands: COMMANDS,
      invoke,
      rehearse,
    },
  };
}

interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly config?: string | undefined;
}

/** `watch --config watch.yaml` is `watch watch.yaml`: by what the file holds, it is no shadowdiff.yaml. */
function withOwnConfig({ ownConfig }: Command, { flags, config }: Parsed, cwd: string): Parsed {
  if (ownConfig === undefined || config === undefined) return { flags, config };
  const { positional, key } = ownConfig;
  const { content } = readConfigurationFile(config, cwd);
  if (!Object.hasOwn(content, key)) return { flags, config };
  if (flags[positional] !== undefined)
    throw usageError(`${config} was given by --config, and another file beside it: give one.`);
  return { flags: { ...flags, [positional]: config } };
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
