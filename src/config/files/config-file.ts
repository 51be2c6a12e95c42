import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { usageError } from "../../errors.ts";

export interface ConfigurationFile {
  readonly path: string | null;
  readonly content: Readonly<Record<string, unknown>>;
}

const DEFAULT_NAME = "shadowdiff.yaml";

/** Reads the configuration file: the one named, else shadowdiff.yaml in `cwd` if there is one. */
export function readConfigurationFile(named: string | undefined, cwd: string): ConfigurationFile {
  const file = path.resolve(cwd, named ?? DEFAULT_NAME);
  if (named === undefined && !existsSync(file)) return { path: null, content: {} };
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (!existsSync(file))
      throw usageError(`There is no configuration file ${named ?? DEFAULT_NAME}.`, {
        details: ["shadowdiff init writes one to fill in."],
        cause,
      });
    if (statSync(file).isDirectory())
      throw usageError(`${named ?? DEFAULT_NAME} is a folder; a configuration file is needed.`, {
        cause,
      });
    throw usageError(
      `Can't read the configuration file ${named ?? DEFAULT_NAME}: ${(cause as Error).message}`,
      { cause },
    );
  }
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (cause) {
    throw usageError(
      `${named ?? DEFAULT_NAME} is not valid YAML: ${(cause as Error).message.split("\n")[0]?.replace(/:$/, ".")}`,
      { cause },
    );
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw usageError(`${named ?? DEFAULT_NAME} must hold a map of settings.`);
  }
  return { path: file, content: content as Record<string, unknown> };
}
