import { z } from "zod";
import { ALL_KINDS } from "../model/kinds.ts";
import type { JsonValue } from "../model/json.ts";

const json: z.ZodType<JsonValue> = z.json();

const request = z.strictObject({
  method: z.string().min(1),
  params: z.array(json).default([]),
});

const teamCaseSchema = z.strictObject({
  name: z.string().min(1),
  title: z.string().optional(),
  /** Where the change is announced. */
  source: z.string().optional(),
  /** Text of the bullet of the release notes that this case is for. */
  covers: z.string().min(1).optional(),
  requests: z.array(request).default([]),
  expect: z.strictObject({ kind: z.enum(ALL_KINDS), path: z.string().optional() }).optional(),
  /** Why it need not be tested; counts as done. */
  waiver: z.string().min(1).optional(),
});

/** A team's `cases/*.yaml`: requests, the difference that each should show, waivers with a reason. */
export const teamFile = z.strictObject({ cases: z.array(teamCaseSchema) });

export type TeamCase = z.output<typeof teamCaseSchema>;
