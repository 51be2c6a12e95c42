import type { z } from "zod";
import type { Io } from "./io.ts";

/** A command's place in the shell: what it takes, what it says of itself, what it does. */
export interface Command<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** `replay`, or two words for a sub-command: `notice draft`. */
  readonly name: string;
  /** Positionals as yargs writes them: `<recording..>`. Each is a field of `options` by the same name. */
  readonly positionals: string;
  /** Name of the positional that is the configuration file, where a command takes it so. */
  readonly configPositional?: string;
  /** A positional that names a file of the command's own, told by a key of it: `--config` may name that file, too. */
  readonly ownConfig?: { readonly positional: string; readonly key: string };
  readonly summary: string;
  /** Every option; camelCase fields become kebab-case flags, SHADOWDIFF_ variables and keys of the command's section. */
  readonly options: z.ZodObject<Shape>;
  /** Runnable examples for --help: [command line, what it does]. */
  readonly examples: readonly (readonly [string, string])[];
  run(options: z.infer<z.ZodObject<Shape>>, context: CommandContext): Promise<number>;
  /** What can be said of its inputs before anything is sent: throws the usage errors that `run` would, and changes nothing. */
  rehearse?(options: z.infer<z.ZodObject<Shape>>, context: CommandContext): void | Promise<void>;
}

export interface CommandContext extends Io {
  /** Settings that are no flag: the top level of the configuration file (failOn, limits, require…), already parsed. */
  readonly file: Readonly<Record<string, unknown>>;
  /** Path of the configuration file that was read, or null. */
  readonly filePath: string | null;
  /** All that there are. */
  readonly commands: readonly CommandRow[];
  /** Runs another command as if it had been typed: what demo and run are made of. */
  readonly invoke: (words: readonly string[], io?: Partial<Io>) => Promise<number>;
  /** Checks a command's words, variables, settings and inputs without running it. Throws usage errors. */
  readonly rehearse: (words: readonly string[], io?: Partial<Io>) => Promise<void>;
}

/** One row a command, in the order of --help. A command's module is loaded only when it is called. */
export interface CommandRow {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** Keeps a command's own option types inside `run` while the registry holds plain commands. */
export function defineCommand<Shape extends z.ZodRawShape>(command: Command<Shape>): Command {
  return command;
}
