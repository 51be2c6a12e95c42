import { askedAgain } from "../../judge/methods.ts";
import type { SampleTexts } from "../../model/run.ts";
import type { Ask, UpgradeFacts } from "./model.ts";

/** A longer request is not for a mail; one that was cut would ask something else. */
const LONGEST = 4_000;
/** Values that were taken out: the request can't be sent as it stands. */
const REMOVED = /\b(?:red|cus)_[0-9a-f]{16}\b/;
const REST = /^(GET|HEAD|OPTIONS|POST) (\/\S*)(?:\r?\n([\s\S]*))?$/;

/**
 * The account's own request as a command for the endpoint of today and, where there is one, for that of the new version.
 * Null where the request is too long, was cut or lost a value (never a part of one), or is none to be sent by hand.
 */
export function askOf(
  texts: SampleTexts,
  upgrade: UpgradeFacts,
  expect: string | null,
): Ask | null {
  const request = (texts.asked ?? texts.request).trim();
  if (
    request.length > LONGEST ||
    // Nobody is told to send a transaction again, nor what nobody knows.
    askedAgain(texts.method, request) !== "reads" ||
    // What fails in a batch alone is not shown by the call alone.
    (texts.candidate.text === null && texts.candidate.outcome === "malformed") ||
    REMOVED.test(request) ||
    /\p{Cc}/u.test(request.replaceAll("\n", " "))
  )
    return null;
  const now = command(texts.method, request, upgrade.endpoint);
  if (now === null) return null;
  const next = upgrade.test === null ? null : command(texts.method, request, upgrade.test.endpoint);
  return { now, next, expect };
}

function command(method: string, request: string, endpoint: string): string | null {
  const rest = REST.exec(request);
  if (/^[A-Z]+ \//.test(method)) {
    if (rest === null) return null;
    const [, verb, path = "", body] = rest;
    const data =
      body === undefined || body === "" ? "" : ` ${JSON_TYPE} --data-raw ${quoted(body)}`;
    const ask = verb === "GET" ? "" : ` -X ${verb}`;
    return `curl -sS${ask} ${quoted(endpoint.replace(/\/$/, "") + path)}${data}`;
  }
  if (!request.startsWith("{") && !request.startsWith("[")) return null;
  return `curl -sS ${quoted(endpoint)} ${JSON_TYPE} --data-raw ${quoted(request)}`;
}

const JSON_TYPE = "-H 'content-type: application/json'";

/** A POSIX shell word: inside single quotes nothing is special but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
