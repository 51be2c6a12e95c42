import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { messageOf, usageError } from "../../errors.ts";

/**
 * What a YAML file of settings holds.
 * @param hint what to do where there is none
 * @throws usage error that names the file, for one that can't be read or is not YAML
 */
export function readYaml(file: string, hint: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw usageError(`Can't read ${file}`, { details: [hint], cause });
  }
  try {
    return parse(text);
  } catch (cause) {
    throw usageError(`${file} is not YAML: ${messageOf(cause).split("\n")[0]}`, { cause });
  }
}
