import type { Release } from "./release.ts";

/** A release as it was last told. */
export interface Remembered extends Release {
  readonly withdrawn: boolean;
  /** How often it has changed since it was first seen. */
  readonly revision: number;
}

export type Change =
  | { readonly kind: "new"; readonly release: Release }
  /** A pre-release that became a release. */
  | { readonly kind: "released"; readonly release: Release }
  | { readonly kind: "edited"; readonly release: Release; readonly diff: readonly string[] }
  | { readonly kind: "withdrawn"; readonly release: Release }
  /** It was withdrawn and is there again. */
  | { readonly kind: "returned"; readonly release: Release }
  /** A release that upstream made a pre-release: it was taken back, short of being withdrawn. */
  | { readonly kind: "demoted"; readonly release: Release }
  /** The tag points to other code than it did: what was tested is not what is installed. */
  | {
      readonly kind: "tag-moved";
      readonly release: Release;
      readonly from: string;
      readonly to: string;
    };

/**
 * What happened between the releases as remembered and as they are.
 * @param complete whether `now` reaches back to the first release; else only what is newer than its oldest can be missed in it
 */
export function changesOf(
  before: readonly Remembered[],
  now: readonly Release[],
  complete: boolean,
): Change[] {
  const known = new Map(before.map((release) => [release.id, release]));
  const changes = now.flatMap((release) => changesOfOne(known.get(release.id), release));
  const oldest = now.reduce(
    (least, { publishedAt }) => (publishedAt < least ? publishedAt : least),
    "9",
  );
  const there = new Set(now.map(({ id }) => id));
  const gone = before.filter(
    ({ id, withdrawn, publishedAt }) =>
      !withdrawn && !there.has(id) && (complete || (now.length > 0 && publishedAt > oldest)),
  );
  return [...changes, ...gone.map((release) => ({ kind: "withdrawn", release }) as const)];
}

function changesOfOne(known: Remembered | undefined, release: Release): Change[] {
  if (known === undefined) return [{ kind: "new", release }];
  if (known.withdrawn) return [{ kind: "returned", release }];
  const changes: Change[] = [];
  if (known.prerelease && !release.prerelease) changes.push({ kind: "released", release });
  if (!known.prerelease && release.prerelease) changes.push({ kind: "demoted", release });
  if (known.commit !== null && release.commit !== null && known.commit !== release.commit)
    changes.push({ kind: "tag-moved", release, from: known.commit, to: release.commit });
  if (known.notes !== release.notes || known.name !== release.name || known.tag !== release.tag)
    changes.push({ kind: "edited", release, diff: lineDiff(textOf(known), textOf(release)) });
  return changes;
}

function textOf({ tag, name, notes }: Release): string {
  return `${tag}\n${name}\n${notes}`;
}

/** Lines shown of an edit. */
const DIFF_LINES = 40;

/** Lines that went and lines that came, in their order: notes are edited by the line, and that is how an operator reads an edit. */
export function lineDiff(before: string, after: string): string[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const lines = [
    ...without(old, fresh).map((line) => `- ${line}`),
    ...without(fresh, old).map((line) => `+ ${line}`),
  ];
  return lines.length <= DIFF_LINES
    ? lines
    : [...lines.slice(0, DIFF_LINES), `and ${lines.length - DIFF_LINES} more lines`];
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim().slice(0, 300))
    .filter((line) => line !== "");
}

/** Lines of `one` that `other` has not, each as often as it is missing. */
function without(one: readonly string[], other: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of other) counts.set(line, (counts.get(line) ?? 0) + 1);
  return one.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
