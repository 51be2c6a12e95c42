import { compareVersions, type Release } from "./release.ts";

/** How far a node is behind the newest release of its client. */
export interface Behind {
  readonly releases: number;
  /** Days since the oldest release that it lacks came out. */
  readonly days: number;
  readonly newest: string | null;
}

export interface MaxBehind {
  readonly releases?: number | undefined;
  readonly days?: number | undefined;
}

const DAY_MS = 86_400_000;

/**
 * How far behind a node is, by releases that are no pre-releases. Silence upstream is no reason to stay: the flaw that split Ethereum's
 * chain in November 2020 had been mended months before in a release whose notes did not say so.
 */
export function behind(version: string, releases: readonly Release[], now: Date): Behind {
  const lacking = releases
    .filter(({ prerelease, tag }) => !prerelease && compareVersions(tag, version) > 0)
    .sort((one, other) => one.publishedAt.localeCompare(other.publishedAt));
  const [oldest] = lacking;
  const newest = [...lacking].sort((one, other) => compareVersions(other.tag, one.tag))[0];
  return {
    releases: lacking.length,
    days:
      oldest === undefined
        ? 0
        : Math.max(0, Math.floor((now.getTime() - Date.parse(oldest.publishedAt)) / DAY_MS)),
    newest: newest?.tag ?? null,
  };
}

/** Whether that is further than a team allows. */
export function isTooFarBehind(found: Behind, { releases, days }: MaxBehind): boolean {
  return (
    (releases !== undefined && found.releases > releases) ||
    (days !== undefined && found.days > days)
  );
}
