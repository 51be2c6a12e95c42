import { z } from "zod";
import { usageError } from "../errors.ts";

const text = z.string().trim().min(1).max(2_000);

const link = z.string().refine(
  (value) => {
    const url = URL.parse(value);
    return url !== null && ["https:", "http:"].includes(url.protocol) && !/\s/.test(value);
  },
  { error: "expected an http or https URL" },
);

/** A moment with its zone: a date without a time would mean another day to every reader. */
const moment = z.union([z.string(), z.date()]).transform((value, context) => {
  const written = value instanceof Date ? value.toISOString() : value.trim();
  const form = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;
  const at = form.test(written) ? Date.parse(written.replace(" ", "T")) : Number.NaN;
  if (Number.isNaN(at)) {
    context.addIssue({
      code: "custom",
      message: `expected a date and time with its zone, such as 2026-12-15T14:00:00Z, got "${written}"`,
    });
    return z.NEVER;
  }
  return new Date(at).toISOString();
});

const NONE = z.literal("none");

/** `upgrade.yaml`: the facts of one upgrade that no traffic can tell. Times come out as RFC 3339 in UTC. */
export const upgradeSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, {
      error: "expected lower-case letters, digits, dots and dashes",
    })
    .describe("names the upgrade; one notice for each account and upgrade"),
  network: text.describe("the network as customers know it: Ethereum mainnet"),
  chainId: z
    .union([z.string(), z.int()])
    .transform(String)
    .optional()
    .describe("checked against the run's network"),
  endpoint: text.describe("the endpoint as customers know it, without a key"),
  client: text.describe("the node software: geth, besu, stacks-blockchain-api"),
  from: text.describe("version that serves customers now"),
  to: text.describe("version that will"),
  releaseNotes: link.optional(),
  urgency: z
    .enum(["optional", "recommended", "mandatory", "security"])
    .describe("what upstream says of the release; security: hours, not weeks"),
  state: z
    .enum(["planned", "live", "postponed", "cancelled"])
    .default("planned")
    .describe("where the roll-out stands"),
  changesAt: moment.describe("when customers' traffic moves to the new version"),
  actBy: moment
    .optional()
    .describe("by when customers must be ready; 3 days before changesAt when left out"),
  timeline: z
    .array(z.strictObject({ at: moment, what: text }))
    .max(20)
    .default([])
    .describe("further dates: preview, shares of traffic"),
  test: z
    .union([
      NONE,
      z.strictObject({
        endpoint: link,
        from: moment.optional(),
        until: moment.optional(),
        how: text.optional(),
      }),
    ])
    .describe("where the new version can be tried, from when and until when, or none"),
  oldVersion: z
    .union([
      NONE,
      z.strictObject({ keptUntil: moment, endpoint: link.optional(), how: text.optional() }),
    ])
    .describe("how long and where the old version stays, or none"),
  rollback: z
    .strictObject({ possible: z.boolean(), note: text.optional() })
    .describe("whether the provider can go back"),
  contact: z
    .strictObject({ email: z.email().optional(), url: link.optional(), slack: text.optional() })
    .refine((contact) => Object.values(contact).some((value) => value !== undefined), {
      error: "needs one of email, url, slack",
    })
    .describe("where customers ask"),
  answers: link.optional().describe("page of yours that takes the signed answer links"),
  unchanged: z.array(text).max(20).default([]).describe("what stays as it is, one line each"),
  notes: z.array(text).max(20).default([]).describe("what customers should know besides"),
  pages: link
    .optional()
    .describe("where you put the notices' pages, {account} in it is the account: mails lead there"),
  changelog: link.optional().describe("where the public changelog entry will stand"),
  revisionNote: text
    .optional()
    .describe("what a new revision of the notices changed, in a sentence"),
});

export type Upgrade = z.output<typeof upgradeSchema>;

/**
 * The facts of an upgrade from an already parsed document; `place` names it in messages.
 * @throws usage error that names each fact that is missing or cannot be used
 */
export function parseUpgrade(document: unknown, place: string): Upgrade {
  const content = document ?? {};
  const parsed = upgradeSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.filter((issue) => absent(content, issue.path));
  const wrong = parsed.error.issues.filter((issue) => !missing.includes(issue));
  const names = missing.map((issue) => issue.path.join("."));
  const message =
    names.length === 0
      ? `The upgrade file ${place} can't be used:`
      : `The upgrade file ${place} lacks ${names.join(", ")}: no notice is drafted without ${names.length === 1 ? "it" : "them"}.`;
  throw usageError(message, {
    details: [
      ...missing.map((issue) => `${issue.path.join(".")}: ${meaning(issue.path)}`),
      ...wrong.flatMap(describeWrong),
    ],
  });
}

function absent(content: unknown, path: readonly PropertyKey[]): boolean {
  let here = content;
  for (const key of path) {
    if (here === null || typeof here !== "object") return false;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return path.length > 0 && (here === undefined || here === null);
}

function meaning(path: readonly PropertyKey[]): string {
  const field = upgradeSchema.shape[String(path[0]) as keyof typeof upgradeSchema.shape];
  return field?.description ?? "a fact that the notice states";
}

function describeWrong(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${[...issue.path, key].join(".")}: no such fact`);
  }
  return [`${place === "" ? "file" : place}: ${issue.message}`];
}
