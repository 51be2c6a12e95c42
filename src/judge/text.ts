import type { JudgedRun } from "../model/judged.ts";

const WIDTH = "inconclusive".length + 2;

/** The verdict for people: one line, then each reason and note on its own. */
export function verdictText({ facts, verdict, gone }: JudgedRun): string {
  const { id } = facts.header;
  return [
    `Verdict: ${verdict.verdict} (${id})`,
    ...verdict.reasons.map((reason) => `  ${reason.verdict.padEnd(WIDTH)}${reason.text}`),
    ...(gone ?? []).map(
      ({ kind, method, path, reason }) =>
        `  ${"gone".padEnd(WIDTH)}${kind} ${method} ${path}: ${reason}`,
    ),
    ...verdict.notes.map((note) => `  ${"note".padEnd(WIDTH)}${note}`),
    "",
  ].join("\n");
}

/** The verdict for programs, without the findings' texts: findings.json has those. */
export function verdictJson({ facts, verdict, findings, gone }: JudgedRun): string {
  const document = {
    schemaVersion: 1,
    run: facts.header.id,
    complete: facts.complete,
    counts: facts.counts,
    ...verdict,
    findings: findings.map(
      ({ fingerprint, kind, severity, confidence, status, method, path, calls, since }) => ({
        fingerprint,
        kind,
        severity,
        confidence,
        status,
        method,
        path,
        calls,
        since,
      }),
    ),
    gone,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
