/** Words by which nodes and providers say "too often" rather than "too much". */
const RATE_PHRASE =
  /rate.?limit|too many requests|requests? per second|exceeded .{0,40}(?:quota|capacity|compute units)|throttl/i;
/** Error codes that providers use for it; each means other things elsewhere, so the phrase decides. */
const RATE_CODE = /"code"\s*:\s*(?:-32005|-32029|-32097|-32007|429)\b/;
const LOOK_AT_BYTES = 4096;

/** HTTP 429, or an error code with a rate phrase. */
export function isRateLimited(status: number | null, body: Buffer | null): boolean {
  if (status === 429) return true;
  if (body === null || body.length > LOOK_AT_BYTES) return false;
  const text = body.toString("latin1");
  return RATE_CODE.test(text) && RATE_PHRASE.test(text);
}

/** Words by which clients say that they no longer hold the state that a call needs. */
const STATE_PHRASE =
  /missing trie node|required historical state|historical state .{0,60}(?:unavailable|not available)|state .{0,40}(?:is|are|was) not available|state not available|pruned|state .{0,80}unavailable|world state unavailable|old data not available/i;

/** An error that says that old state or history was dropped. */
export function saysStateLost(body: Buffer | null): boolean {
  return (
    body !== null && body.length <= LOOK_AT_BYTES && STATE_PHRASE.test(body.toString("latin1"))
  );
}
