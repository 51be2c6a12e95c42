import type { Kind } from "../../model/kinds.ts";
import type { KnownChange } from "../../model/judged.ts";
import type { Variant } from "../../model/run.ts";
import { matchesMethod } from "../../model/glob.ts";
import { compareReleases, parseClientVersion, parseRelease } from "./client-version.ts";
import file from "./known-changes.json" with { type: "json" };
import { knownChangesFile, type KnownChangeEntry } from "./schema.ts";

/** The changelog knowledge that is shipped, oldest release first within a client. */
const FILE = knownChangesFile.parse(file);
export const KNOWN_CHANGES: readonly KnownChangeEntry[] = FILE.entries;

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

/** What lies past the knowledge: a candidate of a release that is newer than the last one known of its client; else null. */
export function beyondKnowledge({ candidateVersion }: Upgrade): BeyondKnowledge | null {
  const candidate = parseClientVersion(candidateVersion);
  const until = candidate === null ? undefined : FILE.knownUntil[candidate.client];
  if (candidate === null || until === undefined) return null;
  return compareReleases(candidate.release, parseRelease(until)) > 0
    ? { client: candidate.client, candidate: candidate.release.join("."), knownUntil: until }
    : null;
}

export interface BeyondKnowledge {
  readonly client: string;
  readonly candidate: string;
  /** The last release whose changes are known. */
  readonly knownUntil: string;
}

export interface FindingPlace extends Upgrade {
  readonly kind: Kind;
  readonly method: string;
  /** Path pattern. */
  readonly path: string;
  /** Values that were seen there; a row that names texts is of this finding only where one of them bears them. */
  readonly variants?: readonly Pick<Variant, "old" | "candidate">[];
}

/**
 * The upstream change that made a finding, or null. Of several that fit, the one that is sure, then the one that names the
 * path most exactly. `perhaps` where nothing but the place speaks for it.
 */
export function knownChangeFor(place: FindingPlace): KnownChange | null {
  let best: { entry: KnownChangeEntry; fit: number; perhaps: boolean } | null = null;
  for (const entry of changesBetween(place)) {
    const near = fitOf(entry, place);
    const said = saidIn(entry, place);
    if (near === 0 || said === "otherwise") continue;
    const perhaps = said === "nothing" && !isNamedPlace(entry, place, near);
    const fit = near + (perhaps ? 0 : SURE);
    if (fit > (best?.fit ?? 0)) best = { entry, fit, perhaps };
  }
  if (best === null) return null;
  const known = describe(best.entry);
  return best.perhaps ? { ...known, summary: `perhaps: ${known.summary}`, perhaps: true } : known;
}

/** More than any nearness of a place. */
const SURE = 100;

/** Whether what was seen bears the row's texts: it says so, says otherwise, or the row has none. */
function saidIn(
  { texts, before, after }: KnownChangeEntry,
  { kind, variants = [] }: FindingPlace,
): "so" | "otherwise" | "nothing" {
  const said = texts ?? (kind === "error-code-changed" ? codesIn(before, after) : undefined);
  if (said === undefined || variants.length === 0) return "nothing";
  const isSo = variants.some(
    ({ old, candidate }) => bears(old, said.old) && bears(candidate, said.candidate),
  );
  // A code says nothing of the message beside it, nor the message of the code.
  if (isSo) return "so";
  return kind === "error-code-changed" && texts !== undefined && !isCodes(texts)
    ? "nothing"
    : "otherwise";
}

function bears(value: string, texts: readonly string[] | undefined): boolean {
  const text = value.toLowerCase();
  return texts === undefined || texts.some((one) => text.includes(one));
}

const CODE = /-3\d{4}\b/g;

function codesIn(before: string, after: string): KnownChangeEntry["texts"] {
  const old = before.match(CODE);
  const candidate = after.match(CODE);
  return old === null || candidate === null
    ? undefined
    : { old: [...old], candidate: [...candidate] };
}

function isCodes({ old = [], candidate = [] }: NonNullable<KnownChangeEntry["texts"]>): boolean {
  return [...old, ...candidate].some((text) => /^-3\d{4}$/.test(text));
}

/** A field that the row names, of a method that it names: no other change of the release does the same there. */
function isNamedPlace(
  entry: KnownChangeEntry,
  { kind, method, path }: FindingPlace,
  near: number,
): boolean {
  if (entry.follows === true) return false;
  const ofError = /error|limit/.test(kind) && kind !== "null-to-error";
  const isNamed = entry.methods.includes(askedBy(method));
  if (kind === "method-added" || kind === "method-removed") return isNamed;
  return near >= 5 && isNamed && !ofError && path !== "" && path !== "/result";
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
  const asked = askedBy(method);
  const named = entry.methods.includes(asked);
  if (!named && !entry.methods.some((glob) => matchesMethod(glob, asked))) return 0;
  const place = placeFit(entry.paths, path);
  return place === 0 ? 0 : place + (named ? 1 : 0);
}

/** A feed's events (`eth_subscription logs`) are what `eth_subscribe` asked for, and knowledge names that. */
function askedBy(method: string): string {
  return method.replace(/_subscription(?: .*)?$/, "_subscribe");
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
