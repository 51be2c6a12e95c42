import { statSync } from "node:fs";
import path from "node:path";
import type { ConfigurationFile } from "../config/files/config-file.ts";
import type { InputPath } from "../config/fields.ts";
import { parseJudging } from "../config/judging.ts";
import { fieldsOf, tryOptions, unknownKeys } from "../config/resolve.ts";
import { sectionName } from "../config/section.ts";
import { FILE_SETTINGS } from "../config/settings.ts";
import { isOtherVariable, unknownVariables } from "../config/variables.ts";
import { ShadowdiffError, usageError } from "../errors.ts";
import { isObject } from "../model/json.ts";
import type { Command } from "./define.ts";
import type { Io } from "./io.ts";
import { positionalsOf } from "./parse.ts";
import { COMMANDS } from "./registry.ts";

/** What one check found: a line, and lines under it. */
interface Complaint {
  readonly message: string;
  readonly details?: readonly string[];
}

/**
 * Looks at what is around a command before it starts: every variable with our prefix, every section and setting of the file,
 * not its own alone. What a later step would stumble over after hours is said now.
 * @throws one usage error that names everything that is wrong
 */
export async function checkSurroundings(
  file: ConfigurationFile,
  env: Io["env"],
  command: string,
): Promise<void> {
  const complaints = [
    ...(await variableComplaints(env)),
    ...(await keyComplaints(file)),
    ...judgingComplaints(file),
    ...(await sectionComplaints(file, command)),
  ];
  const [first, ...others] = complaints;
  if (first === undefined) return;
  if (others.length === 0) throw usageError(first.message, { details: first.details ?? [] });
  throw usageError("These can't be used:", {
    details: complaints.flatMap(({ message, details = [] }) =>
      details.length === 0 ? [message] : details,
    ),
  });
}

async function variableComplaints(env: Io["env"]): Promise<Complaint[]> {
  // Most environments hold none that is in doubt: no need to load all commands.
  if (Object.keys(env).every(isOtherVariable)) return [];
  const options = await allFields();
  return unknownVariables(env, [...new Set(options.map(({ variable }) => variable))]).map(
    (message) => ({ message }),
  );
}

async function allFields() {
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()));
  return commands.flatMap(({ command }) =>
    fieldsOf(command.options).map((field) => ({ ...field, command: command.name })),
  );
}

async function keyComplaints({ content, path: file }: ConfigurationFile): Promise<Complaint[]> {
  const sections = COMMANDS.map(({ name }) => sectionName(name));
  const known = [...FILE_SETTINGS, ...sections];
  const unknown = Object.keys(content).filter((key) => !known.includes(key));
  if (unknown.length === 0) return [];
  const fields = await allFields();
  return unknown.flatMap((key) => {
    const homes = fields.filter(({ name }) => name === key).map(({ command }) => command);
    if (homes.length > 0) {
      const places = homes.map((home) => `${sectionName(home)}:`).join(" or ");
      return {
        message: `"${key}" stands at the top of ${file}; it belongs under ${places}`,
      };
    }
    const family = sections.filter((name) => name.startsWith(key));
    if (family.length > 1) {
      return {
        message: `Unknown key "${key}" in the configuration file ${file}; there are ${family.join(", ")}`,
      };
    }
    return unknownKeys({ [key]: null }, known, `configuration file ${file}`).map((message) => ({
      message,
    }));
  });
}

function judgingComplaints({ content, path: file }: ConfigurationFile): Complaint[] {
  const settings = Object.fromEntries(
    Object.entries(content).filter(([key]) => FILE_SETTINGS.includes(key)),
  );
  try {
    parseJudging(settings, file ?? undefined);
    return [];
  } catch (error) {
    if (error instanceof ShadowdiffError) return [error];
    throw error;
  }
}

async function sectionComplaints(
  { content, path: file }: ConfigurationFile,
  own: string,
): Promise<Complaint[]> {
  const complaints: Complaint[] = [];
  for (const row of COMMANDS) {
    const name = sectionName(row.name);
    const section = content[name];
    if (section === undefined || section === null) continue;
    if (!isObject(section)) {
      complaints.push({ message: `${name} in ${file}: expected a map of options` });
      continue;
    }
    // Its own section is read together with flags and variables, which outrank it.
    if (row.name === own) continue;
    const { command } = await row.load();
    const tried = tryOptions(command.options, {
      flags: {},
      env: {},
      section: { ...section },
      sectionName: name,
      filePath: file,
    });
    complaints.push(...tried.problems.map((message) => ({ message })));
  }
  return complaints;
}

/** Every file and folder that an option names must be there. */
export function checkInputs(
  command: Command,
  values: Readonly<Record<string, unknown>>,
  cwd: string,
): void {
  const positionals = positionalsOf(command);
  const details = fieldsOf(command.options).flatMap(({ name, flag, input, description }) => {
    if (input === null) return [];
    const typed = positionals.includes(name) ? name.toUpperCase() : flag;
    return [values[name]]
      .flat()
      .filter((value) => typeof value === "string")
      .flatMap((value) => {
        const problem = problemOf(path.resolve(cwd, value), input);
        return problem === null ? [] : [`${typed}: ${value} ${problem}`, `  ${description}`];
      });
  });
  if (details.length > 0) throw usageError("These can't be read:", { details });
}

function problemOf(file: string, input: InputPath): string | null {
  let isFolder: boolean;
  try {
    isFolder = statSync(file).isDirectory();
  } catch {
    return "is not there";
  }
  if (input === "file" && isFolder) return "is a folder; a file is needed";
  if (input === "folder" && !isFolder) return "is no folder";
  return null;
}
