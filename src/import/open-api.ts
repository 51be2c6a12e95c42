import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { usageError } from "../errors.ts";
import { routesOf, type Route } from "../protocol/rest/routes.ts";

/** The routes of an OpenAPI file, YAML or JSON. Throws a usage error where it can't be read. */
export async function readRoutes(file: string): Promise<Route[]> {
  try {
    return routesOf(parse(await readFile(file, "utf8")));
  } catch (error) {
    throw usageError(`The OpenAPI file can't be read: ${file}`, {
      details: [error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)],
      cause: error,
    });
  }
}
