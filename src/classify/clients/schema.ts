import { z } from "zod";
import { ALL_KINDS } from "../../model/kinds.ts";

/** What a version range of a client library needs of an answer. */
const clientRow = z.strictObject({
  library: z.string().min(1),
  /** How the library names itself in User-Agent, in lower case; empty where it does not. */
  userAgents: z.array(z.string()),
  /** Versions as `>=6 <7`; empty for all. */
  versions: z.string(),
  relation: z.enum(["requires", "matches", "rejects"]),
  kinds: z.array(z.enum(ALL_KINDS)).min(1),
  /** Methods or globs. */
  methods: z.array(z.string()).min(1),
  /** Path patterns or globs; empty for any. */
  paths: z.array(z.string()),
  /** The row holds only where one of these phrases was in old and is not in candidate. */
  lost: z.array(z.string()).default([]),
  /** The row holds only where the candidate's value has one of these forms, which the library does not take. */
  forms: z.array(z.enum(["no-prefix", "leading-zeros", "number"])).default([]),
  /** What happens in the client; `<field>` stands for the finding's own. */
  effect: z.string(),
  source: z.url(),
});

export const clientsFile = z.strictObject({
  schemaVersion: z.literal(1),
  rows: z.array(clientRow),
});

export type ClientRow = z.output<typeof clientRow>;
