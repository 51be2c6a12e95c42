import type { Target } from "../../model/target.ts";
import { secretsOf } from "../../redact/secrets.ts";
import { secretsOfUrl } from "../../redact/target.ts";
import type { Tokeniser } from "../../redact/tokens.ts";
import type { Answer } from "./answer.ts";

/** The same for every target: that two nodes have two keys is no difference between their answers. */
const TOKEN = "red_0000000000000000";
const TOKENS: Tokeniser = { keyId: "", token: () => TOKEN, digest: () => "" };

/** An answer in which a node repeats what its operator asks it with (a key in its URL, credentials), without that. */
export type CleanAnswer = (answer: Answer) => Answer;

const cleaners = new WeakMap<Target, CleanAnswer>();

export function withoutOwnSecrets(target: Target): CleanAnswer {
  let cleaner = cleaners.get(target);
  if (cleaner === undefined) {
    cleaner = cleanerOf(target);
    cleaners.set(target, cleaner);
  }
  return cleaner;
}

function cleanerOf(target: Target): CleanAnswer {
  const found = new Set(
    [`${target.origin}${target.path}`, target.webSocketUrl].flatMap(secretsOfUrl),
  );
  for (const value of Object.values(target.headers))
    for (const part of parts(value)) found.add(part);
  if (found.size === 0) return (answer) => answer;
  const secrets = secretsOf(found, null, TOKENS);
  return (answer) => ({
    ...answer,
    headers: Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, secrets.within(value)]),
    ),
    body: answer.body === null ? null : cleanBody(answer.body),
    failure: answer.failure && { ...answer.failure, detail: secrets.within(answer.failure.detail) },
  });

  function cleanBody(body: Buffer): Buffer {
    const text = body.toString("latin1");
    const clean = secrets.withinBytes(text, "answer");
    return clean === text ? body : Buffer.from(clean, "latin1");
  }
}

/** A header's value, its credential, and what that is in Base64. */
function parts(value: string): string[] {
  const credential = value.replace(/^\S+\s+/, "");
  const decoded = Buffer.from(credential, "base64").toString("utf8");
  const isText = /^[\x20-\x7e]{4,}$/.test(decoded);
  return [value, credential, ...(isText ? [decoded, ...decoded.split(":")] : [])];
}
