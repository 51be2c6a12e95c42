import { isWrite } from "../../judge/methods.ts";
import type { Finding } from "../../model/judged.ts";
import type { Kind } from "../../model/kinds.ts";

/** Kinds that are more likely a fault of one version than a change that customers should adapt to. */
const FAULTS: readonly Kind[] = [
  "chain-split",
  "value-changed",
  "malformed-response",
  "no-answer",
  "array-items-missing",
  "event-missing",
];

/**
 * Whether nobody has said yet which version is right: no upstream change explains it and no person has accepted it. A
 * customer can do nothing about it but be alarmed.
 */
export function isUnsettled({
  kind,
  status,
  knownChange,
  proof,
}: Pick<Finding, "kind" | "status" | "knownChange" | "proof">): boolean {
  return (
    FAULTS.includes(kind) &&
    status !== "accepted" &&
    // That old was wrong is settled; that the candidate is, is not for its customers to adapt to.
    proof?.wrong !== "old" &&
    (knownChange === null || knownChange.perhaps === true)
  );
}

/** What a write shows beside how a refusal is worded: whether it was taken depends on what the node had seen before. */
const OF_WRITES: ReadonlySet<Kind> = new Set([
  "error-code-changed",
  "error-message-changed",
  "error-data-lost",
  "error-data-changed",
  "error-data-added",
  "method-removed",
  "method-added",
  "http-status-changed",
  "content-type-changed",
  "header-changed",
  "header-added",
  "envelope-changed",
]);

/** Whether a customer may be told of a finding at all. Flaky ones may be nothing. */
export function isTold({ kind, method, confidence, severity }: Finding): boolean {
  return (
    confidence !== "flaky" && severity !== "noise" && (OF_WRITES.has(kind) || !isWrite(method))
  );
}
