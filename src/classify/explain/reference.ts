import type { JsonValue } from "../../model/json.ts";
import { CLIENT_ROWS } from "../clients/clients.ts";
import { IDENTITY_FIELDS } from "../../diff/identity.ts";
import { RULES } from "../rules/index.ts";
import type { Rule, RuleExample } from "../rules/rule.ts";
import { SEVERITY_ROWS, type SeverityRow } from "../severity/severity-rows.ts";

/** docs/RULES.md: every kind in the order in which it is tried, and where severities differ. Generated, never edited. */
export function rulesDocument(): string {
  return [
    "# Kinds of difference",
    "",
    "<!-- Generated from src/classify/rules by `npm run docs`. Do not edit. -->",
    "",
    "A difference has one kind: the rules are tried in this order and the first that matches wins. Severities are defaults;",
    "[where it matters more](#where-it-matters-more) lists the places where they differ, and a configuration may override each.",
    "",
    "| # | kind | severity | |",
    "| --- | --- | --- | --- |",
    ...RULES.map(
      (rule, index) =>
        `| ${index + 1} | [${rule.id}](#${rule.id}) | ${rule.severity} | ${rule.title} |`,
    ),
    "",
    ...RULES.flatMap((rule) => [...section(rule), ""]),
    ...severitySection(),
    "",
    ...identitySection(),
    "",
    ...clientsSection(),
    "",
  ].join("\n");
}

/** One kind as Markdown lines. */
function section(rule: Rule): string[] {
  return [
    `## ${rule.id}`,
    "",
    `**${rule.severity}** · ${rule.title}.`,
    "",
    rule.why,
    "",
    `*What a customer sees:* ${rule.sees}`,
    "",
    "| library | for example | on the candidate |",
    "| --- | --- | --- |",
    ...rule.breaks.map(
      ({ library, code, result }) => `| ${library} | \`${cell(code)}\` | ${cell(result)} |`,
    ),
    "",
    `*What to write, for example:* ${rule.write.text}`,
    "",
    "```js",
    rule.write.code,
    "```",
    "",
    ...rule.examples.flatMap(exampleLines),
  ];
}

function exampleLines(example: RuleExample): string[] {
  const { place, old, candidate } = exampleSides(example);
  const heading = `Example: \`${example.request.method}\`, ${place === "" ? "the whole response" : `\`${place}\``}`;
  if (example.fact) return [`${heading}: ${old} → ${candidate}`];
  return [heading, "", "```diff", `- ${old}`, `+ ${candidate}`, "```"];
}

/** An example's place ("" for the whole response) and what each side answered there, as text. */
export function exampleSides(example: RuleExample): {
  readonly place: string;
  readonly old: string;
  readonly candidate: string;
} {
  const { path: place, fact } = example;
  if (fact) return { place, old: text(fact.old), candidate: text(fact.candidate) };
  return {
    place,
    old: answer(example.old, example.oldMeta),
    candidate: answer(example.candidate, example.candidateMeta),
  };
}

function answer(body: JsonValue, meta: RuleExample["oldMeta"] = {}): string {
  const silent = meta.outcome === "timeout" || meta.outcome === "unreachable";
  const headers = Object.entries(meta.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [
    ...(meta.status === undefined ? [] : [`HTTP ${meta.status}`]),
    ...headers,
    ...(meta.envelope ? [`envelope ${JSON.stringify(meta.envelope)}`] : []),
    silent ? `(${meta.outcome})` : text(body),
  ].join(" · ");
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function cell(value: string): string {
  return value.replaceAll("|", "\\|");
}

function severitySection(): string[] {
  return [
    "## Where it matters more",
    "",
    "The first row that fits decides. Rows of a configuration (`severity`, `classify.ignore`, `classify.phrases`) come before these.",
    "",
    "| kind | where | severity | why |",
    "| --- | --- | --- | --- |",
    ...SEVERITY_ROWS.map(
      (row) =>
        `| ${row.kinds.join(", ")} | ${where(row)} | ${row.severity} | [${row.why}](${row.source}) |`,
    ),
  ];
}

function where({ methods, paths, lost, oldHolds }: SeverityRow): string {
  return [
    methods && `methods ${code(methods)}`,
    paths && `paths ${code(paths)}`,
    lost && `old had one of these and candidate has not: ${lost.join("; ")}`,
    oldHolds && `old held: ${oldHolds.join("; ")}`,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}

function code(globs: readonly string[]): string {
  return globs.map((glob) => `\`${glob}\``).join(" ");
}

function identitySection(): string[] {
  return [
    "## How items of a list are matched",
    "",
    "By the first of these fields that all items have and that is unique on both sides; else by any field that is; else by equal values, then by position:",
    "",
    IDENTITY_FIELDS.map((fields) => `\`${fields.join(" + ")}\``).join(", "),
  ];
}

function clientsSection(): string[] {
  return [
    "## What client libraries need",
    "",
    "A finding that fits a row says so beside the versions of that library that were seen; customers whose calls named no library are",
    "listed as client unknown.",
    "",
    "| library | | kinds | where | what happens |",
    "| --- | --- | --- | --- | --- |",
    ...CLIENT_ROWS.map(
      ({ library, versions, relation, kinds, methods, paths, lost, effect, source }) =>
        `| ${[library, versions].filter(Boolean).join(" ")} | ${relation} | ${kinds.join(", ")} | ${[code(methods), code(paths), lost.join("; ")].filter(Boolean).join(" at ")} | [${cell(effect)}](${source}) |`,
    ),
  ];
}
