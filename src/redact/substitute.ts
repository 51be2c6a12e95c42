import type { Tokeniser } from "./tokens.ts";

/** Shorter secrets are taken out where they stand, but not looked for elsewhere: they would hit ordinary text. */
const SHORTEST_ECHO = 6;

/** A secret's spelling and what to write instead. */
export interface Substitution {
  readonly find: Buffer;
  readonly text: string;
  readonly token: string;
}

/**
 * Every way in which an answer may echo the secrets: as they are, percent-encoded, and inside a JSON string. Longest first,
 * so that a secret within another does not cut it.
 */
export function substitutions(
  secrets: Iterable<string>,
  customer: string | null,
  tokens: Tokeniser,
): Substitution[] {
  const spelled = new Map<string, string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST_ECHO) continue;
    const token = tokens.token(secret === customer ? "cus" : "red", secret);
    const inJson = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, percentEncoded(secret), inJson, inJson.replaceAll("/", "\\/")]) {
      if (!spelled.has(form)) spelled.set(form, token);
    }
  }
  return [...spelled]
    .sort(([a], [b]) => b.length - a.length)
    .map(([text, token]) => ({ find: Buffer.from(text), text, token }));
}

/** The text with every secret replaced. */
export function substituteText(text: string, all: readonly Substitution[]): string {
  let result = text;
  for (const { text: secret, token } of all) {
    if (result.includes(secret)) result = result.replaceAll(secret, token);
  }
  return result;
}

/** The same bytes object where no secret is in it; else a new one. Bytes that are no UTF-8 stay as they are. */
export function substituteBytes(bytes: Buffer, all: readonly Substitution[]): Buffer {
  let result = bytes;
  for (const { find, token } of all) {
    if (!result.includes(find)) continue;
    result = Buffer.from(
      result.toString("latin1").replaceAll(find.toString("latin1"), token),
      "latin1",
    );
  }
  return result;
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate has no encoding; nothing can echo it that way.
    return text;
  }
}
