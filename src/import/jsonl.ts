import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { LONGEST_LINE_BYTES, fileLines } from "./split-bytes.ts";
import { bareExchange } from "./imported.ts";
import type { Imported, ImportedExchange, Importer } from "./imported.ts";
import { rawMember } from "./raw-json.ts";

/** A length or a flag may stand as such, and a header that was not sent as null. */
const headers = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable())
  .nullish()
  .transform((given) =>
    Object.fromEntries(
      Object.entries(given ?? {}).flatMap(([name, value]) =>
        value === null ? [] : [[name, String(value)]],
      ),
    ),
  );

const FullExchange = z.object({
  // A time without a zone is taken for UTC.
  at: z.iso.datetime({ offset: true, local: true }).optional(),
  durationMs: z.number().nonnegative().nullish(),
  customer: z.string().min(1).nullish(),
  protocol: z.enum(["json-rpc", "rest"]).optional(),
  transport: z.enum(["http", "websocket"]).default("http"),
  name: z.string().nullish(),
  unreplayable: z
    .enum(["redacted-body", "body-too-large", "incomplete", "event", "writes"])
    .nullish(),
  request: z.object({
    method: z
      .string()
      .regex(/^[A-Za-z]{1,20}$/, "expected an HTTP verb")
      .default("POST"),
    path: z.string().default("/"),
    headers,
    body: z.unknown().optional(),
  }),
  response: z
    .object({
      status: z.number().int().min(100).max(999).default(200),
      headers,
      body: z.unknown().optional(),
    })
    .nullish(),
});

/** JSON Lines: a bare JSON-RPC request, a batch, or an exchange as `inspect --export` writes it. */
export const jsonl: Importer = {
  name: "jsonl",
  accepts: (name) => /\.(?:jsonl|ndjson)$/i.test(name),
  looksLike(start) {
    const [first = "", ...rest] = start.trim().split("\n");
    // A list alone on its line is more likely a list of calls than one batch.
    return isJson(first) && (first.startsWith("{") || rest.some((line) => line.trim() !== ""));
  },
  async *read(path, displayName) {
    for await (const line of fileLines(path)) {
      const place = `${displayName}:${line.number}`;
      if (line.tooLong) {
        yield { bad: { place, reason: `the line is longer than ${LONGEST_LINE_BYTES} bytes` } };
        continue;
      }
      const text = line.bytes.toString("utf8").trim();
      if (text === "") continue;
      // Replacement characters would make another question of it.
      if (isUtf8(line.bytes)) yield readLine(text, place);
      else yield { bad: { place, reason: "not UTF-8 text" } };
    }
  },
};

/** One line, which is not empty. */
export function readLine(text: string, place: string): Imported {
  const bad = (reason: string): Imported => ({ bad: { place, reason } });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return bad(
      `not JSON: ${error instanceof Error ? withoutContent(error.message) : "unreadable"}`,
    );
  }
  if (typeof json !== "object" || json === null) return bad("expected an object or a batch");
  if (isBareRequest(json))
    return { exchange: bareExchange(Buffer.from(text.replace(/^\uFEFF/, ""))) };
  if (Array.isArray(json)) return bad("an empty batch");
  if (!("request" in json)) {
    return bad(
      "method" in json
        ? 'a JSON-RPC request needs "jsonrpc", "id" or "params" beside "method"'
        : 'neither a JSON-RPC request ("method") nor an exchange ("request")',
    );
  }
  return readExchange(json, text, bad);
}

function readExchange(json: object, text: string, bad: (reason: string) => Imported): Imported {
  const shorthand = "request" in json ? shorthandBody(json.request, text) : undefined;
  const parsed = FullExchange.safeParse(
    shorthand === undefined ? json : { ...json, request: {}, response: undefined },
  );
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return bad(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unexpected"}`);
  }
  const { data } = parsed;
  const response = data.response ?? null;
  const exchange: ImportedExchange = {
    at: data.at === undefined ? null : timeOf(data.at),
    durationMs: data.durationMs ?? null,
    name: data.name ?? null,
    customer: data.customer ?? null,
    transport: data.transport,
    requestHead: {
      verb: data.request.method.toUpperCase(),
      path: data.request.path,
      headers: Object.entries(
        shorthand === undefined ? data.request.headers : { "content-type": "application/json" },
      ),
    },
    requestBody: shorthand ?? bodyBytes(data.request.body, text, ["request", "body"]),
    responseHead:
      response === null
        ? null
        : { status: response.status, headers: Object.entries(response.headers) },
    responseBody: response === null ? null : bodyBytes(response.body, text, ["response", "body"]),
    unreplayable: data.unreplayable ?? null,
    incomplete: false,
  };
  return { exchange };
}

function timeOf(text: string): number {
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
}

/** `request` may also be the JSON-RPC request itself, or its text. */
function shorthandBody(request: unknown, text: string): Buffer | undefined {
  if (typeof request === "string") return Buffer.from(request);
  if (typeof request !== "object" || request === null || !isBareRequest(request)) return undefined;
  return Buffer.from(rawMember(text, ["request"]) ?? "");
}

function isBareRequest(json: object): boolean {
  if (Array.isArray(json)) return json.length > 0;
  return "method" in json && ("jsonrpc" in json || "params" in json || "id" in json);
}

/** A string is the body's text; anything else is JSON and is taken byte for byte from the line. */
function bodyBytes(body: unknown, text: string, path: readonly string[]): Buffer | null {
  if (body === undefined) return null;
  if (typeof body === "string") return Buffer.from(body);
  const raw = rawMember(text, path);
  return raw === undefined ? null : Buffer.from(raw);
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** V8 quotes the text it failed on, which may hold a secret. */
function withoutContent(message: string): string {
  return message
    .replace(/,? ?"(?:.|\n)*$/, "")
    .replace(/Unexpected token .*$/s, "unexpected character");
}
