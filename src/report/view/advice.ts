import { RULES } from "../../classify/order.ts";
import type { Advice } from "./view.ts";

const BY_KIND = new Map<string, Advice>(
  RULES.map(({ id, title, why, sees, breaks, write }) => [id, { title, why, sees, breaks, write }]),
);

/** What the rule of a kind says of it, or null for a kind without a rule. */
export function adviceOf(kind: string): Advice | null {
  return BY_KIND.get(kind) ?? null;
}
