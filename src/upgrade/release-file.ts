import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { placesIn } from "./folder.ts";
import type { ReleaseFacts } from "./steps/facts.ts";

const releaseSchema = z.object({
  tag: z.string(),
  url: z.string(),
  fetchedAt: z.string(),
  urgency: z.string(),
  notesHash: z.string(),
});

const bulletsSchema = z.object({ notesHash: z.string() });

export function hashOf(notes: string): string {
  return createHash("sha256").update(notes).digest("hex");
}

/** The release as it was fetched into the folder; null where none was. Notes that a person edited since count as edited. */
export function readRelease(folder: string): ReleaseFacts | null {
  const { release, notes } = placesIn(folder);
  if (!existsSync(release)) return null;
  const facts = releaseSchema.parse(JSON.parse(readFileSync(release, "utf8")));
  return existsSync(notes) ? { ...facts, notesHash: hashOf(readFileSync(notes, "utf8")) } : facts;
}

/** Hash of the notes that the cases were made from; null where none were made. */
export function readCasesOf(folder: string): string | null {
  const { bullets } = placesIn(folder);
  if (!existsSync(bullets)) return null;
  return bulletsSchema.parse(JSON.parse(readFileSync(bullets, "utf8"))).notesHash;
}
