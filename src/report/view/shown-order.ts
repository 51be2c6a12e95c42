import type { Finding } from "../../model/judged.ts";

/**
 * Findings in the order in which they are shown: as ranked, but each under the finding that explains it. Such a group stands
 * where its highest ranked member would, so that nothing severe sinks below its cause.
 */
export function shownOrder(findings: readonly Finding[]): Finding[] {
  const byFingerprint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const groups = Map.groupBy(findings, (finding) => rootOf(finding, byFingerprint));
  return [...groups].flatMap(([root, members]) => [
    root,
    ...members.filter((member) => member !== root),
  ]);
}

/** The finding at the start of the chain of causes; a chain that runs in a circle ends where it was met first. */
function rootOf(finding: Finding, byFingerprint: ReadonlyMap<string, Finding>): Finding {
  const seen = new Set<Finding>();
  let root = finding;
  while (root.causedBy !== null && !seen.has(root)) {
    seen.add(root);
    const cause = byFingerprint.get(root.causedBy);
    if (cause === undefined) break;
    root = cause;
  }
  return root;
}
