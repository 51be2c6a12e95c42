import type { Call } from "../adapter.ts";
import { arrayItems, member, skipSpace } from "./scan.ts";

/** JSON text of a call's first parameter (a filter's or subscription's id), or null. */
export function firstParam(call: Call): string | null {
  const params = member(call.bytes, skipSpace(call.bytes, 0), "params");
  const first = params === null ? undefined : arrayItems(call.bytes, params.start)?.[0];
  return first === undefined ? null : call.bytes.toString("utf8", first.start, first.end);
}

/** The call with another JSON text as its first parameter. */
export function withFirstParam(call: Call, text: string): Call {
  const params = member(call.bytes, skipSpace(call.bytes, 0), "params");
  const first = params === null ? undefined : arrayItems(call.bytes, params.start)?.[0];
  if (first === undefined) return call;
  const bytes = Buffer.concat([
    call.bytes.subarray(0, first.start),
    Buffer.from(text),
    call.bytes.subarray(first.end),
  ]);
  return { ...call, bytes };
}

/** JSON text of an answer's result when it is a plain value, or null. */
export function resultText(body: Buffer | null): string | null {
  if (body === null) return null;
  const result = member(body, skipSpace(body, 0), "result");
  return result === null ? null : body.toString("utf8", result.start, result.end);
}
