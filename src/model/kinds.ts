export type Severity = "breaking" | "risky" | "info" | "noise";
export const SEVERITIES: readonly Severity[] = ["breaking", "risky", "info", "noise"];

/** Kinds of difference, never renamed. Severities are defaults; the rule files in classify/rules/ hold the rest. */
export const KINDS = {
  breaking: [
    "chain-split",
    "method-removed",
    "result-to-error",
    "null-to-error",
    "result-to-null",
    "error-code-changed",
    "error-data-lost",
    "limit-changed",
    "batch-order-changed",
    "http-status-changed",
    "content-type-changed",
    "malformed-response",
    "envelope-changed",
    "no-answer",
    "field-removed",
    "field-renamed",
    "type-changed",
    "encoding-changed",
    "value-changed",
    "value-to-null",
    "array-items-missing",
    "event-missing",
  ],
  risky: [
    "error-to-result",
    "error-message-changed",
    "error-data-changed",
    "null-vs-absent",
    "empty-vs-null",
    "array-order-changed",
    "array-items-added",
    "letter-case-changed",
    "header-changed",
    "enum-value-added",
    "latency-regression",
    "size-regression",
  ],
  info: [
    "method-added",
    "field-added",
    "header-added",
    "null-to-result",
    "null-to-value",
    "error-data-added",
  ],
  noise: ["serialisation-changed", "value-drift"],
} as const satisfies Record<Severity, readonly string[]>;

export type Kind = (typeof KINDS)[Severity][number];

/** Every kind, in the order above. */
export const ALL_KINDS: readonly Kind[] = Object.values(KINDS).flat();

/** Kinds that a call may have and still be `same`. */
export const NOISE_KINDS: ReadonlySet<string> = new Set(KINDS.noise);
