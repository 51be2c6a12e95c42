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
  return oldEnd === candidateEnd && old.compare(candidate, 0, candidateEnd, 0, oldEnd) === 0;
}
