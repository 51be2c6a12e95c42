/** Bodies up to this size are never too much for a parser, nor deeper than allowed. */
const SMALL_BYTES = 4 * 1024;
/** No node's answer is as deep, and what walks it level by level bears it. */
const DEEPEST = 2_000;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Whether parsing a body as JSON would cost more than it is worth: too many values (each costs some hundred bytes of heap) or
 * too many levels. Looks at each byte once, so that what is costly is known before anyone pays for it.
 */
export function isTooComplex(body: Buffer, mostValues: number): boolean {
  if (body.length <= SMALL_BYTES) return false;
  let values = 0;
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(body, at);
      continue;
    }
    if (byte === COMMA || byte === COLON) values += 1;
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth += 1;
      values += 1;
      if (depth > DEEPEST) return true;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth -= 1;
    if (values > mostValues) return true;
  }
  return false;
}

function endOfString(body: Buffer, start: number): number {
  let quote = body.indexOf(QUOTE, start + 1);
  while (quote !== -1) {
    let slashes = 0;
    while (body[quote - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote;
    quote = body.indexOf(QUOTE, quote + 1);
  }
  return body.length;
}
