import { z } from "zod";
import { usageError } from "../errors.ts";
import { parseCustomerSource } from "./rules.ts";
import type { RedactionRules } from "./rules.ts";
import { secretsOfUrl } from "./target.ts";

/** The options of record and import that say what is secret and who is the customer. */
export const redactionFields = {
  customer: z
    .array(z.string())
    .default([])
    .describe(
      "who sent it: header:NAME, path:N (a segment), query:NAME, basic or jwt:CLAIM; the first that fits",
    ),
  keepHeader: z.array(z.string()).default([]).describe("a header to keep beside the usual ones"),
  redactQuery: z.array(z.string()).default([]).describe("a query parameter that holds a secret"),
  redactJson: z
    .array(z.string())
    .default([])
    .describe("a JSON pointer to hide in requests and answers, * for any: /params/*/apiKey"),
  redactPattern: z
    .array(z.string())
    .default([])
    .describe("a regular expression whose matches are hidden everywhere"),
};

type RedactionOptions = { readonly [Name in keyof typeof redactionFields]: readonly string[] };

/** Options as typed, and the URLs of the node → rules. Throws a usage error that names the value which can't be read. */
export function redactionRules(
  options: RedactionOptions,
  ownUrls: readonly string[] = [],
): RedactionRules {
  return {
    customer: options.customer.map((text) => {
      const source = parseCustomerSource(text);
      if (source !== undefined) return source;
      throw usageError(`--customer ${text} is not understood`, {
        details: ["Give header:NAME, path:N, query:NAME, basic or jwt:CLAIM."],
      });
    }),
    ownSecrets: ownUrls.flatMap(secretsOfUrl),
    keepHeaders: options.keepHeader.map((name) => name.toLowerCase()),
    secretQuery: options.redactQuery.map((name) => name.toLowerCase()),
    jsonPaths: options.redactJson.map((pointer) => {
      if (pointer.startsWith("/")) return pointer;
      throw usageError(`--redact-json ${pointer} is no JSON pointer`, {
        details: ["It starts with a slash: /params/0/apiKey; * stands for any key or index."],
      });
    }),
    patterns: options.redactPattern.map((source) => {
      try {
        return new RegExp(source, "g");
      } catch (cause) {
        throw usageError(`--redact-pattern ${source} is no regular expression`, {
          cause,
          details: [cause instanceof Error ? cause.message : ""],
        });
      }
    }),
  };
}
