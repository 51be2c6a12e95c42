import { z } from "zod";
import { usageError } from "../errors.ts";
import { classifyingSchema, severityRow } from "./classifying.ts";
import { duration, share } from "./fields.ts";
import { nearest } from "./nearest.ts";
import { sayIssue } from "./say.ts";

const failOn = z
  .enum(["breaking", "risky", "info", "never"])
  .describe("an unaccepted finding of this severity or worse fails; never: none does");

const count = z.int().min(0);

const limits = z.strictObject({
  mismatchRate: share()
    .optional()
    .describe("share of compared calls with an unaccepted finding of risky or worse"),
  affectedCustomers: count
    .optional()
    .describe("customers with an unaccepted finding of risky or worse"),
  objections: count.optional().describe("customers who answered a notice with an objection"),
});

const latency = z.strictObject({
  percentile: z.enum(["p50", "p90", "p95", "p99"]).default("p95"),
  maxIncrease: z
    .number()
    .min(1)
    .default(1.25)
    .describe("candidate's percentile may be this many times old's"),
  confidence: z.number().gt(0.5).lt(1).default(0.98).describe("of the one-sided rank test"),
  minSlowdown: z
    .number()
    .min(1)
    .default(1.25)
    .describe("the rank test asks whether the typical call takes more than so many times as long"),
  minEffect: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe("rank-biserial correlation below which slower is not worth a finding"),
  minPairs: count
    .default(30)
    .describe("timed pairs that a method needs before its latency is judged"),
});

const methodRules = z.strictObject({
  failOn: failOn.optional(),
  limits: limits.pick({ mismatchRate: true, affectedCustomers: true }).optional(),
  require: z.strictObject({ comparedCalls: count.optional() }).optional(),
  latency: z
    .strictObject({
      percentile: z.enum(["p50", "p90", "p95", "p99"]).optional(),
      maxIncrease: z.number().min(1).optional(),
    })
    .optional(),
});

const customerRules = z.strictObject({
  failOn: failOn.optional(),
  limits: limits.pick({ mismatchRate: true }).optional(),
  require: z.strictObject({ comparedCalls: count.optional() }).optional(),
});

/** Settings of the judge, as the top level of shadowdiff.yaml holds them. */
export const judgingSchema = z.strictObject({
  failOn: failOn.default("breaking"),
  /** Replaced as a whole: `limits: {}` sets none. */
  limits: limits.default({ mismatchRate: 0.005, affectedCustomers: 0, objections: 0 }),
  /** Each key has its own default: leaving one out does not lower it. */
  require: z
    .strictObject({
      comparedCalls: count.default(3000),
      callsPerMethod: count
        .default(30)
        .describe("compared calls with which a method counts as covered"),
      methodCoverage: share()
        .default(0.95)
        .describe("share of replayable traffic in covered methods"),
      methods: z.array(z.string().min(1)).default([]).describe("methods that must be covered"),
      uncomparableRate: share().default(0.05),
      noiseRate: share()
        .default(0.01)
        .describe("share of compared calls that old itself did not repeat, unexplained"),
      maxAge: duration().prefault("24h"),
      changelogCases: z
        .enum(["all", "any"])
        .default("all")
        .describe("all: no changelog case may be open; any: open ones are only listed"),
      playbook: z
        .array(z.int().min(0).max(14))
        .default([])
        .describe("steps of the upgrade's checklist that must be done or waived; needs --upgrade"),
    })
    .prefault({}),
  latency: latency.prefault({}),
  size: z
    .strictObject({
      maxIncrease: z
        .number()
        .min(1)
        .default(2)
        .describe("candidate's reply bytes of a method may be this many times old's"),
    })
    .prefault({}),
  noise: z
    .strictObject({
      test: z.boolean().default(true).describe("false: nothing is dismissed as noise"),
      falseDiscoveryRate: z.number().gt(0).lt(1).default(0.002),
    })
    .prefault({}),
  methods: z.record(z.string().min(1), methodRules).default({}),
  customers: z.record(z.string().min(1), customerRules).default({}),
  severity: z.array(severityRow).default([]),
  /** What the team says of its own traffic: read when calls are compared, and again when findings are judged. */
  classify: classifyingSchema.prefault({}),
});

export type JudgeConfiguration = z.output<typeof judgingSchema>;
export type FailOn = JudgeConfiguration["failOn"];

/** What is in force when no file says otherwise. */
export const DEFAULT_JUDGING: JudgeConfiguration = judgingSchema.parse({});

/**
 * Checks the judge's settings as a configuration file holds them. A key that is not known is an error with the nearest one.
 * @param place the file, for the message
 */
export function parseJudging(settings: unknown, place = "the configuration"): JudgeConfiguration {
  const parsed = judgingSchema.safeParse(settings, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw usageError(`These settings of ${place} can't be used:`, {
    details: parsed.error.issues.flatMap(describeIssue),
  });
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.length === 0 ? "settings" : issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return [`${place}: ${sayIssue(issue)}`];
  const known = keysAt(judgingSchema, issue.path);
  return issue.keys.map((key) => {
    const guess = nearest(key, known);
    const name = [...issue.path, key].join(".");
    return `${name}: unknown key${guess === null ? `; known: ${known.join(", ")}` : `; did you mean "${guess}"?`}`;
  });
}

/** Keys that the schema knows at a path of the file. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  let here = unwrapped(schema);
  for (const part of path) {
    if (here instanceof z.ZodObject) here = unwrapped(here.shape[String(part)]);
    else if (here instanceof z.ZodRecord) here = unwrapped(here.valueType);
    else if (here instanceof z.ZodArray) here = unwrapped(here.element);
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let here = schema;
  while (
    here instanceof z.ZodDefault ||
    here instanceof z.ZodPrefault ||
    here instanceof z.ZodOptional
  ) {
    here = here.unwrap();
  }
  return here;
}
