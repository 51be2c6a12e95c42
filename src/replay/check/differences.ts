import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { ConfigurationDifference, TargetFacts } from "../../model/run.ts";

/** What a capability that differs makes uncomparable. Heads differ all the time and are no configuration. */
const EFFECTS: Readonly<Record<string, string>> = {
  namespaces: "calls of a namespace that is off on one side show method-removed or method-added",
  gasCap: "calls that use more gas than the smaller cap may fail on one side only",
  batchLimit: "batches longer than the smaller limit are answered by one side only",
  logRangeLimit: "log queries wider than the smaller limit are answered by one side only",
  oldestState: "calls that need state older than this are uncomparable (state-lost)",
  receiptsFromBlock1: "receipts of old blocks are there on one side only",
  logsFromBlock1: "logs of old blocks are there on one side only",
  finalizedTag: "calls at `finalized` and `safe` are not pinned",
  syncing: "a node that is syncing is behind: its calls may be uncomparable",
  indexing: "transactions may not be found until indexing is done",
  webSocket: "exchanges over WebSocket are replayed over HTTP",
};

/** Capabilities on which the sides differ, each named once. Pure. */
export function configurationDifferences(
  old: readonly TargetFacts[],
  candidate: readonly TargetFacts[],
): ConfigurationDifference[] {
  const differences: ConfigurationDifference[] = [];
  for (const [capability, effect] of Object.entries(EFFECTS)) {
    const before = valuesOf(old, capability);
    const after = valuesOf(candidate, capability);
    if (before === undefined || after === undefined) continue;
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    differences.push({ capability, old: before, candidate: after, effect });
  }
  return differences;
}

/** The value that all targets of a side share, or the list of theirs. */
function valuesOf(targets: readonly TargetFacts[], capability: string): JsonValue | undefined {
  const values = targets.map(({ capabilities }) => valueOf(capabilities, capability));
  const [first] = values;
  if (first === undefined) return undefined;
  const texts = new Set(values.map((value) => JSON.stringify(value)));
  return texts.size === 1 ? first : values.filter((value) => value !== undefined);
}

function valueOf(capabilities: JsonObject, capability: string): JsonValue | undefined {
  return Object.hasOwn(capabilities, capability) ? capabilities[capability] : undefined;
}
