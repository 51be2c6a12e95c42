import { z } from "zod";

/**
 * A plan: which exchanges of which recordings are which shard. Whoever has it can do any shard, anywhere and twice, and
 * the runs say by its id that they belong together. The same recordings, selection and number of shards give the same plan.
 */
export const planSchema = z.object({
  formatVersion: z.literal(1),
  /** 16 hex digits over what is divided and into how many. */
  id: z.string(),
  /** What is asked, as runs say it: see RunPart. */
  work: z.string(),
  recordings: z.array(
    z.object({
      /** Path or s3:// address, as it was given. */
      uri: z.string(),
      name: z.string(),
      /** SHA-256 of what it holds; a worker that finds another content refuses it. */
      content: z.string(),
    }),
  ),
  shards: z.array(
    z.object({
      index: z.number().int(),
      exchanges: z.number().int(),
      /** Ids from `from` up to, not including, `until`. */
      pieces: z.array(
        z.object({
          recording: z.number().int(),
          from: z.number().int(),
          until: z.number().int(),
        }),
      ),
      /** Exchanges to replay at most, where the whole has a limit. */
      limit: z.number().int().nullable(),
    }),
  ),
  /** Exchanges that are done by another shard than the one they lie in, so that a filter's calls stay together. */
  moved: z.array(
    z.object({ recording: z.number().int(), id: z.number().int(), to: z.number().int() }),
  ),
});

export type Plan = Readonly<z.infer<typeof planSchema>>;
export type PlannedShard = Plan["shards"][number];
export type Piece = PlannedShard["pieces"][number];
export type Moved = Plan["moved"][number];
