import type { WatchedClient, WatchSettings } from "../config/watch.ts";
import type { Transport } from "../notice/deliver/transport.ts";
import { askFleet, type FleetNode } from "../watch/fleet.ts";
import { fetchText } from "../watch/fetch-text.ts";
import { osvOf, repositoryAdvisories, type Found } from "../watch/advisories.ts";
import { goneOf, lookAt, ofClient } from "../watch/look.ts";
import type { WatchStore } from "../watch/store.ts";
import { tellWaiting, type Told } from "../watch/tell.ts";
import { advisoriesOf, withoutRepeats } from "../watch/triage/advisories.ts";
import { behind, isTooFarBehind, type Behind } from "../watch/triage/behind.ts";
import { changesOf, type Change } from "../watch/triage/changes.ts";
import { knownClient } from "../watch/triage/clients.ts";
import { eventOf, keyOf, type WatchEvent } from "../watch/triage/event.ts";
import { isSignedBy } from "../watch/triage/minisign.ts";
import { compareVersions, versionNumbers, type Release } from "../watch/triage/release.ts";
import {
  GETH_KEYS,
  parseVulnerabilities,
  vulnerabilitiesOf,
  type Vulnerability,
} from "../watch/triage/vulnerabilities.ts";

export interface WatchRequest {
  readonly settings: WatchSettings;
  readonly store: WatchStore;
  readonly transports: readonly Transport[];
  readonly token: string | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface NodeStanding extends FleetNode {
  readonly client: string;
  readonly behind: Behind | null;
  readonly tooFar: boolean;
}

export interface Watched {
  /** What was told for the first time. */
  readonly events: readonly WatchEvent[];
  readonly fleet: readonly NodeStanding[];
  /** Sources that could not be looked at, and nodes that did not answer. */
  readonly problems: readonly string[];
  readonly told: Told;
  /** Releases that are new, with their notes: what --open makes folders of. */
  readonly fresh: readonly {
    readonly client: WatchedClient;
    readonly release: Release;
    readonly from: string | null;
  }[];
}

/** One look at every source and node: what changed is remembered, then told. */
export async function watchOnce(request: WatchRequest): Promise<Watched> {
  const { settings, store, transports } = request;
  const events: WatchEvent[] = [];
  const fleet: NodeStanding[] = [];
  const problems: string[] = [];
  const fresh: { client: WatchedClient; release: Release; from: string | null }[] = [];
  for (const client of settings.clients) {
    if (request.signal.aborted) break;
    const seen = await watchClient(client, request);
    events.push(...seen.events);
    fleet.push(...seen.fleet);
    problems.push(...seen.problems);
    fresh.push(...seen.fresh.map((release) => ({ client, release, from: seen.from })));
  }
  return {
    events,
    fleet,
    problems,
    fresh,
    told: await tellWaiting(store, transports, request.now),
  };
}

async function watchClient(
  client: WatchedClient,
  request: WatchRequest,
): Promise<
  Pick<Watched, "events" | "fleet" | "problems"> & { fresh: Release[]; from: string | null }
> {
  const { store, settings, now, signal } = request;
  const title = knownClient(client.client)?.title ?? client.client;
  const named = { client: client.client, title };
  const nodes = await askFleet(client.nodes, signal);
  const problems = nodes.flatMap(({ node, version }) =>
    version === null ? [`${node} does not say what it runs`] : [],
  );
  const from = oldestOf(nodes) ?? client.running ?? null;
  const look = await lookAt(client, request);
  if (look.kind === "wait") {
    store.setWait(client.client, look.until, now());
    problems.push(`${title}: its source asks to wait until ${new Date(look.until).toISOString()}`);
  } else if (look.kind === "failed") problems.push(`${title}: ${look.reason}`);

  const places = placesOf(settings);
  const before = ofClient(client, store.releases(client.client));
  const told: WatchEvent[] = [];
  const fresh: Release[] = [];
  if (look.kind === "seen") {
    const all = await withoutDoubtful(
      client,
      changesOf(before, look.releases, look.complete),
      request,
    );
    const revisions = new Map(before.map(({ id, revision }) => [id, revision]));
    const changes = store.isKnown(client.client) ? all : worthTelling(all, from);
    const telling = changes.filter(
      (change) =>
        (client.prereleases || !change.release.prerelease || change.kind === "demoted") &&
        !isQuiet(change, settings, now()),
    );
    const events = telling.map((change) => {
      const event = eventOf(named, change, from);
      return { change, event, key: keyOf(event, occasion(change, revisions)) };
    });
    const keys = new Set(
      store.remember({
        client: client.client,
        pages: look.pages,
        releases: look.releases,
        changes: all,
        events,
        places,
        now: now(),
      }),
    );
    for (const { change, event, key } of events) {
      if (!keys.has(key)) continue;
      told.push(event);
      if (change.kind === "new" || change.kind === "released") fresh.push(change.release);
    }
  }

  const releases = store.releases(client.client).filter(({ withdrawn }) => !withdrawn);
  const fleet = standings(client, nodes, releases, now());
  const alarms = [
    ...fleet.flatMap(({ node, version, behind: found, tooFar }): WatchEvent[] =>
      tooFar && found !== null
        ? [
            {
              ...named,
              kind: "behind",
              node,
              version: version ?? "",
              behind: found,
              allowed: client.maxBehind,
            },
          ]
        : [],
    ),
    ...(await vulnerable(client, runningOf(client, nodes), named, request, problems)),
  ].map((event) => ({ event, key: keyOf(event, "") }));
  const keys = new Set(store.tell(alarms, places, now()));
  told.push(...alarms.filter(({ key }) => keys.has(key)).map(({ event }) => event));
  return { events: told, fleet, problems, fresh, from };
}

/** What names this change of this release: the same change that comes again later is another one. */
function occasion({ release: { id } }: Change, revisions: ReadonlyMap<string, number>): string {
  const revision = revisions.get(id) ?? 0;
  return revision === 0 ? id : `${id} ${revision}`;
}

/** Changes without withdrawals that are not certain. */
async function withoutDoubtful(
  client: WatchedClient,
  changes: readonly Change[],
  request: WatchRequest,
): Promise<Change[]> {
  const missing = changes.filter(({ kind }) => kind === "withdrawn");
  const gone = await goneOf(
    client,
    missing.map(({ release }) => release),
    request,
  );
  return changes.filter(({ kind, release }) => kind !== "withdrawn" || gone.has(release.id));
}

/** At the first look, what the fleet does not run yet; where that is not known, the newest alone. History is not news. */
function worthTelling(changes: readonly Change[], from: string | null): Change[] {
  const releases = changes.filter(({ kind }) => kind === "new");
  if (from !== null)
    return releases.filter(({ release }) => compareVersions(release.tag, from) > 0);
  const stable = releases.filter(({ release }) => !release.prerelease);
  return [...stable]
    .sort((one, other) => compareVersions(other.release.tag, one.release.tag))
    .slice(0, 1);
}

function isQuiet(change: Change, { quietAfter }: WatchSettings, now: Date): boolean {
  return (
    change.kind === "new" &&
    quietAfter !== undefined &&
    now.getTime() - Date.parse(change.release.publishedAt) > quietAfter
  );
}

function oldestOf(nodes: readonly FleetNode[]): string | null {
  const versions = nodes.flatMap(({ version }) => versionNumbers(version ?? "")?.join(".") ?? []);
  return versions.sort(compareVersions)[0] ?? null;
}

/** Nodes that were asked, or what a person says that the fleet runs. */
function runningOf(client: WatchedClient, nodes: readonly FleetNode[]): readonly FleetNode[] {
  return nodes.length === 0 && client.running !== undefined
    ? [{ node: `${client.client} fleet`, version: client.running }]
    : nodes;
}

function standings(
  client: WatchedClient,
  nodes: readonly FleetNode[],
  releases: readonly Release[],
  now: Date,
): NodeStanding[] {
  return runningOf(client, nodes).map(({ node, version }) => {
    const found = version === null || releases.length === 0 ? null : behind(version, releases, now);
    const tooFar = found !== null && isTooFarBehind(found, client.maxBehind);
    return { node, version, client: client.client, behind: found, tooFar };
  });
}

/** Vulnerabilities that nodes have by their own version: of a signed list, of the repository's advisories, of OSV. */
async function vulnerable(
  client: WatchedClient,
  fleet: readonly FleetNode[],
  named: { readonly client: string; readonly title: string },
  request: WatchRequest,
  problems: string[],
): Promise<WatchEvent[]> {
  const nodes = fleet.flatMap(({ node, version }) => (version === null ? [] : [{ node, version }]));
  const listed = await signedList(client, named, request, problems);
  if (!Array.isArray(listed)) return [listed];
  if (nodes.length === 0) return [];
  const published: Found = client.advisories
    ? await repositoryAdvisories(client, request)
    : { list: [], problem: null };
  const osv = await osvOf(
    client,
    nodes.map(({ version }) => version),
    request,
  );
  for (const { problem } of [published, ...osv.values()])
    if (problem !== null) problems.push(`${named.title}: ${problem}`);
  return nodes.flatMap(({ node, version }) =>
    withoutRepeats([
      ...vulnerabilitiesOf(version, listed).map((vulnerability) => ({
        vulnerability,
        ranges: [],
        aliases: vulnerability.CVE.split(/[\s,]+/),
      })),
      ...advisoriesOf(version, published.list),
      ...(osv.get(version)?.list ?? []),
    ]).map((vulnerability) => ({
      ...named,
      kind: "vulnerable" as const,
      node,
      version,
      vulnerability,
    })),
  );
}

/** The list that a client publishes with a signature; an event where the signature is nobody's. */
async function signedList(
  { vulnerabilities }: WatchedClient,
  named: { readonly client: string; readonly title: string },
  request: WatchRequest,
  problems: string[],
): Promise<Vulnerability[] | WatchEvent> {
  if (vulnerabilities === undefined) return [];
  const { url, keys = GETH_KEYS } = vulnerabilities;
  const [list, signature] = [
    await fetchText(url, request),
    await fetchText(`${url}.minisig`, request),
  ];
  if (list.kind !== "text" || signature.kind !== "text") {
    problems.push(`${named.title}: the list of vulnerabilities can't be read`);
    return [];
  }
  if (!isSignedBy(Buffer.from(list.text), signature.text, keys))
    return { ...named, kind: "unsigned", version: "", url };
  return parseVulnerabilities(list.text);
}

function placesOf({
  tell,
}: WatchSettings): { channel: "slack" | "webhook" | "email"; address: string }[] {
  return [
    ...tell.slack.map((address) => ({
      channel: "slack" as const,
      address: address.replace(/^#/, ""),
    })),
    ...tell.webhook.map((address) => ({ channel: "webhook" as const, address })),
    ...tell.email.map((address) => ({ channel: "email" as const, address })),
  ];
}
