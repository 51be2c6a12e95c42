import { isObject } from "../model/json.ts";

/** `notice draft` has the section noticeDraft. */
export function sectionName(command: string): string {
  return command.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** A command's section of the file; empty where there is none, or something else stands there. */
export function sectionOf(
  content: Readonly<Record<string, unknown>>,
  command: string,
): Record<string, unknown> {
  const section = content[sectionName(command)];
  return isObject(section) ? { ...section } : {};
}
