/** A node's name and version, as `web3_clientVersion` says them. */
export interface ClientVersion {
  readonly client: string;
  /** Numbers of the release: [1, 17, 0]. */
  readonly release: readonly number[];
}

/**
 * Reads `Geth/v1.17.0-stable-0cf3d3ba/linux-amd64/go1.25.1`, `besu/v26.6.1/…`, `anvil/v1.7.1`, `geth 1.17.0`.
 * Null for anything else.
 */
export function parseClientVersion(text: string | null): ClientVersion | null {
  const match = /^\s*([a-z][a-z0-9_-]*)\s*[/ ]\s*(?:[^/]*\/)?v?(\d+(?:\.\d+)+)/i.exec(text ?? "");
  if (!match) return null;
  return { client: (match[1] ?? "").toLowerCase(), release: parseRelease(match[2] ?? "") };
}

export function parseRelease(text: string): number[] {
  return text.split(".").map(Number);
}

/** Negative where `a` is older. Missing parts are zero. */
export function compareReleases(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
