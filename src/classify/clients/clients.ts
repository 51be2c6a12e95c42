import type { GroupFacts } from "../../model/run.ts";
import { matchesMethod, matchesPath } from "../../model/glob.ts";
import { compareReleases, parseRelease } from "../knowledge/client-version.ts";
import file from "./clients.json" with { type: "json" };
import { clientsFile, type ClientRow } from "./schema.ts";

export const CLIENT_ROWS: readonly ClientRow[] = clientsFile.parse(file).rows;

/** A library that breaks on a finding, and which of the clients that were seen are of it. */
export interface ClientBreakage {
  readonly library: string;
  /** `>=6 <7`, or "" for all. */
  readonly versions: string;
  readonly effect: string;
  readonly source: string;
  /** Versions seen in User-Agents, with their calls and customers; empty where none was. */
  readonly seen: GroupFacts["clients"];
}

export interface ClientsOfFinding {
  readonly breaks: readonly ClientBreakage[];
  /** Customers whose calls named no library: "client unknown". */
  readonly unknown: readonly string[];
}

type Group = Pick<GroupFacts, "kind" | "method" | "path" | "variants" | "clients" | "customers">;

/** Which client libraries break on a finding and why, those that were seen first. */
export function clientsThatBreak(group: Group): ClientsOfFinding {
  const breaks = CLIENT_ROWS.filter((row) => fits(row, group)).map((row) => ({
    library: row.library,
    versions: row.versions,
    effect: row.effect.replaceAll("<field>", group.path.split("/").at(-1) ?? ""),
    source: row.source,
    seen: group.clients.filter((client) => isOf(row, client.name, client.version)),
  }));
  const named = new Set(group.clients.flatMap(({ customers }) => customers));
  return {
    breaks: breaks.toSorted((a, b) => callsOf(b) - callsOf(a)),
    unknown: group.customers.map(({ id }) => id).filter((id) => !named.has(id)),
  };
}

function callsOf({ seen }: ClientBreakage): number {
  return seen.reduce((sum, { calls }) => sum + calls, 0);
}

function fits(row: ClientRow, group: Group): boolean {
  return (
    row.kinds.includes(group.kind) &&
    row.methods.some((glob) => matchesMethod(glob, group.method)) &&
    (row.paths.length === 0 || row.paths.some((glob) => matchesPath(glob, group.path))) &&
    (row.lost.length === 0 || group.variants.some((variant) => loses(row.lost, variant))) &&
    (row.forms.length === 0 ||
      group.variants.some(({ candidate }) => row.forms.some((form) => FORMS[form].test(candidate))))
  );
}

/** Forms of a value's JSON text. */
const FORMS: Readonly<Record<ClientRow["forms"][number], RegExp>> = {
  "no-prefix": /^"(?!0x)/,
  "leading-zeros": /^"0x0[0-9a-f]/i,
  number: /^-?\d/,
};

function loses(
  phrases: readonly string[],
  { old, candidate }: { old: string; candidate: string },
): boolean {
  const before = old.toLowerCase();
  const after = candidate.toLowerCase();
  return phrases.some((phrase) => before.includes(phrase) && !after.includes(phrase));
}

function isOf(row: ClientRow, name: string, version: string): boolean {
  return row.userAgents.includes(name.toLowerCase()) && isInRange(version, row.versions);
}

/** Whether a version is in a range such as `>=6 <7`; one that is not known is. */
function isInRange(version: string, range: string): boolean {
  const text = /^\d+(?:\.\d+)*/.exec(version)?.[0];
  if (text === undefined || range === "") return true;
  return range.split(" ").every((part) => {
    const [, operator = "", bound = ""] = /^(>=|<)(.+)$/.exec(part) ?? [];
    const order = compareReleases(parseRelease(text), parseRelease(bound));
    return operator === ">=" ? order >= 0 : order < 0;
  });
}
