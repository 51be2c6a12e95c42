import type { z } from "zod";
import { displayUrl } from "../model/display-url.ts";
import { nearest } from "./nearest.ts";

const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a map of settings",
  record: "a map of settings",
  string: "text",
};

/** What is wrong with a value, in words that follow its place and a colon. The issue comes from a parse with `reportInput`. */
export function sayIssue(issue: z.core.$ZodIssue): string {
  const got = issue.input === undefined ? "" : `; got ${shown(issue.input)}`;
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPES[issue.expected] ?? issue.expected}${got}`;
    case "too_small":
      if (issue.origin === "array") return `expected at least ${issue.minimum}`;
      if (issue.origin === "string") return "expected some text; got none";
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${got}`;
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${
        issue.origin === "string" || issue.origin === "array" ? "" : got
      }`;
    case "invalid_value": {
      const words = issue.values.map(String);
      const near = typeof issue.input === "string" ? nearest(issue.input, words) : null;
      const hint =
        near === null ? `expected one of ${words.join(", ")}` : `did you mean "${near}"?`;
      return `${shown(issue.input)} is not known; ${hint}`;
    }
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "invalid_key":
    case "invalid_union":
    case "not_multiple_of":
    case "unrecognized_keys":
      break;
  }
  return issue.message.includes("got ") || typeof issue.input === "object"
    ? issue.message
    : `${issue.message}${got}`;
}

/** A value as it was given, short; URLs in it without what may be a secret. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, own: unknown) =>
    typeof own === "string" && URL.canParse(own) ? displayUrl(own) : own,
  );
  return (text ?? "nothing").slice(0, 80);
}
