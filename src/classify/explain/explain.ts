import type { GroupFacts, RunHeader, Sample } from "../../model/run.ts";
import { wordsAt } from "../advice/index.ts";
import { clientsThatBreak } from "../clients/clients.ts";
import { describe, KNOWN_CHANGES, knownChangeFor } from "../knowledge/known-changes.ts";
import { exampleSides } from "./reference.ts";
import { severityOf } from "../severity/severity.ts";
import type { Rule } from "../rules/rule.ts";
import { folded } from "../../words.ts";

/** What `explain KIND` prints, for a terminal: the rule, and changes of that kind that real releases made. */
export function explainKind(rule: Rule): string {
  const known = KNOWN_CHANGES.filter(({ kinds }) => kinds[0] === rule.id).slice(-5);
  return [
    `${rule.id}: ${rule.title}`,
    `${rule.severity} unless a row or a configuration says otherwise`,
    "",
    ...text(rule.why),
    "",
    ...text(`What a customer sees: ${plain(rule.sees)}`),
    "",
    "What breaks:",
    ...rule.breaks.flatMap(({ library, code, result }) => [
      `  ${library === "any" ? "" : `${library}: `}${code}`,
      ...text(plain(result), "    → ", "      "),
    ]),
    "",
    ...text(`What to write, for example: ${plain(rule.write.text)}`),
    ...rule.write.code.split("\n").map((line) => `  ${line}`),
    "",
    ...rule.examples.flatMap((example) => {
      const { place, old, candidate } = exampleSides(example);
      return [
        `Example: ${example.request.method}, ${place || "the whole response"}`,
        `  - ${old}`,
        `  + ${candidate}`,
      ];
    }),
    ...(known.length === 0 ? [] : ["", "Releases that did this:"]),
    ...known.flatMap((entry) => {
      const { client, version, source, summary } = describe(entry);
      const said = `${client} ${version}, ${entry.methods.slice(0, 2).join(", ")}: ${summary}`;
      return [...text(said, "  - ", "    "), `    ${source}`];
    }),
    "",
  ].join("\n");
}

function text(value: string, lead = "", indent = lead): string[] {
  return folded(value, lead, indent);
}

/** Words of the rules without the marks of Markdown, which a terminal shows as they are. */
function plain(words: string): string {
  return words.replaceAll("`", "");
}

/** What `explain FINGERPRINT --run DIR` prints: one finding of a run, what made it, whom it breaks, and its rule. */
export function explainFinding(
  group: GroupFacts,
  rule: Rule,
  { old, candidate }: Pick<RunHeader, "old" | "candidate">,
  sample: Sample | undefined,
): string {
  const { severity, reason } = severityOf(group);
  const upgrade = {
    oldVersion: old[0]?.clientVersion ?? null,
    candidateVersion: candidate[0]?.clientVersion ?? null,
  };
  const known = knownChangeFor({ ...group, ...upgrade });
  return [
    `${group.fingerprint}  ${group.kind}  ${group.method}  ${group.path || "(the whole response)"}`,
    `${severity}${reason === null ? "" : `: ${reason}`}; calls: ${group.calls}, customers: ${group.customers.length}`,
    ...group.variants
      .slice(0, 3)
      .map((variant) => `  ${variant.old} → ${variant.candidate}  (${variant.calls})`),
    known === null
      ? "No known change of this upgrade explains it."
      : `Known change of ${known.client} ${known.version}: ${known.summary} (${known.source})`,
    ...clientLines(group),
    "",
    ...wordLines(group, sample),
    "",
    `Of the kind in general: shadowdiff explain ${rule.id}`,
    "",
  ].join("\n");
}

/** What there is to say at the finding's own place. */
function wordLines({ kind, method, path }: GroupFacts, sample: Sample | undefined): string[] {
  const values = sample === undefined ? null : { old: sample.old, candidate: sample.candidate };
  const { why, sees, condition, action, breaks, works } = wordsAt({ kind, method, path, values });
  return [
    `What a customer sees: ${sees}`,
    `Why it matters: ${why}`,
    ...(condition === null ? [] : [`Who is affected: whose code ${condition.replaceAll("`", "")}`]),
    ...breaks.map(({ library, code, result }) => {
      const name = library === "any" ? "" : `${library}: `;
      return `What breaks: ${name}${code}  (${result})`;
    }),
    `What to write: ${action}`,
    ...(works === null ? [] : [`  ${works}`]),
  ];
}

function clientLines(group: GroupFacts): string[] {
  const { breaks, unknown } = clientsThatBreak(group);
  return [
    ...breaks.map(({ library, versions, effect, source, seen }) => {
      const who = seen.map(({ version, customers }) => `${version} of ${customers.join(", ")}`);
      const name = [library, versions].filter(Boolean).join(" ");
      return `${name}${who.length === 0 ? " (not seen)" : ` (seen: ${who.join("; ")})`}: ${effect} (${source})`;
    }),
    ...(unknown.length === 0 ? [] : [`client unknown: ${unknown.join(", ")}`]),
  ];
}
