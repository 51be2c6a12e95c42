import { existsSync, readFileSync, statSync } from "node:fs";
import { usageError } from "../errors.ts";
import { isObject, parsedJson } from "../model/json.ts";
import type { JudgedRun } from "../model/judged.ts";
import { plural } from "../words.ts";

const MOST_BYTES = 4 * 1024 * 1024;

/** A request as a file that `import` reads: its name says which format it is. */
export interface WrittenRequest {
  readonly name: "request.sh" | "request.jsonl";
  readonly text: string;
}

/**
 * One request as somebody hands it over: a curl line, a JSON-RPC request or batch, or a file with either.
 * @param times how often it is to be asked
 * @throws usageError where it is none of these
 */
export function readRequest(given: string, file: string, times: number): WrittenRequest {
  const text = contentOf(given, file).trim();
  if (/^\$?\s*curl\s/.test(text))
    return { name: "request.sh", text: repeated(text.replace(/^\$\s*/, ""), times) };
  const value = parsedJson(text);
  if (value === undefined)
    throw usageError("REQUEST is neither a file, a curl line nor JSON.", {
      details: [
        `It begins with: ${text.slice(0, 40)}`,
        `Such as: '{"method": "eth_getBalance", "params": ["0x…", "latest"]}'`,
      ],
    });
  const calls = Array.isArray(value) ? value : [value];
  if (calls.length === 0 || !calls.every((call) => isObject(call) && isCall(call)))
    throw usageError("REQUEST is JSON, but no JSON-RPC request: it names no method.");
  const line = JSON.stringify(Array.isArray(value) ? calls.map(whole) : whole(value, 0));
  return { name: "request.jsonl", text: repeated(line, times) };
}

function contentOf(given: string, file: string): string {
  // A request is longer than a path may be, and no folder.
  if (given.length > 4_000 || given.includes("\n") || !existsSync(file)) return given;
  const { size } = statSync(file);
  if (!statSync(file).isFile())
    throw usageError(`${given} is a folder; give a file with the request.`);
  if (size > MOST_BYTES)
    throw usageError(`${given} is larger than one request: ${plural(size, "byte")}.`);
  return readFileSync(file, "utf8");
}

/** A call, or a line that `import` reads: a request with what stands around it. */
function isCall(value: Readonly<Record<string, unknown>>): boolean {
  return typeof value["method"] === "string" || isObject(value["request"]);
}

/** What people leave out when they copy a call. */
function whole(value: unknown, index: number): unknown {
  return isObject(value) && typeof value["method"] === "string"
    ? { jsonrpc: "2.0", id: index + 1, ...value }
    : value;
}

function repeated(line: string, times: number): string {
  return `${Array.from({ length: times }, () => line).join("\n")}\n`;
}

/** What became of it: `unknown` where nothing could be compared. */
export type Answered = "same" | "differs" | "wavers" | "unknown";

/**
 * Reads the run of one request, asked several times: a version that did not differ each time wavers.
 * @param times how often it was asked
 */
export function answered({ facts, findings }: JudgedRun, times: number): Answered {
  const { compared, different } = facts.counts;
  if (compared === 0)
    return facts.notCompared.some(({ reason }) => reason === "control-unstable")
      ? "wavers"
      : "unknown";
  if (different === 0) return "same";
  const firm = findings.some(
    ({ severity, confidence, calls }) =>
      severity !== "noise" && confidence !== "flaky" && calls >= times,
  );
  return firm ? "differs" : "wavers";
}
