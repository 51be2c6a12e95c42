import { chainNamed } from "../../chains/index.ts";
import type { JsonValue } from "../../model/json.ts";
import type { AnswerClass, AnswerError, Fact } from "../facts/fact.ts";
import { isEmptyValue } from "../facts/value-forms.ts";
import { namesMissingMethod } from "../../protocol/phrases.ts";

/** What the rules' tests are made of. */

export function becomes(fact: Fact, to: AnswerClass): boolean {
  return fact.type === "answer" && fact.to === to;
}

/** Both sides have a value here, and they differ: neither is undefined. */
export function isChange(
  fact: Fact,
): fact is Fact & { readonly old: JsonValue; readonly candidate: JsonValue } {
  return fact.type === "changed" && fact.old !== undefined && fact.candidate !== undefined;
}

export function isMissingMethod(error: AnswerError | undefined): boolean {
  return error !== undefined && namesMissingMethod(error.code, error.message);
}

const MEMBER = /(?:^|\/)error\/(code|message|data)(\/|$)/;

/** In an error object, at its top or inside a result: its code, or its data at any depth. */
export function isErrorMember(fact: Fact, member: "code" | "message" | "data"): boolean {
  if (!fact.path.includes("error/")) return false;
  const match = MEMBER.exec(fact.path);
  if (match === null || match[1] !== member) return false;
  return member === "data" || match[2] === "";
}

/** An error's message, or the text that a trace gives as its error. */
export function isErrorMessage(fact: Fact): boolean {
  if (isErrorMember(fact, "message")) return true;
  return (
    typeof fact.old === "string" &&
    typeof fact.candidate === "string" &&
    /(?:^|\/)(?:error|revertReason)$/.test(fact.path)
  );
}

/** Absent, null or empty. */
export function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || isEmptyValue(value);
}

/** Methods whose items are events that are delivered once. */
export function isEventMethod(method: string): boolean {
  return (
    method === "eth_getFilterChanges" || method === "eth_subscribe" || method === "eth_subscription"
  );
}

/** The field has long been there and may be null: where it turns up as null it was absent before. */
export function isNullableField({ chain, path }: Fact): boolean {
  return chainNamed(chain).nullable.has(fieldOf(path));
}

/** Whether the place holds one of a few names and the value is none of them. */
export function isNewEnumValue({ chain, path, candidate }: Fact): boolean {
  if (typeof candidate !== "string") return false;
  const field = fieldOf(path);
  return chainNamed(chain).enums.some(
    (row) => row.field === field && row.form.test(candidate) && !row.known.includes(candidate),
  );
}

function fieldOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
