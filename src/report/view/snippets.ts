import { seenNow } from "../../judge/status.ts";
import type { Finding } from "../../model/judged.ts";
import type { SampleTexts } from "../../model/run.ts";
import type { Advice } from "./view.ts";

/** How long a new entry is valid when the reader does not choose: long enough to fix, short enough to be seen again. */
const ACCEPTED_DAYS = 30;

/** The request of a pair as a curl command for a POSIX shell. `$NODE_URL` is left to the reader: the run stores no full URL. */
export function curl(texts: SampleTexts, mostCharacters: number): string | null {
  const { method } = texts;
  const request = texts.asked ?? texts.request;
  if (request.length > mostCharacters) return null;
  const rest = /^(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) (\S+)(?:\r?\n([\s\S]*))?$/.exec(request);
  if (rest !== null && /^[A-Z]+ /.test(method)) {
    const [, verb, path, body] = rest;
    const url = `"$NODE_URL"${quote(path as string)}`;
    const data = body ? ` -H 'content-type: application/json' --data-raw ${quote(body)}` : "";
    return `curl -sS -X ${verb} ${url}${data}`;
  }
  return `curl -sS "$NODE_URL" -H 'content-type: application/json' --data-raw ${quote(request)}`;
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
export function noticeText(finding: Finding, advice: Advice | null): string {
  const variant = finding.facts.variants[0];
  return [
    finding.title,
    `Method: ${finding.method}`,
    `Path: ${finding.path}`,
    ...(variant === undefined ? [] : [`Before: ${variant.old}`, `After: ${variant.candidate}`]),
    ...(advice === null
      ? []
      : [
          "",
          advice.sees,
          ...advice.breaks.map(
            ({ library, code, result }) => `What breaks (${library}): ${code} // ${result}`,
          ),
          `What works on both: ${advice.action}`,
          advice.works,
        ]),
    ...(finding.knownChange === null
      ? []
      : [
          "",
          `Upstream: ${finding.knownChange.client} ${finding.knownChange.version}, ${finding.knownChange.source}`,
        ]),
  ].join("\n");
}
