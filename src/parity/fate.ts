import type { Finding } from "../model/judged.ts";
import type { Kind } from "../model/kinds.ts";

/** What a finding means for a fail-over, worst first: `unsure` is what did not repeat. */
export const FATES = ["absent", "breaks", "unsure", "harmless"] as const;
export type Fate = (typeof FATES)[number];

/** Differences of form and wording: between two clients neither has the privilege of being first. */
const FORM: ReadonlySet<Kind> = new Set<Kind>([
  "field-removed",
  "field-renamed",
  "null-vs-absent",
  "empty-vs-null",
  "letter-case-changed",
  "error-message-changed",
  "error-code-changed",
  "error-data-changed",
  "error-data-lost",
  "encoding-changed",
]);

/** Of the whole method over time, no answer of a call: they say that it is slower, not that it breaks. */
const MEASURED: ReadonlySet<Kind> = new Set<Kind>(["latency-regression", "size-regression"]);

export interface FateOf {
  readonly fate: Fate;
  /** Why a breaking difference breaks nobody here, or null. */
  readonly why: string | null;
}

/**
 * What a finding means to traffic that is sent to the other client. Severity decides, with what is known between clients;
 * where a specification was given it is the judge of form and wording: what it allows is no reason to stay. Null for what
 * leaves an answer the same.
 */
export function fateOf(finding: Finding): FateOf | null {
  const { kind, path, severity, severityReason, confidence, conformance } = finding;
  // A header more is in each of another client's answers, and in nobody's way.
  if (severity === "noise" || (severity === "info" && path.startsWith("/headers/"))) return null;
  if (confidence === "flaky") return { fate: "unsure", why: "it did not repeat" };
  if (kind === "method-removed") return { fate: "absent", why: null };
  if (severity !== "breaking" || MEASURED.has(kind))
    return { fate: "harmless", why: severityReason };
  const standing = conformance?.standing;
  if (FORM.has(kind) && (standing === "gained" || standing === "both-conform"))
    return { fate: "harmless", why: conformance?.reason ?? null };
  return { fate: "breaks", why: null };
}
