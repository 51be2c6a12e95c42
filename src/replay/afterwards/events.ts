import { isObject, type JsonValue } from "../../model/json.ts";

/** Events of both sides that belong together, and those that one side lacks. */
export interface MatchedEvents {
  readonly both: readonly {
    readonly key: string;
    readonly old: JsonValue;
    readonly candidate: JsonValue;
  }[];
  readonly missing: readonly {
    readonly key: string;
    readonly number: number;
    readonly old: JsonValue;
  }[];
}

/** What tells an event from others: its block's hash, and the log's index; null for one that has no block. */
export function eventKey(event: JsonValue): { key: string; number: number } | null {
  if (!isObject(event)) return null;
  const hash = event["blockHash"] ?? event["hash"];
  const number = Number(event["blockNumber"] ?? event["number"] ?? NaN);
  if (typeof hash !== "string" || !Number.isSafeInteger(number)) return null;
  const index = event["logIndex"];
  const removed = event["removed"] === true ? " removed" : "";
  return { key: `${hash}${typeof index === "string" ? ` ${index}` : ""}${removed}`, number };
}

/** What a log says, whatever its index: two of them with one content are one event that was numbered otherwise. */
function contentKey(event: JsonValue): string | null {
  if (!isObject(event) || !("topics" in event)) return null;
  const { blockHash = null, transactionHash = null, address = null, topics, data = null } = event;
  return JSON.stringify([
    blockHash,
    transactionHash,
    address,
    topics,
    data,
    event["removed"] === true,
  ]);
}

/**
 * Matches events by block hash and log index, within the blocks that both sides had time to see: after the later start and
 * before the earlier end. An event that came twice counts once. Logs that are left over, or whose index names another log on
 * the other side, are matched by what they say, so that another index is one difference and no missing event.
 */
export function matchEvents(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  window: { readonly first: number; readonly last: number },
): MatchedEvents {
  const before = within(old, window);
  const after = within(candidate, window);
  const both: { key: string; old: JsonValue; candidate: JsonValue }[] = [];
  const missing: { key: string; number: number; old: JsonValue }[] = [];
  const left = new Map<string, JsonValue[]>();
  for (const [key, { event }] of after) {
    const content = contentKey(event);
    if (content === null || contentKey(before.get(key)?.event ?? null) === content) continue;
    left.set(content, [...(left.get(content) ?? []), event]);
  }
  for (const [key, { number, event }] of before) {
    const content = contentKey(event);
    const match = after.get(key);
    const twin =
      content === null || (match !== undefined && contentKey(match.event) === content)
        ? match?.event
        : (left.get(content)?.shift() ?? match?.event);
    if (twin !== undefined) both.push({ key, old: event, candidate: twin });
    else missing.push({ key, number, old: event });
  }
  return { both, missing };
}

type Keyed = ReadonlyMap<string, { readonly number: number; readonly event: JsonValue }>;

/** Events of a window by their keys. Two logs under one key are kept apart by what they say. */
function within(
  events: readonly JsonValue[],
  window: { readonly first: number; readonly last: number },
): Keyed {
  const keyed = new Map<string, { number: number; event: JsonValue }>();
  for (const event of events) {
    const found = eventKey(event);
    if (found === null || found.number < window.first || found.number > window.last) continue;
    const same = keyed.get(found.key);
    const content = contentKey(event);
    const apart = same !== undefined && content !== null && contentKey(same.event) !== content;
    keyed.set(apart ? `${found.key} ${content}` : found.key, { number: found.number, event });
  }
  return keyed;
}

/** Numbers of the blocks that a feed of heads named, ascending. */
export function headNumbers(events: readonly JsonValue[]): number[] {
  return events.flatMap((event) => eventKey(event)?.number ?? []).sort((a, b) => a - b);
}
