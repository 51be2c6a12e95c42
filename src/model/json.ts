/** A JSON value as `JSON.parse` gives it. Number texts that a double would change are kept by the differ (see diff/). */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Neither null nor a list: something with members. */
export function isObject(value: JsonValue | undefined): value is JsonObject;
export function isObject(value: unknown): value is Record<string, unknown>;
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a text, or bytes of UTF-8, hold as JSON; undefined where it is none. */
export function parsedJson(text: string | Buffer): JsonValue | undefined {
  try {
    return JSON.parse(text.toString()) as JsonValue;
  } catch {
    return undefined;
  }
}
