import { z } from "zod";
import { compareVersions, versionNumbers } from "./release.ts";
import type { Vulnerability } from "./vulnerabilities.ts";

/** A published advisory: what is wrong, and in which versions. */
export interface Advisory {
  readonly vulnerability: Vulnerability;
  /** Ranges as GitHub writes them, one of which has to hold: `>= 1.9.0, < 1.9.17`. */
  readonly ranges: readonly string[];
  /** Other names of the same: CVE, GHSA. */
  readonly aliases: readonly string[];
}

const text = z
  .string()
  .nullish()
  .transform((value) => (value ?? "").slice(0, 2_000));

/** `GET /repos/OWNER/NAME/security-advisories`: only what is read. */
const advisoriesSchema = z
  .array(
    z.looseObject({
      ghsa_id: z.string().max(40),
      cve_id: text,
      summary: text,
      severity: text,
      published_at: text,
      withdrawn_at: text,
      vulnerabilities: z
        .array(z.looseObject({ vulnerable_version_range: text, patched_versions: text }))
        .nullish(),
    }),
  )
  .max(1_000);

/** Advisories of a repository that were not withdrawn. Throws where the text is no such list. */
export function parseAdvisories(body: string): Advisory[] {
  return advisoriesSchema
    .parse(JSON.parse(body))
    .filter(({ withdrawn_at: withdrawn }) => withdrawn === "")
    .map((row) => {
      const affected = row.vulnerabilities ?? [];
      return {
        vulnerability: vulnerabilityOf({
          uid: row.ghsa_id,
          name: row.summary || row.ghsa_id,
          severity: row.severity,
          published: row.published_at,
          CVE: row.cve_id,
          fixed: joined(affected.map(({ patched_versions: patched }) => patched)),
        }),
        ranges: affected.map(({ vulnerable_version_range: range }) => range),
        aliases: [row.ghsa_id, row.cve_id].filter((alias) => alias !== ""),
      };
    });
}

/** Those whose ranges name a version. A range that can't be read names none: nobody is alarmed by what nobody understands. */
export function advisoriesOf(clientVersion: string, list: readonly Advisory[]): Advisory[] {
  const version = versionNumbers(clientVersion)?.join(".");
  if (version === undefined) return [];
  return list.filter(({ ranges }) => ranges.some((range) => holds(range, version)));
}

function holds(range: string, version: string): boolean {
  const parts = range.split(",").map((part) => part.trim());
  return parts.length > 0 && parts.every((part) => compares(part, version));
}

function compares(part: string, version: string): boolean {
  const match = /^(>=|<=|>|<|=)?\s*v?(\d+(?:\.\d+)*)$/.exec(part);
  if (match === null) return false;
  const [, sign = "=", bound = ""] = match;
  // One number alone is no version to `versionNumbers`.
  const difference = compareVersions(version, bound.includes(".") ? bound : `${bound}.0`);
  switch (sign) {
    case ">=":
      return difference >= 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    case "<":
      return difference < 0;
    default:
      return difference === 0;
  }
}

/** `POST /v1/query` of OSV: vulnerabilities of one version of one package, matched by OSV itself. */
const osvSchema = z.looseObject({
  vulns: z
    .array(
      z.looseObject({
        id: z.string().max(80),
        summary: text,
        details: text,
        published: text,
        withdrawn: text,
        aliases: z.array(z.string().max(80)).nullish(),
        database_specific: z.looseObject({ severity: z.unknown() }).nullish(),
        affected: z
          .array(
            z.looseObject({
              ranges: z
                .array(z.looseObject({ events: z.array(z.looseObject({ fixed: text })).nullish() }))
                .nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .max(1_000)
    .nullish(),
});

/** What OSV found of a version; its ranges are empty, as it has matched them. Throws where the text is no such answer. */
export function parseOsv(body: string): Advisory[] {
  return (osvSchema.parse(JSON.parse(body)).vulns ?? [])
    .filter(({ withdrawn }) => withdrawn === "")
    .map((row) => {
      const aliases = [row.id, ...(row.aliases ?? [])];
      const fixed = (row.affected ?? []).flatMap(({ ranges }) =>
        (ranges ?? []).flatMap(({ events }) => (events ?? []).map((event) => event.fixed)),
      );
      const severity = row.database_specific?.severity;
      return {
        vulnerability: vulnerabilityOf({
          uid: row.id,
          name: row.summary || row.details.split("\n")[0] || row.id,
          severity: typeof severity === "string" ? severity.toLowerCase() : "",
          published: row.published,
          CVE: aliases.find((alias) => alias.startsWith("CVE-")) ?? "",
          fixed: joined(fixed),
        }),
        ranges: [],
        aliases,
      };
    });
}

function joined(values: readonly string[]): string {
  return [...new Set(values.filter((value) => value !== ""))].join(", ").slice(0, 200);
}

function vulnerabilityOf(
  known: Pick<Vulnerability, "uid" | "name" | "severity" | "published" | "CVE" | "fixed">,
): Vulnerability {
  return { ...known, summary: "", introduced: "", check: "" };
}

/** The same under another name is told once: the first that names it. */
export function withoutRepeats(list: readonly Advisory[]): Vulnerability[] {
  const seen = new Set<string>();
  return list.flatMap(({ vulnerability, aliases }) => {
    const names = [vulnerability.uid, vulnerability.CVE, ...aliases].filter((name) => name !== "");
    const isKnown = names.some((name) => seen.has(name));
    for (const name of names) seen.add(name);
    return isKnown ? [] : [vulnerability];
  });
}
