import { z } from "zod";
import { ALL_KINDS } from "../../model/kinds.ts";

/** A change that a client's release notes or pull request name. */
export const knownChangeEntry = z.strictObject({
  /** As `web3_clientVersion` begins, in lower case: `geth`, `besu`. */
  client: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** First release that has it. */
  version: z.string().regex(/^\d+\.\d+(?:\.\d+)?$/),
  source: z.url(),
  /** Methods or globs; `*` is all. */
  methods: z.array(z.string().min(1)).min(1),
  /** Kinds of difference that it can show as; empty where it is no difference of an answer. */
  kinds: z.array(z.enum(ALL_KINDS)),
  /** Path patterns; empty where any will do. */
  paths: z.array(z.string().startsWith("/")),
  category: z.string(),
  before: z.string(),
  after: z.string(),
  /** Issues of those who broke on it, or "". */
  brokeWhom: z.string(),
});

export const knownChangesFile = z.strictObject({
  schemaVersion: z.literal(1),
  entries: z.array(knownChangeEntry),
});

export type KnownChangeEntry = z.output<typeof knownChangeEntry>;
