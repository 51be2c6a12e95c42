import type { OutcomeKind } from "../../model/pair.ts";
import type { Call, Split } from "../adapter.ts";
import { arrayItems, eachMember, isWord, member, skipSpace, type Span } from "./scan.ts";

const OPEN_BRACE = 0x7b;
const LETTER_N = 0x6e;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

interface Kind {
  readonly kind: OutcomeKind;
  readonly detail?: string;
}

const REPLY: Kind = { kind: "reply" };
const FAULT: Kind = { kind: "fault" };
const NEITHER: Kind = { kind: "malformed", detail: "neither result nor error" };

/**
 * What an answer is, by a look at its ends and its first keys: a large result is not walked, as the differ parses whatever
 * differs anyway. An HTTP error status is a fault whatever the body says.
 */
export function answerKind(status: number | null, body: Buffer): Kind {
  if (status !== null && status >= 400) return FAULT;
  const start = skipSpace(body, 0);
  if (start === body.length) return { kind: "malformed", detail: "empty" };
  // A batch's answer; its items are looked at one by one.
  if (body[start] === OPEN_BRACKET && body[lastByte(body)] === CLOSE_BRACKET) return REPLY;
  if (body[start] !== OPEN_BRACE) {
    return { kind: "malformed", detail: body[start] === 0x3c ? "HTML" : "not a JSON object" };
  }
  if (body[lastByte(body)] !== CLOSE_BRACE) return { kind: "malformed", detail: "cut short" };
  let kind: Kind = NEITHER;
  const whole = eachMember(body, start, (keyStart, keyEnd, valueStart) => {
    if (isWord(body, keyStart, keyEnd, "result")) {
      kind = REPLY;
      // Bitcoin's nodes always have both: `"result": null` says nothing yet.
      return body[valueStart] !== LETTER_N;
    }
    if (isWord(body, keyStart, keyEnd, "error") && body[valueStart] !== LETTER_N) {
      kind = body[valueStart] === OPEN_BRACE || kind === REPLY ? FAULT : NEITHER;
      return kind === FAULT;
    }
    return false;
  });
  return whole ? kind : { kind: "malformed", detail: "not JSON" };
}

function lastByte(body: Buffer): number {
  let position = body.length - 1;
  while (position > 0 && (body[position] ?? 0) <= 0x20) position--;
  return position;
}

/**
 * One error for several calls is the answer to the batch as a whole, in a list as Geth gives it (`batch too large`) or bare.
 * Its id, where it has one, is that of a call by chance.
 */
function isOfWholeBatch(body: Buffer, item: Span, calls: readonly Call[]): boolean {
  if (calls.filter(({ id }) => id !== null).length < 2) return false;
  const error = member(body, item.start, "error");
  return error !== null && body[error.start] === OPEN_BRACE;
}

/**
 * Cuts a batch's answer by id; calls with one id are answered in their order. Null when it is no array of answers, or one
 * error for all of them.
 */
export function splitBatch(body: Buffer, calls: readonly Call[]): Split | null {
  const items = arrayItems(body, skipSpace(body, 0));
  if (items === null) return null;
  const [only] = items;
  if (only !== undefined && items.length === 1 && isOfWholeBatch(body, only, calls)) return null;
  const waiting = new Map<string, number[]>();
  for (const [position, call] of calls.entries()) {
    if (call.id === null) continue;
    const positions = waiting.get(call.id);
    if (positions) positions.push(position);
    else waiting.set(call.id, [position]);
  }
  const answers: (Buffer | null)[] = calls.map(() => null);
  const order: number[] = [];
  for (const item of items) {
    const id = member(body, item.start, "id");
    const position =
      id === null ? undefined : waiting.get(body.toString("utf8", id.start, id.end))?.shift();
    order.push(position ?? -1);
    if (position !== undefined) answers[position] = body.subarray(item.start, item.end);
  }
  return { answers, order };
}
