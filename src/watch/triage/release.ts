/** A release as its source shows it now. */
export interface Release {
  /** Stable at the source, whatever its name becomes. */
  readonly id: string;
  readonly tag: string;
  readonly name: string;
  /** The notes: Markdown from GitHub, text from a feed. */
  readonly notes: string;
  /** RFC 3339. */
  readonly publishedAt: string;
  readonly prerelease: boolean;
  readonly url: string;
  /** What the tag points to, where it was asked for. */
  readonly commit: string | null;
}

/** Numbers of a version, from a tag (`v1.16.7`, `geth-1.2`) or a node's own words; null where there are none. */
export function versionNumbers(text: string): readonly number[] | null {
  const match = /(?:^|[^\d.])v?(\d+(?:\.\d+)+)/i.exec(` ${text}`);
  return match?.[1] === undefined ? null : match[1].split(".").map(Number);
}

/** Negative where `one` is the older. Missing numbers are zeros; a text without numbers is older than all. */
export function compareVersions(one: string, other: string): number {
  const left = versionNumbers(one);
  const right = versionNumbers(other);
  if (left === null || right === null) return (left === null ? 0 : 1) - (right === null ? 0 : 1);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
