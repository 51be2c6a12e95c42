import { createReadStream, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { isObject } from "../../model/json.ts";
import { inferRoutes } from "../../protocol/rest/infer.ts";
import type { Route } from "../../protocol/rest/routes.ts";

/** Requests that are looked at: enough to see a parameter, few enough to be quick. */
const MOST_REQUESTS = 100_000;

/** Routes that the REST requests of a pairs file show by themselves; lines that are none are passed over. */
export async function routesOfPairs(file: string, given: readonly Route[]): Promise<Route[]> {
  // What can be read once only is read for its pairs.
  if (!statSync(file).isFile()) return [];
  const stream = createReadStream(file);
  try {
    const input = file.endsWith(".gz") ? stream.pipe(createGunzip()) : stream;
    const asked: { verb: string; path: string }[] = [];
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const request = line.includes('"path"') || line.includes(" /") ? requestOf(line) : null;
      if (request !== null) asked.push(request);
      if (asked.length >= MOST_REQUESTS) break;
    }
    return inferRoutes(asked, given);
  } catch {
    // What is wrong with the file is said when its pairs are read.
    return [];
  } finally {
    stream.destroy();
  }
}

function requestOf(line: string): { verb: string; path: string } | null {
  try {
    const value: unknown = JSON.parse(line);
    const request = isObject(value) ? value["request"] : undefined;
    const [, verb, path] =
      /^([A-Z]+) (\/\S*)/.exec(typeof request === "string" ? request : "") ?? [];
    if (verb !== undefined && path !== undefined) return { verb, path };
    if (!isObject(request) || typeof request["path"] !== "string" || "jsonrpc" in request)
      return null;
    const method = request["method"];
    return { verb: typeof method === "string" ? method : "GET", path: request["path"] };
  } catch {
    return null;
  }
}
