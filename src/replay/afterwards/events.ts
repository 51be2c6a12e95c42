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

/**
 * Matches events by block hash and log index, within the blocks that both sides had time to see: after the later start and
 * before the earlier end. An event that came twice counts once.
 */
export function matchEvents(
  old: readonly JsonValue[],
  candidate: readonly JsonValue[],
  window: { readonly first: number; readonly last: number },
): MatchedEvents {
  const within = (
    events: readonly JsonValue[],
  ): Map<string, { number: number; event: JsonValue }> => {
    const keyed = new Map<string, { number: number; event: JsonValue }>();
    for (const event of events) {
      const found = eventKey(event);
      if (found === null || found.number < window.first || found.number > window.last) continue;
      keyed.set(found.key, { number: found.number, event });
    }
    return keyed;
  };
  const before = within(old);
  const after = within(candidate);
  const both: { key: string; old: JsonValue; candidate: JsonValue }[] = [];
  const missing: { key: string; number: number; old: JsonValue }[] = [];
  for (const [key, { number, event }] of before) {
    const match = after.get(key);
    if (match !== undefined) both.push({ key, old: event, candidate: match.event });
    else missing.push({ key, number, old: event });
  }
  return { both, missing };
}

/** Numbers of the blocks that a feed of heads named, ascending. */
export function headNumbers(events: readonly JsonValue[]): number[] {
  return events.flatMap((event) => eventKey(event)?.number ?? []).sort((a, b) => a - b);
}
