import { isObject, type JsonObject, type JsonValue } from "../../src/model/json.ts";
import { mutationsOf } from "./mutated-answers.ts";

/** One call whose answer is altered in one way on the candidate's side. */
export interface TableCase {
  readonly method: string;
  /** `dropped /0/logIndex`, `null`, `error`. */
  readonly what: string;
  readonly request: JsonObject;
}

/** Ids of altered calls begin here, so that no other request is taken for one. */
const FIRST_ID = 1_000_000;
/** Ways in which one answer is altered at most: a trace has thousands of members. */
const MOST_WAYS = 60;

/** Every way in which each call's answer can be altered, one case a way and shape of place; calls that fail have none. */
export async function tableOf(url: string, calls: readonly JsonObject[]): Promise<TableCase[]> {
  const cases: TableCase[] = [];
  const seen = new Set<string>();
  for (const call of calls) {
    const { method } = call;
    const answer = await ask(url, call);
    if (!("result" in answer) || typeof method !== "string") continue;
    let ways = 0;
    for (const { what } of alterations(answer["result"] ?? null)) {
      const kind = `${method} ${what.replaceAll(/\d+|0x[0-9a-f]{8,}/g, "*")}`;
      if (seen.has(kind) || ++ways > MOST_WAYS) continue;
      seen.add(kind);
      cases.push({ method, what, request: { ...call, id: FIRST_ID + cases.length } });
    }
  }
  return cases;
}

interface Alteration {
  readonly what: string;
  readonly member: { readonly result: JsonValue } | { readonly error: JsonValue };
}

/** Each costs a call and its confirmations: the others are asked of `compare`. */
const LIVE: ReadonlySet<string> = new Set(["dropped", "quoted", "unquoted", "padded", "emptied"]);

function alterations(result: JsonValue): Alteration[] {
  return [
    ...(result === null ? [] : [{ what: "null", member: { result: null } }]),
    { what: "error", member: { error: { code: -32_000, message: "something else" } } },
    ...mutationsOf(result)
      .filter(({ operation }) => LIVE.has(operation))
      .map(({ what, value }) => ({ what, member: { result: value } })),
  ];
}

/** Alters what a proxy passes: the answer to a case's request, in its way; everything else goes as it is. */
export function alterer(
  cases: readonly TableCase[],
): (request: string, answer: string) => string | null {
  return (requestText, answerText) => {
    const request = JSON.parse(requestText) as JsonValue;
    const answer = JSON.parse(answerText) as JsonValue;
    if (!isObject(request) || !isObject(answer) || !("result" in answer)) return null;
    const { id = null } = request;
    const one = cases[Number(id) - FIRST_ID];
    if (one === undefined) return null;
    const altered = alterations(answer["result"] ?? null).find(({ what }) => what === one.what);
    return altered === undefined ? null : JSON.stringify({ jsonrpc: "2.0", id, ...altered.member });
  };
}

async function ask(url: string, call: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(call),
  });
  const answer = (await response.json()) as JsonValue;
  return isObject(answer) ? answer : {};
}
