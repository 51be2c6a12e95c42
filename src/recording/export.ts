import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { usageError } from "../errors.ts";
import type { Exchange } from "../model/exchange.ts";
import type { RecordingReader } from "../model/recording.ts";

/** Writes every exchange as a line that `import` reads back. Gives how many. Throws a usage error where `path` exists. */
export async function exportJsonl(reader: RecordingReader, path: string): Promise<number> {
  const file = createWriteStream(path, { flags: "wx" });
  await new Promise<void>((resolve, reject) => {
    file.once("open", () => resolve());
    file.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EEXIST" ? "it exists already" : cause.message;
      reject(usageError(`Cannot write ${path}: ${why}`, { cause }));
    });
  });
  let count = 0;
  for (const exchange of reader.exchanges()) {
    count += 1;
    if (!file.write(`${exportLine(exchange)}\n`)) await once(file, "drain");
  }
  file.end();
  await finished(file);
  return count;
}

/** One exchange as a JSON line. A body that is JSON stands in it byte for byte; any other is a string. */
export function exportLine(exchange: Exchange): string {
  const { request, response } = exchange;
  const fields = [
    member("at", new Date(exchange.at).toISOString()),
    member("durationMs", exchange.durationMs),
    member("customer", exchange.customer),
    member("protocol", exchange.protocol),
    member("transport", exchange.transport),
    member("name", exchange.name),
    member("weight", 1 / exchange.probability),
    member("unreplayable", exchange.unreplayable),
    `"request":{${joined([
      member("method", request.verb),
      member("path", request.path),
      member("headers", request.headers),
      bodyMember(request.body),
    ])}}`,
    response === null
      ? ""
      : `"response":{${joined([
          member("status", response.status),
          member("headers", response.headers),
          bodyMember(response.body),
        ])}}`,
  ];
  return `{${joined(fields)}}`;
}

function member(name: string, value: unknown): string {
  return value === null ? "" : `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function bodyMember(body: Buffer | null): string {
  if (body === null) return "";
  const text = body.toString("utf8");
  return `"body":${isOneLineJson(text) ? text.trim() : JSON.stringify(text)}`;
}

/** An object or array, that is: a JSON string would come back as another body. */
function isOneLineJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text) || /[\r\n]/.test(text.trimEnd())) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function joined(members: readonly string[]): string {
  return members.filter((each) => each !== "").join(",");
}
