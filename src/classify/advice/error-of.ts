import type { JsonValue } from "../../model/json.ts";
import { isObject } from "../../model/json.ts";

export interface ErrorWords {
  readonly code: number | null;
  readonly message: string | null;
}

/** Code and message of a response that is an error, or of an error object itself. */
export function errorOf(value: JsonValue | undefined): ErrorWords | null {
  if (!isObject(value)) return null;
  const error = value["error"] ?? value;
  if (!isObject(error)) return null;
  const { code, message } = error;
  if (code === undefined && message === undefined) return null;
  return {
    code: typeof code === "number" ? code : null,
    message: typeof message === "string" && message !== "" ? message : null,
  };
}
