import { isObject, type JsonObject, type JsonValue } from "../../src/model/json.ts";

/** A place at which two nodes' answers to the same requests differ. */
export interface PlainDifference {
  readonly method: string;
  /** `/result/*`; `result->error` and `error->result` where the answers are of different kinds. */
  readonly place: string;
  readonly calls: number;
  readonly example: string;
}

export interface PlainDiff {
  readonly differences: readonly PlainDifference[];
  /** Requests that were asked. */
  readonly asked: number;
  /** Calls that old did not answer alike when asked again. */
  readonly noisy: ReadonlyMap<string, number>;
}

/**
 * Asks both nodes each request by itself, one after the other, and compares the answers member by member. It shares nothing
 * with the differ or the replay, so that what they miss shows.
 */
export async function plainDiff(
  old: string,
  candidate: string,
  requests: readonly JsonObject[],
): Promise<PlainDiff> {
  const found = new Map<
    string,
    { method: string; place: string; calls: number; example: string }
  >();
  const noisy = new Map<string, number>();
  for (const request of requests) {
    const { method } = request;
    if (typeof method !== "string") continue;
    const [a, b] = [await answer(old, request), await answer(candidate, request)];
    if (JSON.stringify(a) === JSON.stringify(b)) continue;
    const again = await answer(old, request);
    if (JSON.stringify(a) !== JSON.stringify(again)) {
      noisy.set(method, (noisy.get(method) ?? 0) + 1);
      continue;
    }
    for (const place of new Set(placesOf(a, b))) {
      const key = `${method} ${place}`;
      const known = found.get(key);
      const example = JSON.stringify(request).slice(0, 300);
      found.set(key, {
        method,
        place,
        calls: (known?.calls ?? 0) + 1,
        example: known?.example ?? example,
      });
    }
  }
  const differences = [...found.values()].sort((x, y) => y.calls - x.calls);
  return { differences, asked: requests.length, noisy };
}

/** The places at which two nodes' answers to one request differ now, and whether old then repeats itself. */
export async function placesNow(
  old: string,
  candidate: string,
  request: JsonValue,
): Promise<{ readonly places: readonly string[]; readonly repeats: boolean }> {
  const [a, b] = [await answer(old, request), await answer(candidate, request)];
  const repeats = JSON.stringify(a) === JSON.stringify(await answer(old, request));
  return { places: [...new Set(placesOf(a, b))], repeats };
}

async function answer(url: string, request: JsonValue): Promise<JsonValue> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  return (await response.json()) as JsonValue;
}

function placesOf(a: JsonValue, b: JsonValue): string[] {
  if (isObject(a) && isObject(b)) {
    if ("result" in a && "error" in b) return ["result->error"];
    if ("error" in a && "result" in b) return ["error->result"];
  }
  return [...walk(a, b, "")];
}

function* walk(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  place: string,
): Generator<string> {
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) yield `${place}/*`;
    for (let index = 0; index < Math.min(a.length, b.length); index++)
      yield* walk(a[index], b[index], `${place}/*`);
  } else if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      yield* walk(a[key], b[key], `${place}/${generalised(key)}`);
  } else if (a !== b) yield place;
}

/** Keys that are data. */
function generalised(key: string): string {
  return /^(?:\d+|(?:0x)?[0-9a-fA-F]{8,}(?:-\d+)?)$/.test(key) ? "*" : key;
}
