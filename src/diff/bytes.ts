/** Length of a body without trailing white space: clients end replies with and without a newline, by version. */
export function trimmedLength(body: Buffer): number {
  let end = body.length;
  while (end > 0) {
    const byte = body[end - 1];
    if (byte !== 0x0a && byte !== 0x20 && byte !== 0x0d && byte !== 0x09) break;
    end -= 1;
  }
  return end;
}

/** Whether two bodies are the same bytes but for trailing white space. */
export function sameBytes(old: Buffer, candidate: Buffer): boolean {
  if (old === candidate) return true;
  const oldEnd = trimmedLength(old);
  const candidateEnd = trimmedLength(candidate);
  if (oldEnd !== candidateEnd) return false;
  // Bodies of one length that differ mostly do so at some of these places: cheaper to see than to call out for.
  const step = (oldEnd >> 4) + 1;
  for (let at = 0; at < oldEnd; at += step) if (old[at] !== candidate[at]) return false;
  return old.compare(candidate, 0, candidateEnd, 0, oldEnd) === 0;
}
