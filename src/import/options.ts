import { z } from "zod";
import type { Wanted } from "./traffic.ts";

/** Options that say which of a file's calls are those to the node. */
export const wantedFields = {
  host: z
    .array(z.string())
    .default([])
    .describe(
      "take only what was sent to this host (HAR, .gor, curl): node.example or :PORT with it",
    ),
  url: z
    .array(z.string())
    .default([])
    .describe("take only what was sent to URLs that begin so: https://node.example/v2"),
  rest: z.boolean().default(false).describe("of a HAR, take calls that are no JSON-RPC too"),
};

export type WantedOptions = z.infer<z.ZodObject<typeof wantedFields>>;

export function wantedOf({ host, url, rest }: WantedOptions): Wanted {
  return { hosts: host, urls: url, rest };
}

/** The same as words of a command line. */
export function wantedWords({ host, url, rest }: WantedOptions): string[] {
  return [
    ...host.flatMap((name) => ["--host", name]),
    ...url.flatMap((start) => ["--url", start]),
    ...(rest ? ["--rest"] : []),
  ];
}
