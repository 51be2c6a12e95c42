import type { Kind } from "../../model/kinds.ts";
import type { KnownChange } from "../../model/judged.ts";
import { matchesMethod } from "../../model/glob.ts";
import { compareReleases, parseClientVersion, parseRelease } from "./client-version.ts";
import file from "./known-changes.json" with { type: "json" };
import { knownChangesFile, type KnownChangeEntry } from "./schema.ts";

/** The changelog knowledge that is shipped, oldest release first within a client. */
export const KNOWN_CHANGES: readonly KnownChangeEntry[] = knownChangesFile.parse(file).entries;

export interface Upgrade {
  /** Texts of `web3_clientVersion`; null where they are not known. */
  readonly oldVersion: string | null;
  readonly candidateVersion: string | null;
}

/** Changes with `old < version ≤ candidate`, for an upgrade of one client. Another client has no changelog between. */
export function changesBetween({ oldVersion, candidateVersion }: Upgrade): KnownChangeEntry[] {
  const old = parseClientVersion(oldVersion);
  const candidate = parseClientVersion(candidateVersion);
  if (old === null || candidate === null || old.client !== candidate.client) return [];
  return KNOWN_CHANGES.filter((entry) => {
    const release = parseRelease(entry.version);
    return (
      entry.client === old.client &&
      compareReleases(old.release, release) < 0 &&
      compareReleases(release, candidate.release) <= 0
    );
  });
}

export interface FindingPlace extends Upgrade {
  readonly kind: Kind;
  readonly method: string;
  /** Path pattern. */
  readonly path: string;
}

/** The upstream change that made a finding, or null. Of several that fit, the one that names the path most exactly. */
export function knownChangeFor(place: FindingPlace): KnownChange | null {
  let best: { entry: KnownChangeEntry; fit: number } | null = null;
  for (const entry of changesBetween(place)) {
    const fit = fitOf(entry, place);
    if (fit > (best?.fit ?? 0)) best = { entry, fit };
  }
  return best === null ? null : describe(best.entry);
}

export function describe({
  client,
  version,
  source,
  before,
  after,
}: KnownChangeEntry): KnownChange {
  const summary = before === "" ? after : `${before} → ${after}`;
  return { client, version, source, summary };
}

/** How well an entry fits a finding: 0 not at all, more for a nearer path and a method that is named. */
export function fitOf(
  entry: Pick<KnownChangeEntry, "kinds" | "methods" | "paths">,
  { kind, method, path }: Pick<FindingPlace, "kind" | "method" | "path">,
): number {
  if (!entry.kinds.includes(kind)) return 0;
  const named = entry.methods.includes(method);
  if (!named && !entry.methods.some((glob) => matchesMethod(glob, method))) return 0;
  const place = placeFit(entry.paths, path);
  return place === 0 ? 0 : place + (named ? 1 : 0);
}

/** Knowledge names a field where it was described; the same field may stand deeper (in a block's transactions). */
function placeFit(paths: readonly string[], path: string): number {
  if (paths.length === 0) return 1;
  let fit = 0;
  for (const known of paths) {
    if (known === path) fit = Math.max(fit, 8);
    else if (errorOf(known) !== null && errorOf(known) === errorOf(path)) fit = Math.max(fit, 6);
    // A whole answer that became an error has the path of the response.
    else if (path === "" && (known === "/error" || known === "/result")) fit = Math.max(fit, 5);
    else if (known !== "/result" && lastOf(known) !== "*" && lastOf(known) === lastOf(path))
      fit = Math.max(fit, 4);
    else if (path.startsWith(`${known}/`)) fit = Math.max(fit, 2);
  }
  return fit;
}

/** Where the error object stands that a path is, or lies in. */
function errorOf(path: string): string | null {
  return /^(.*\/error)(?:\/(?:code|message|data)(?:\/.*)?)?$/.exec(path)?.[1] ?? null;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
