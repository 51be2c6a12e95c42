import type { Finding } from "../../model/judged.ts";
import { untestedMethods } from "./coverage.ts";
import { isTold, isUnsettled } from "./settled.ts";
import { publicChange } from "./public.ts";
import type { AdviceOf } from "./advice.ts";
import type { Traffic } from "./traffic.ts";
import type { ChangelogEntry, PublicChange, UpgradeFacts } from "./model.ts";

const MOST = 100;

/** The public entry: what changes, for everybody. No counts, no customers, no values but error codes and statuses. */
export function composeChangelog(
  traffic: Traffic,
  upgrade: UpgradeFacts,
  adviceOf: AdviceOf,
  allowUnsettled = false,
): ChangelogEntry {
  const told = traffic.findings.filter(
    (finding) =>
      isTold(finding) && finding.causedBy === null && (allowUnsettled || !isUnsettled(finding)),
  );
  const pick = (fits: (finding: Finding) => boolean) =>
    distinct(told.filter(fits).map((finding) => publicChange(finding, adviceOf))).slice(0, MOST);
  return {
    schemaVersion: 1,
    upgrade,
    title: `${upgrade.network}: ${upgrade.client} ${upgrade.from} → ${upgrade.to}`,
    action: pick(({ severity }) => severity === "breaking" || severity === "risky"),
    harmless: pick(({ severity }) => severity === "info"),
    untested: untestedMethods(traffic).map(({ method }) => method),
  };
}

/** Paths that were made general can give the same sentence several times. */
function distinct(changes: readonly PublicChange[]): PublicChange[] {
  return [...new Map(changes.map((change) => [change.sentence, change])).values()];
}
