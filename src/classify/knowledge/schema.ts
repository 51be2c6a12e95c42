import { z } from "zod";
import { ALL_KINDS } from "../../model/kinds.ts";

/** Words or values, in lower case, of which one has to stand in what was seen. */
const texts = z.array(z.string().min(1).toLowerCase()).min(1);

/** Places that every answer has: a row that names no more than these would be named on any finding of its kind. */
const ANYWHERE = new Set(["/error", "/result", ""]);

/** A change that a client's release notes or pull request name. */
export const knownChangeEntry = z
  .strictObject({
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
    paths: z.array(z.string().regex(/^(?:\/.*)?$/)),
    category: z.string(),
    before: z.string(),
    after: z.string(),
    /** Issues of those who broke on it, or "". */
    brokeWhom: z.string(),
    /** What old or candidate says where this change made the difference: without it, an error of the kind is only perhaps of it. */
    texts: z.strictObject({ old: texts.optional(), candidate: texts.optional() }).optional(),
    /** The values follow from the change (a hash from a field of its block), and from others as well: it is only perhaps of it. */
    follows: z.literal(true).optional(),
  })
  .refine(
    ({ kinds, methods, paths, texts: said }) =>
      kinds.length === 0 ||
      said !== undefined ||
      !methods.some((method) => method === "*" || method === "**") ||
      paths.some((path) => !ANYWHERE.has(path)),
    { error: "would match every finding of its kinds: name methods, a path, or texts" },
  );

export const knownChangesFile = z.strictObject({
  schemaVersion: z.literal(1),
  /** The last release of each client whose changes are in the list: of a newer one nothing is known. */
  knownUntil: z.record(z.string(), z.string().regex(/^\d+(?:\.\d+)+$/)),
  entries: z.array(knownChangeEntry),
});

export type KnownChangeEntry = z.output<typeof knownChangeEntry>;
