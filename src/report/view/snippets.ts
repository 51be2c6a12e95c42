import { seenNow } from "../../judge/status.ts";
import type { Finding } from "../../model/judged.ts";
import type { SampleTexts } from "../../model/run.ts";
import { askedAgain } from "../../judge/methods.ts";
import type { Advice } from "./advice.ts";

/** How long a new entry is valid when the reader does not choose: long enough to fix, short enough to be seen again. */
const ACCEPTED_DAYS = 30;

/** A request as commands for a POSIX shell. The run stores no full URL: `$OLD_URL` and `$CANDIDATE_URL` are the reader's. */
export interface Curls {
  readonly old: string;
  readonly candidate: string;
  /** Asks both and shows what differs; for bash and zsh. */
  readonly both: string;
}

/**
 * The request of a pair for each side, or null where it is too long (a request that was cut asks something else) or is none to
 * be sent by hand.
 */
export function curls(texts: SampleTexts, mostCharacters: number): Curls | null {
  const { method } = texts;
  const request = texts.asked ?? texts.request;
  if (request.length > mostCharacters || askedAgain(method, request) === "never") return null;
  const old = curl(method, request, "$OLD_URL");
  const candidate = curl(method, request, "$CANDIDATE_URL");
  return { old, candidate, both: `diff <(${old}) <(${candidate})` };
}

function curl(method: string, request: string, url: string): string {
  const rest = /^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) (\S+)(?:\r?\n([\s\S]*))?$/.exec(request);
  if (rest !== null && /^[A-Z]+ /.test(method)) {
    const [, verb, path, body] = rest;
    const data = body ? ` -H 'content-type: application/json' --data-raw ${quote(body)}` : "";
    return `curl -sS -X ${verb} "${url}"${quote(path as string)}${data}`;
  }
  return `curl -sS "${url}" -H 'content-type: application/json' --data-raw ${quote(request)}`;
}

/** A POSIX shell word: inside single quotes nothing is special but the quote itself. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The entry for accepted.yaml, for a person to complete. JSON is YAML too, so no value can break out of its place. */
export function acceptedEntry(finding: Finding, now: Date): string {
  const expires = new Date(now.getTime() + ACCEPTED_DAYS * 86_400_000).toISOString().slice(0, 10);
  return [
    `  - fingerprint: ${JSON.stringify(finding.fingerprint)} # ${finding.kind}`,
    `    reason: "" # why this change is fine, in a sentence`,
    `    owner: "" # who answers for it`,
    `    expires: ${JSON.stringify(expires)}`,
    `    seen: ${JSON.stringify(seenNow(finding.facts, finding.comparedCalls))}`,
  ].join("\n");
}

/** Text about a finding that can be pasted into a mail to a customer. */
export function noticeText(finding: Finding, advice: Advice): string {
  const variant = finding.facts.variants[0];
  return [
    finding.title,
    `Method: ${finding.method}`,
    `Path: ${finding.path}`,
    ...(variant === undefined ? [] : [`Before: ${variant.old}`, `After: ${variant.candidate}`]),
    "",
    advice.sees,
    ...advice.breaks.map(
      ({ library, code, result }) =>
        `What breaks${library === "any" ? "" : ` (${library})`}: ${code} // ${result}`,
    ),
    `What works on both: ${advice.action}`,
    ...(advice.works === null ? [] : [advice.works]),
    ...(finding.knownChange === null
      ? []
      : [
          "",
          `Upstream: ${finding.knownChange.client} ${finding.knownChange.version}, ${finding.knownChange.source}`,
        ]),
  ].join("\n");
}
