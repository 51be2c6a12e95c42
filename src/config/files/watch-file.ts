import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { messageOf, usageError } from "../../errors.ts";
import { parseWatch, type WatchSettings } from "../watch.ts";

/** Reads `watch.yaml`. @throws usage error that names the file and each field that can't be used */
export function readWatch(file: string): WatchSettings {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw usageError(`Can't read ${file}`, {
      details: ["Write one: the clients that you run (docs/guides/playbook.md)."],
      cause,
    });
  }
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw usageError(`${file} is not YAML: ${messageOf(cause).split("\n")[0]}`, { cause });
  }
  return parseWatch(document, file);
}
