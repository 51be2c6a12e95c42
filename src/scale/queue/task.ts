import { displayUrl } from "../../model/display-url.ts";

/** The options of a replay as they were given, by name. */
export type Given = Readonly<Record<string, unknown>>;

/** What a run asks and how, as the database keeps it: without secrets. */
export interface QueuedTask {
  readonly given: Given;
  /** Top level of the configuration file. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** URLs or headers hold secrets, which stay with those who have them: workers must be told the targets themselves. */
  readonly needsTargets: boolean;
}

const URLS = ["old", "candidate", "oldWs", "candidateWs"];
const SECRETS = ["oldHeaders", "candidateHeaders"];
/** Options of the planner, which say nothing of what is asked. */
const OWN = ["recordings", "out", "resume", "workers", "shard", "queue", "shards", "json"];

export function taskOf(given: Given, settings: QueuedTask["settings"]): QueuedTask {
  const urls = URLS.flatMap((name) => listOf(given[name]));
  const kept = Object.entries(given).filter(
    ([name]) => !SECRETS.includes(name) && !OWN.includes(name),
  );
  return {
    given: Object.fromEntries(
      kept.map(([name, value]) => [
        name,
        URLS.includes(name) ? listOf(value).map(displayUrl) : value,
      ]),
    ),
    settings,
    needsTargets: urls.some(isSecret) || SECRETS.some((name) => given[name] !== undefined),
  };
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether its shown form says less than the URL itself. */
function isSecret(url: string): boolean {
  const parsed = URL.parse(url);
  return displayUrl(url).includes("…") || parsed?.username !== "" || parsed.password !== "";
}
