import type { Headers, Protocol } from "../model/exchange.ts";
import type { JsonValue } from "../model/json.ts";

/** What an exchange is grouped by, and what makes it the first of its kind. */
export interface ExchangeShape {
  readonly protocol: Protocol;
  readonly method: string;
  /** Form of the parameters, never their values: `[{data,to},tag]`. */
  readonly parameters: string;
}

const LONGEST_NAME = 100;
const MOST_KEYS = 20;
const TAGS = new Set(["latest", "earliest", "pending", "safe", "finalized"]);
/** A word of a route, as against an id: short, and without a digit unless it is a version. */
const ROUTE_WORD = /^(?:v\d+|[a-z]{1,30}(?:[-_][a-z]{1,20}){0,4}|call-read)$/i;

/** Method and parameter shape of a request that is no JSON-RPC. */
export function describeOther(verb: string, path: string, headers: Headers): ExchangeShape {
  const claimsJson = (headers["content-type"] ?? "").includes("json");
  if (verb === "POST" && claimsJson && isRootPath(path)) {
    return { protocol: "json-rpc", method: "(malformed)", parameters: "" };
  }
  return { protocol: "rest", method: `${verb} ${routeOf(path)}`, parameters: queryNames(path) };
}

/** Undefined where the JSON is no JSON-RPC request. */
export function describeJsonRpc(json: JsonValue | undefined): ExchangeShape | undefined {
  if (Array.isArray(json)) {
    const calls = json.map(describeCall);
    if (calls.length > 0 && calls.every((call) => call === undefined)) return undefined;
    const methods = [...new Set(calls.map((call) => call?.method ?? "(malformed)"))].sort();
    return {
      protocol: "json-rpc",
      method: "(batch)",
      parameters: methods.slice(0, MOST_KEYS).join(","),
    };
  }
  return describeCall(json);
}

function describeCall(json: JsonValue | undefined): ExchangeShape | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  if (typeof json["method"] !== "string") return undefined;
  const isNotification = !("id" in json);
  return {
    protocol: "json-rpc",
    method: isNotification ? "(notification)" : methodName(json["method"]),
    parameters: shapeOf(json["params"], 0),
  };
}

/** A method's name as a client wrote it, which may be anything. */
export function methodName(text: string): string {
  return /^[\w.:/-]+$/.test(text) && text.length <= LONGEST_NAME ? text : "(odd name)";
}

function shapeOf(value: JsonValue | undefined, depth: number): string {
  if (value === undefined) return "-";
  if (value === null) return "null";
  if (typeof value === "string") return shapeOfText(value);
  if (typeof value !== "object") return typeof value;
  if (depth === 3) return "…";
  if (Array.isArray(value)) {
    const shapes = value.slice(0, MOST_KEYS).map((item) => shapeOf(item, depth + 1));
    // A list of twenty addresses has the shape of a list of one.
    const list = depth > 0 ? [...new Set(shapes)] : shapes;
    return `[${list.join(",")}]`;
  }
  return `{${Object.keys(value)
    .sort()
    .slice(0, MOST_KEYS)
    .map((key) => (/^\w{1,40}$/.test(key) && !key.startsWith("0x") ? key : "*"))
    .join(",")}}`;
}

function shapeOfText(text: string): string {
  if (TAGS.has(text)) return text;
  if (!text.startsWith("0x")) return "text";
  if (text.length === 42) return "address";
  return text.length === 66 ? "hash" : text.length < 66 ? "quantity" : "data";
}

/** `/extended/v1/tx/0xabc?limit=1` → `/extended/v1/tx/*`. */
export function routeOf(path: string): string {
  const pathname = path.split("?", 1)[0] ?? "";
  const parts = pathname
    .split("/")
    .map((part) => (part === "" || ROUTE_WORD.test(part) ? part : "*"));
  return parts
    .slice(0, MOST_KEYS)
    .join("/")
    .slice(0, 2 * LONGEST_NAME);
}

function queryNames(path: string): string {
  const query = path.split("?")[1];
  if (query === undefined) return "";
  const names = query.split("&").map((pair) => pair.split("=", 1)[0] ?? "");
  return [...new Set(names.map((name) => (/^[\w[\].-]{1,40}$/.test(name) ? name : "*")))]
    .sort()
    .slice(0, MOST_KEYS)
    .join("&");
}

function isRootPath(path: string): boolean {
  return (path.split("?", 1)[0] ?? "").split("/").length <= 3;
}

/** An error stands before or right after the id, unless the result is long; then there is no error. */
const ERROR_WITHIN_BYTES = 256;
const LARGEST_ERROR_BYTES = 256 * 1024;

/** Code of the JSON-RPC error of a single answer, or null. Looks at bytes first: most answers are results. */
export function errorCodeOf(body: Buffer | null): number | null {
  if (body === null || body.length > LARGEST_ERROR_BYTES) return null;
  if (!body.toString("latin1", 0, ERROR_WITHIN_BYTES).includes('"error"')) return null;
  try {
    const json: unknown = JSON.parse(body.toString("utf8"));
    if (typeof json !== "object" || json === null || !("error" in json)) return null;
    const { error } = json;
    if (typeof error !== "object" || error === null || !("code" in error)) return null;
    return Number.isSafeInteger(error.code) ? Number(error.code) : null;
  } catch {
    return null;
  }
}
