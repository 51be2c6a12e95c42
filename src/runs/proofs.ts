import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Claims } from "../model/evidence.ts";

const FILE = "proofs.json";

/** Which claims the two answers of a pair keep. */
export interface PairClaims {
  readonly old: Claims;
  readonly candidate: Claims;
}

const claims = z.record(z.string(), z.boolean());
const fileSchema = z.object({
  version: z.literal(1),
  pairs: z.record(z.string(), z.object({ old: claims, candidate: claims })),
});

/** What was found of a run's examples, by pair id; nothing where nobody looked, or the file is of another version. */
export function readProofs(directory: string): Map<string, PairClaims> {
  const file = path.join(directory, FILE);
  if (!existsSync(file)) return new Map();
  try {
    const { pairs } = fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return new Map(Object.entries(pairs as Readonly<Record<string, PairClaims>>));
  } catch {
    // It is only kept so that nothing is worked out twice.
    return new Map();
  }
}

export function writeProofs(directory: string, found: ReadonlyMap<string, PairClaims>): void {
  const file = path.join(directory, FILE);
  writeFileSync(`${file}.part`, JSON.stringify({ version: 1, pairs: Object.fromEntries(found) }));
  renameSync(`${file}.part`, file);
}
