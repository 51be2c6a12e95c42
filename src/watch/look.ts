import type { WatchedClient, WatchSettings } from "../config/watch.ts";
import { messageOf } from "../errors.ts";
import { releasesOfFeed } from "./atom.ts";
import { fetchText, type Fetched } from "./fetch-text.ts";
import {
  commitOfRef,
  isDraftRelease,
  releasesOfPage,
  releasesUrl,
  releaseUrl,
  tagUrl,
} from "./github.ts";
import type { StoredPage, WatchStore } from "./store.ts";
import { knownClient } from "./triage/clients.ts";
import type { Release } from "./triage/release.ts";

/** What a source showed this time. */
export type Look =
  | {
      readonly kind: "seen";
      readonly releases: readonly Release[];
      readonly pages: readonly StoredPage[];
      /** True where the source's last page was reached. */
      readonly complete: boolean;
    }
  | { readonly kind: "wait"; readonly until: number }
  | { readonly kind: "failed"; readonly reason: string };

export interface LookOptions {
  readonly settings: WatchSettings;
  readonly store: WatchStore;
  readonly token: string | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Pages of 30 that are read of one source; older releases are nobody's upgrade. */
const MOST_PAGES = 10;
const TRIES = 3;
const PAUSE_MS = 200;
/** Newest releases whose tag is asked for its commit: a moved tag is a matter of what is installed now. */
const TAGS_ASKED = 3;

/** All that a client's source shows: from GitHub page by page, "not modified" pages from memory; or from a feed. */
export async function lookAt(client: WatchedClient, options: LookOptions): Promise<Look> {
  const { store, now } = options;
  const until = store.waitUntil(client.client, now().getTime());
  if (until > 0) return { kind: "wait", until };
  const repository = repositoryOf(client);
  const look =
    repository !== undefined
      ? await lookAtGithub(client, repository, options)
      : await lookAtFeed(client, options);
  if (look.kind !== "seen") return look;
  return { ...look, releases: ofClient(client, look.releases) };
}

/** Releases whose tags are this client's, by what a team or the table of clients says. */
export function ofClient<Kind extends Release>(
  { client, tags }: WatchedClient,
  releases: readonly Kind[],
): Kind[] {
  const expression = tags === undefined ? knownClient(client)?.tags : new RegExp(tags);
  return releases.filter(({ tag }) => expression?.test(tag) ?? true);
}

/** `owner/name` where a client is looked at by GitHub's API. */
function repositoryOf({ client, feed, repository }: WatchedClient): string | undefined {
  return feed === undefined ? (repository ?? knownClient(client)?.repository) : undefined;
}

/** Releases that are asked for by their id in one look; what is left is asked for in the next. */
const MOST_ASKED = 20;

/**
 * Of releases that no page showed, those that are gone. Pages are read one after the other, and a release that moves between them
 * meanwhile is on none; so each is asked for by its id. One that can't be asked for now is left to the next look.
 */
export async function goneOf(
  client: WatchedClient,
  missing: readonly Release[],
  options: LookOptions,
): Promise<ReadonlySet<string>> {
  const repository = repositoryOf(client);
  if (repository === undefined) return new Set(missing.map(({ id }) => id));
  const gone = new Set<string>();
  for (const { id } of missing.slice(0, MOST_ASKED)) {
    const fetched = await fetchText(releaseUrl(options.settings.api, repository, id), options);
    if (fetched.kind === "wait") break;
    const isDraft = fetched.kind === "text" && isDraftRelease(fetched.text);
    if (
      isDraft ||
      (fetched.kind === "failed" && (fetched.status === 404 || fetched.status === 410))
    )
      gone.add(id);
  }
  return gone;
}

async function lookAtFeed(client: WatchedClient, options: LookOptions): Promise<Look> {
  if (client.feed === undefined)
    return { kind: "failed", reason: `${client.client}: no repository and no feed is known` };
  const stored = options.store.page(client.client, 1);
  const fetched = await fetchPatiently(client.feed, stored?.etag ?? null, options);
  if (fetched.kind === "same" && stored !== null)
    return { kind: "seen", releases: stored.releases, pages: [stored], complete: false };
  const page = read(fetched, releasesOfFeed, client.feed);
  if (page.kind !== "page") return page;
  return { kind: "seen", releases: page.page.releases, pages: [page.page], complete: false };
}

async function lookAtGithub(
  client: WatchedClient,
  repository: string,
  options: LookOptions,
): Promise<Look> {
  const { settings, store } = options;
  const pages: StoredPage[] = [];
  for (let number = 1; number <= MOST_PAGES; number += 1) {
    const url = releasesUrl(settings.api, repository, number);
    const stored = store.page(client.client, number);
    const fetched = await fetchPatiently(url, stored?.etag ?? null, options);
    const page =
      fetched.kind === "same" && stored !== null
        ? ({ kind: "page", page: stored } as const)
        : read(fetched, releasesOfPage, url);
    if (page.kind !== "page") return page;
    pages.push(page.page);
    if (!page.page.next) break;
  }
  // A release that came in while the pages were read stands on two of them.
  const byId = new Map(pages.flatMap(({ releases }) => releases).map((own) => [own.id, own]));
  const releases = await withCommits(client, [...byId.values()], repository, options);
  return { kind: "seen", releases, pages, complete: pages.at(-1)?.next === false };
}

async function withCommits(
  client: WatchedClient,
  releases: readonly Release[],
  repository: string,
  options: LookOptions,
): Promise<Release[]> {
  const byAge = [...releases].sort((one, other) =>
    other.publishedAt.localeCompare(one.publishedAt),
  );
  // A client with many pre-releases must not hide its releases by them.
  const newest = [
    ...byAge.filter(({ prerelease }) => !prerelease).slice(0, TAGS_ASKED),
    ...byAge.filter(({ prerelease }) => prerelease).slice(0, 1),
  ];
  const commits = new Map<string, string | null>();
  for (const { id, tag } of newest) {
    const fetched = await fetchText(tagUrl(options.settings.api, repository, tag), options);
    if (fetched.kind === "wait") {
      options.store.setWait(client.client, fetched.until, options.now());
      break;
    }
    // A tag that can't be asked for now is no tag that moved.
    commits.set(id, fetched.kind === "text" ? commitOfRef(fetched.text) : null);
  }
  return releases.map((release) => ({ ...release, commit: commits.get(release.id) ?? null }));
}

function read(
  fetched: Fetched,
  releasesOf: (text: string) => Release[],
  url: string,
): { readonly kind: "page"; readonly page: StoredPage } | Exclude<Look, { kind: "seen" }> {
  if (fetched.kind === "wait") return { kind: "wait", until: fetched.until };
  if (fetched.kind === "failed") return { kind: "failed", reason: fetched.reason };
  if (fetched.kind === "same")
    return { kind: "failed", reason: `${url} says "not modified" of what was never asked` };
  try {
    const { etag, next, text } = fetched;
    return { kind: "page", page: { etag, next, releases: releasesOf(text) } };
  } catch (error) {
    return { kind: "failed", reason: `${url}: ${messageOf(error).split("\n")[0]?.slice(0, 200)}` };
  }
}

async function fetchPatiently(
  url: string,
  etag: string | null,
  options: LookOptions,
): Promise<Fetched> {
  let fetched = await fetchText(url, { ...options, etag });
  for (let tried = 1; tried < TRIES; tried += 1) {
    if (fetched.kind !== "failed" || !fetched.again || options.signal.aborted) break;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tried));
    fetched = await fetchText(url, { ...options, etag });
  }
  return fetched;
}
