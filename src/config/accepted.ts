import { z } from "zod";

/** What an accepted finding looked like when it was accepted, so that growth is seen. */
const seenSchema = z.strictObject({
  /** Share of its method's compared calls. */
  rate: z.number().min(0).max(1),
  calls: z.int().min(0),
  comparedCalls: z.int().min(0),
  /** Places with indexes and hex cut, sorted. */
  paths: z.array(z.string()),
  customers: z.int().min(0),
});

const entrySchema = z.strictObject({
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/, { error: "expected 16 hex digits" }),
  reason: z.string().trim().min(1, { error: "a reason is needed" }),
  owner: z.string().trim().min(1, { error: "an owner is needed" }),
  /** Kept as written: what is no calendar day counts as expired, it does not stop the gate. */
  expires: z.unknown().transform((value) => (typeof value === "string" ? value : "")),
  seen: seenSchema.optional(),
});

export const acceptedSchema = z.strictObject({
  accepted: z
    .array(entrySchema)
    .nullish()
    .transform((entries) => entries ?? []),
});

/** One finding that a person decided to live with, for a time. */
export type Accepted = z.output<typeof entrySchema>;
export type SeenAtAcceptance = z.output<typeof seenSchema>;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day a text names, as its first instant in UTC; null when it is no calendar day (`2026-02-30`, `soon`). */
export function calendarDay(text: string): Date | null {
  if (!DAY.test(text)) return null;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text) ? day : null;
}

/** Why an entry no longer holds, or null while it does. Its last day counts whole, in UTC. */
export function lapsed(entry: Accepted, now: Date): string | null {
  if (calendarDay(entry.expires) === null) {
    return entry.expires === ""
      ? "has no expiry date"
      : `has no valid expiry date ("${entry.expires}")`;
  }
  return now.toISOString().slice(0, 10) > entry.expires ? `expired on ${entry.expires}` : null;
}
