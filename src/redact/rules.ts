/** Where a request says who sent it. The first source that gives something wins. */
export type CustomerSource =
  | { readonly from: "header"; readonly name: string }
  /** A segment of the path, counted from 1. */
  | { readonly from: "path"; readonly segment: number }
  | { readonly from: "query"; readonly name: string }
  | { readonly from: "basic" }
  | { readonly from: "jwt"; readonly claim: string };

/** What is taken out beyond what is always taken out. */
export interface RedactionRules {
  readonly customer: readonly CustomerSource[];
  /** Header names to keep beside the built-in ones, lower case. */
  readonly keepHeaders: readonly string[];
  /** Query parameters that hold a secret, beside the built-in ones, lower case. */
  readonly secretQuery: readonly string[];
  /** JSON pointers into request and answer bodies; `*` stands for any key or index. */
  readonly jsonPaths: readonly string[];
  /** Regular expressions; each match in a body, path or kept header becomes a token. */
  readonly patterns: readonly RegExp[];
  /** The operator's own: path, query and user of the node's URL, which its errors may repeat. */
  readonly ownSecrets: readonly string[];
}

export const NO_RULES: RedactionRules = {
  customer: [],
  keepHeaders: [],
  secretQuery: [],
  jsonPaths: [],
  patterns: [],
  ownSecrets: [],
};

/**
 * Reads `header:x-api-key`, `path:2`, `query:apikey`, `basic` or `jwt:sub`. Undefined where it is none of them.
 */
export function parseCustomerSource(text: string): CustomerSource | undefined {
  const [kind, name = ""] = splitOnce(text, ":");
  if (kind === "basic" && name === "") return { from: "basic" };
  if (name === "") return undefined;
  if (kind === "header") return { from: "header", name: name.toLowerCase() };
  if (kind === "query") return { from: "query", name };
  if (kind === "jwt") return { from: "jwt", claim: name };
  if (kind === "path" && /^[1-9]\d?$/.test(name)) return { from: "path", segment: Number(name) };
  return undefined;
}

/** Splits at the first separator only: `a:b:c` gives `a` and `b:c`. */
export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
