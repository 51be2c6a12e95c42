import { fetch } from "undici";
import type { WatchedClient } from "../config/watch.ts";
import { messageOf } from "../errors.ts";
import { displayUrl } from "../model/display-url.ts";
import { boundedText, fetchText } from "./fetch-text.ts";
import type { LookOptions } from "./look.ts";
import { parseAdvisories, parseOsv, type Advisory } from "./triage/advisories.ts";
import { knownClient } from "./triage/clients.ts";
import { versionNumbers } from "./triage/release.ts";

/** Advisories change seldom, and each look counts against a limit. */
const KEEP_MS = 6 * 3_600_000;
const TIMEOUT_MS = 20_000;

export interface Found {
  readonly list: readonly Advisory[];
  readonly problem: string | null;
}

/** What a client's repository has published as advisories, at most some hours old. */
export async function repositoryAdvisories(
  client: WatchedClient,
  { settings, store, token, now, signal }: LookOptions,
): Promise<Found> {
  const repository = client.repository ?? knownClient(client.client)?.repository;
  if (repository === undefined) return { list: [], problem: null };
  const kept = store.advisories(client.client);
  if (kept !== null && Math.abs(now().getTime() - kept.at) < KEEP_MS)
    return { list: read(kept.body), problem: null };
  const before = kept === null ? [] : read(kept.body);
  // A limit is the server's, whatever is asked of it.
  if (store.waitUntil(client.client, now().getTime()) > 0) return { list: before, problem: null };
  const url = `${settings.api.replace(/\/$/, "")}/repos/${repository}/security-advisories?state=published&per_page=100`;
  const fetched = await fetchText(url, { token, now, signal });
  if (fetched.kind === "wait") {
    store.setWait(client.client, fetched.until, now());
    return { list: before, problem: "advisories: the server asks to come back later" };
  }
  if (fetched.kind === "text") {
    try {
      const list = parseAdvisories(fetched.text);
      store.keepAdvisories(client.client, fetched.text, now());
      return { list, problem: null };
    } catch (error) {
      return { list: before, problem: `advisories: ${messageOf(error).split("\n")[0]}` };
    }
  }
  const why = fetched.kind === "failed" ? fetched.reason : "nothing came";
  // A repository without advisories, or a server that has none, is no fault.
  if (!/ answers 40[34]$/.test(why)) return { list: before, problem: `advisories: ${why}` };
  store.keepAdvisories(client.client, "[]", now());
  return { list: [], problem: null };
}

function read(body: string): Advisory[] {
  try {
    return parseAdvisories(body);
  } catch {
    return [];
  }
}

/** What OSV knows of the versions that run. It is told which they are, so only where somebody named it. */
export async function osvOf(
  client: WatchedClient,
  versions: readonly string[],
  { settings, signal }: Pick<LookOptions, "settings" | "signal">,
): Promise<ReadonlyMap<string, Found>> {
  const named = client.package ?? knownClient(client.client)?.package;
  const found = new Map<string, Found>();
  if (settings.osv === undefined || named === undefined) return found;
  for (const version of new Set(versions)) {
    const numbers = versionNumbers(version)?.join(".");
    if (numbers === undefined) continue;
    found.set(version, await query(settings.osv, { package: named, version: numbers }, signal));
  }
  return found;
}

async function query(api: string, question: object, signal: AbortSignal): Promise<Found> {
  const url = `${api.replace(/\/$/, "")}/v1/query`;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "shadowdiff" },
      body: JSON.stringify(question),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await boundedText(response.body);
    if (response.status !== 200 || text === null)
      return { list: [], problem: `OSV: ${displayUrl(url)} answers ${response.status}` };
    return { list: parseOsv(text), problem: null };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { list: [], problem: `OSV: ${displayUrl(url)}: ${messageOf(cause).split("\n")[0]}` };
  }
}
