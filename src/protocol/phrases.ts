/** Phrases by which nodes say what a code alone does not. Matched without regard to case. */

/** A limit on range, size, count or gas: an answer, not a failure of the node. */
const LIMIT =
  /query returned more than|exceed(?:s|ed|ing)? (?:the )?(?:max|limit|allowance|allowed|range|rpc gas cap|block gas)|exceeds? (?:block|configured) range|range (?:is )?too (?:large|wide|big)|(?:block )?range (?:limit|exceed)|limit (?:is )?exceeded|limited to|too many (?:results|blocks|logs|addresses|topics|percentiles|requests in batch|calls)|batch (?:is )?(?:too large|too big|size|limit)|response (?:is )?too (?:large|big)|response size|(?:request|body) (?:entity )?too large|gas cap|more than \d+ (?:results|logs|blocks)|max(?:imum)? (?:allowed |block |batch |log |query |number of )*(?:range|results|size|blocks|limit|logs|percentiles|addresses|topics)/i;

export function namesLimit(message: string): boolean {
  // A contract's own words ("transfer amount exceeds allowance") come with a revert.
  return LIMIT.test(message) && !namesRate(message) && !/revert/i.test(message);
}

/** A limit on requests over time: says nothing of the version. */
const RATE =
  /rate.?limit|too many requests|request rate|(?:requests?|calls|credits|units) per (?:second|minute|hour|day)|throttl|quota|compute units|slow down/i;

export function namesRate(message: string): boolean {
  return RATE.test(message);
}

/** State or history that this node no longer, or not yet, holds. */
const STATE_LOST =
  /missing trie node|state (?:is )?(?:not available|unavailable|not found|has been pruned|already pruned)|historical state|pruned (?:history|state|block)|distance to target block exceeds|required historical|old data not available/i;

export function namesLostState(message: string): boolean {
  return STATE_LOST.test(message);
}

const SYNCING =
  /indexing is in progress|still (?:syncing|indexing)|node is (?:syncing|not synced)|currently syncing/i;

export function namesSyncing(message: string): boolean {
  return SYNCING.test(message);
}

const NO_METHOD =
  /method .*(?:does not exist|is not available|not found|not supported|unsupported|not enabled|is disabled)|(?:unknown|unsupported) method|method not found/i;

/** -32601 is JSON-RPC's own code; some clients say it in words under another code. */
export function namesMissingMethod(code: unknown, message: string): boolean {
  return code === -32601 || NO_METHOD.test(message);
}
