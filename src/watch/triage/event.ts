import { createHash } from "node:crypto";
import { changesBetween } from "../../classify/knowledge/known-changes.ts";
import type { Behind, MaxBehind } from "./behind.ts";
import type { Change } from "./changes.ts";
import { versionNumbers } from "./release.ts";
import { triage, type Triage } from "./triage.ts";
import type { Vulnerability } from "./vulnerabilities.ts";

/** Something that a team is told once. */
export type WatchEvent =
  | ({
      readonly kind: Change["kind"];
      readonly publishedAt: string;
      readonly prerelease: boolean;
      readonly url: string;
      readonly triage: Triage;
      /** What is known of the versions between the fleet's and this one. */
      readonly known: { readonly from: string; readonly changes: number } | null;
      /** Lines of an edit, or the two commits of a moved tag. */
      readonly diff: readonly string[];
    } & About)
  | ({
      readonly kind: "behind";
      readonly node: string;
      readonly behind: Behind;
      readonly allowed: MaxBehind;
    } & About)
  | ({
      readonly kind: "vulnerable";
      readonly node: string;
      readonly vulnerability: Vulnerability;
    } & About)
  | ({ readonly kind: "unsigned"; readonly url: string } & About);

interface About {
  readonly client: string;
  /** The client as people write it. */
  readonly title: string;
  /** The release's tag, or what the node runs. */
  readonly version: string;
}

/** A change of a release as an event. `from` is what the fleet runs, or null. */
export function eventOf(
  client: { readonly client: string; readonly title: string },
  change: Change,
  from: string | null,
): WatchEvent {
  const { release } = change;
  const version = versionNumbers(release.tag)?.join(".") ?? null;
  const changes =
    from === null || version === null
      ? []
      : changesBetween({
          oldVersion: `${client.client}/v${from}`,
          candidateVersion: `${client.client}/v${version}`,
        });
  return {
    kind: change.kind,
    client: client.client,
    title: client.title,
    version: release.tag,
    publishedAt: release.publishedAt,
    prerelease: release.prerelease,
    url: release.url,
    triage: triage(release.notes, release.name),
    known: from === null ? null : { from, changes: changes.length },
    diff:
      change.kind === "edited"
        ? change.diff
        : change.kind === "tag-moved"
          ? [`- ${change.from}`, `+ ${change.to}`]
          : [],
  };
}

/** Names what happened, so that the same thing seen twice is told once. An edit of an edit is another thing. */
export function keyOf(event: WatchEvent, id: string): string {
  const what =
    event.kind === "behind"
      ? `${event.node} ${event.behind.newest ?? ""}`
      : event.kind === "vulnerable"
        ? `${event.node} ${event.vulnerability.uid}`
        : `${id} ${"diff" in event ? event.diff.join("\n") : ""}`;
  const digest = createHash("sha256").update(`${event.kind}\0${what}`).digest("hex").slice(0, 16);
  return `${event.client} ${event.kind} ${event.version} ${digest}`;
}
