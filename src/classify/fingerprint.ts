import { createHash } from "node:crypto";
import type { Kind } from "../model/kinds.ts";

/** A finding's name: 16 hex digits over kind, method and path pattern. Never over text, values or time. */
export function fingerprint(kind: Kind, method: string, pattern: string): string {
  return createHash("sha256").update(`${kind}\n${method}\n${pattern}`).digest("hex").slice(0, 16);
}
