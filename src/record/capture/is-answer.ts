import { identify } from "../../wire/websocket-message.ts";

/**
 * Whether a JSON-RPC answer can be the one to this request: a net under all that two parsers may read in different ways. An
 * answer without an id, and what is no JSON-RPC, says nothing and passes.
 */
export function isAnswer(request: Buffer | null, answer: Buffer | null): boolean {
  if (request === null || answer === null || answer.length === 0) return true;
  const asked = identify(request, "client");
  // No call with an id in it: not JSON-RPC, or notifications.
  if (asked.keys.length === 0 || asked.isAnswer) return true;
  const answered = identify(answer, "server");
  if (!answered.isAnswer || answered.keys.length === 0) return true;
  const ids = new Set(asked.keys.map(looseKey));
  return answered.keys.every((key) => ids.has(looseKey(key)));
}

/** Some nodes read ids as doubles, or give them back as text: that is no sign of another request's answer. */
function looseKey(key: string): string {
  const text = key.replace(/^"(.*)"$/, "$1");
  return /^-?\d{16,}$/.test(text) ? String(Number(text)) : text;
}
