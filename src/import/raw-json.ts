/**
 * The text of a member as it stands, so that number text, key order and spaces survive. `text` must be valid JSON with an
 * object at the root; undefined where the member is missing. With a repeated key the last wins, as in JSON.parse.
 */
export function rawMember(text: string, path: readonly string[]): string | undefined {
  let at = skipSpace(text, 0);
  let end = text.length;
  for (const key of path) {
    const span = memberSpan(text, at, key);
    if (span === undefined) return undefined;
    [at, end] = span;
  }
  return text.slice(at, end);
}

function memberSpan(text: string, objectAt: number, wanted: string): [number, number] | undefined {
  if (text[objectAt] !== "{") return undefined;
  let found: [number, number] | undefined;
  let at = skipSpace(text, objectAt + 1);
  while (at < text.length && text[at] === '"') {
    const keyEnd = stringEnd(text, at);
    const key: unknown = JSON.parse(text.slice(at, keyEnd));
    const valueAt = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, valueAt);
    if (key === wanted) found = [valueAt, end];
    at = skipSpace(text, end);
    if (text[at] !== ",") break;
    at = skipSpace(text, at + 1);
  }
  return found;
}

function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start);
  let at = start;
  if (text[start] !== "{" && text[start] !== "[") {
    while (at < text.length && !/[,}\]\s]/.test(text[at] ?? ",")) at += 1;
    return at;
  }
  let depth = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at = stringEnd(text, at);
      continue;
    }
    if (character === "{" || character === "[") depth += 1;
    if (character === "}" || character === "]") depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return at;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at] ?? "x")) at += 1;
  return at;
}
