import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { messageOf, usageError } from "../../errors.ts";
import { parseUpgrade, type Upgrade } from "../upgrade.ts";

/**
 * Reads `upgrade.yaml`.
 * @throws usage error that names each fact that is missing or cannot be used
 */
export function readUpgrade(path: string): Upgrade {
  return parseUpgrade(contentOf(path), path);
}

function contentOf(path: string): unknown {
  let source: string;
  try {
    source = readFileSync(path, "utf8");
  } catch (cause) {
    throw usageError(`The upgrade file ${path} can't be read.`, {
      details: ["shadowdiff init writes one to fill in; --upgrade names it."],
      cause,
    });
  }
  try {
    return parse(source);
  } catch (cause) {
    const [reason = ""] = messageOf(cause).split("\n");
    throw usageError(`The upgrade file ${path} is not YAML: ${reason}`, { cause });
  }
}
