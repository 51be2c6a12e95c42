import { z } from "zod";
import { ALL_KINDS, SEVERITIES } from "../model/kinds.ts";

const kind = z.enum(ALL_KINDS);
const severity = z.enum(SEVERITIES);
const method = z.string().min(1).describe("method, or a glob such as debug_*");
const path = z
  .string()
  .describe("path pattern, or a glob: * is one segment, ** any number, such as /result/**/gasUsed");
const reason = z.string().min(1).describe("shown beside the finding");

const ignoreRow = z
  .strictObject({ path, method: method.optional(), kind: kind.optional(), reason })
  .describe("differences at this path are taken for noise");

const toleranceRow = z
  .strictObject({
    path,
    method: method.optional(),
    relative: z.number().gt(0).max(1).optional().describe("share of the larger number"),
    absolute: z.number().gt(0).optional(),
    reason,
  })
  .refine(({ relative, absolute }) => relative !== undefined || absolute !== undefined, {
    error: "needs relative or absolute",
  })
  .describe("numbers at this path may differ by so much, unless old repeats itself exactly");

const phraseRow = z.strictObject({
  phrase: z.string().min(1),
  method: method.optional(),
  severity: severity.default("breaking"),
  reason,
});

/** A finding's severity as a team sees it; the last row that matches a finding wins. */
export const severityRow = z
  .strictObject({
    kind: kind.optional(),
    method: method.optional(),
    path: path.optional(),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{16}$/, { error: "expected 16 hex digits" })
      .optional(),
    severity,
    reason,
  })
  .refine(
    (row) => [row.kind, row.method, row.path, row.fingerprint].some((part) => part !== undefined),
    {
      error: "needs one of kind, method, path, fingerprint",
    },
  );

/** What a team says of its own traffic and clients, under `classify` in shadowdiff.yaml. */
export const classifyingSchema = z.strictObject({
  maps: z
    .array(z.string().min(1))
    .default([])
    .describe("path patterns of objects whose keys are data, such as /result/balances"),
  ignore: z.array(ignoreRow).default([]),
  tolerances: z.array(toleranceRow).default([]),
  phrases: z
    .array(phraseRow)
    .default([])
    .describe("phrases of error messages that this team's clients match on"),
});

export type ClassifyConfiguration = z.output<typeof classifyingSchema>;
export type ToleranceRow = ClassifyConfiguration["tolerances"][number];
export type SeverityOverride = z.output<typeof severityRow>;
