import { z } from "zod";
import { LONGEST_LINE_BYTES, fileLines } from "./split-bytes.ts";
import { bareExchange } from "./imported.ts";
import type { Imported, ImportedExchange, Importer } from "./imported.ts";
import { rawMember } from "./raw-json.ts";

const headers = z.record(z.string(), z.string()).default({});

const FullExchange = z.object({
  at: z.iso.datetime({ offset: true }).optional(),
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
  async *read(path, displayName) {
    for await (const line of fileLines(path)) {
      const place = `${displayName}:${line.number}`;
      if (line.tooLong) {
        yield { bad: { place, reason: `the line is longer than ${LONGEST_LINE_BYTES} bytes` } };
        continue;
      }
      const text = line.bytes.toString("utf8").trim();
      if (text !== "") yield readLine(text, place);
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
  if (!("request" in json)) {
    return bad('neither a JSON-RPC request ("method") nor an exchange ("request")');
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
    at: data.at === undefined ? null : Date.parse(data.at),
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

/** V8 quotes the text it failed on, which may hold a secret. */
function withoutContent(message: string): string {
  return message
    .replace(/,? ?"(?:.|\n)*$/, "")
    .replace(/Unexpected token .*$/s, "unexpected character");
}
