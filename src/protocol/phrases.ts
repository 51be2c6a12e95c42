import type { ChainName } from "../model/exchange.ts";
import { isObject } from "../model/json.ts";
import type { Excuse } from "../chains/chain.ts";
import { COMMON_EXCUSES } from "../chains/excuses.ts";
import { chainNamed } from "../chains/index.ts";

/**
 * The one place that reads what nodes say in words and what a code alone does not. The words themselves are data of the
 * chains (chains/excuses.ts and each chain's own).
 */

/** An error as far as it was read. */
interface SaidError {
  readonly code?: unknown;
  readonly message: string;
}

/** A contract's own words come with a revert: `execution reverted: rate limit exceeded` is an answer. */
const REVERT = /revert/i;

/** What an error excuses a node from: it was asked too often, is not in step, or no longer holds what was asked. Else null. */
export function excuseOf(chain: ChainName, error: SaidError): Excuse["means"] | null {
  return excuseIn(chainNamed(chain).excuses, error);
}

function excuseIn(
  excuses: readonly Excuse[],
  { code, message }: SaidError,
): Excuse["means"] | null {
  if (REVERT.test(message)) return null;
  const found = excuses.find(
    ({ codes, words }) =>
      (codes === undefined || (typeof code === "number" && codes.includes(code))) &&
      (words === undefined || words.test(message)),
  );
  return found?.means ?? null;
}

/** Errors are short; a long body is an answer. */
const LOOK_AT_BYTES = 4096;

/** The error that a body is: a JSON-RPC error, a REST body's `error`, or the text of a page of an HTTP error. Null for an answer. */
function errorOf(status: number | null, body: Buffer | null): SaidError | null {
  if (body === null || body.length > LOOK_AT_BYTES) return null;
  const text = body.toString("utf8");
  try {
    const json: unknown = JSON.parse(text);
    const error = isObject(json) ? json["error"] : undefined;
    if (typeof error === "string") return { message: error };
    if (!isObject(error)) return null;
    const { code, message } = error;
    return { code, message: typeof message === "string" ? message : "" };
  } catch {
    return status !== null && status >= 400 ? { message: text } : null;
  }
}

/** HTTP 429, or an error that says that it was asked too often: the same on every chain. */
export function isRateLimited(status: number | null, body: Buffer | null): boolean {
  if (status === 429) return true;
  const error = errorOf(status, body);
  return error !== null && excuseIn(COMMON_EXCUSES, error) === "rate-limited";
}

/** An error that says that old state or history was dropped, or is not there yet. */
export function saysStateLost(body: Buffer | null, chain: ChainName = "ethereum"): boolean {
  const error = errorOf(null, body);
  return error !== null && excuseOf(chain, error) === "state-lost";
}

/** A limit on range, size, count or gas: an answer, not a failure of the node. */
const LIMIT =
  /query returned more than|exceed(?:s|ed|ing)? (?:the )?(?:max|limit|allowance|allowed|range|rpc gas cap|block gas)|exceeds? (?:block|configured) range|range (?:is )?too (?:large|wide|big)|(?:block )?range (?:limit|exceed)|limit (?:is )?exceeded|limited to|too many (?:results|blocks|logs|addresses|topics|percentiles|requests in batch|calls)|batch (?:is )?(?:too large|too big|size|limit)|response (?:is )?too (?:large|big)|response size|(?:request|body) (?:entity )?too large|gas cap|more than \d+ (?:results|logs|blocks)|limit the query to|ranges? (?:is )?(?:over|above) [\d,]+|less number of address|gas limit is too high|max(?:imum)? (?:allowed |block |batch |log |query |number of )*(?:range|results|size|blocks|limit|logs|percentiles|addresses|topics)/i;

export function namesLimit(message: string): boolean {
  // A contract's own words ("transfer amount exceeds allowance") come with a revert.
  return (
    LIMIT.test(message) && !REVERT.test(message) && excuseIn(COMMON_EXCUSES, { message }) === null
  );
}

const NO_METHOD =
  /method .*(?:does not exist|is not available|not found|not supported|unsupported|not enabled|is disabled)|(?:unknown|unsupported) method|method not found/i;

/** -32601 is JSON-RPC's own code; some clients say it in words under another code. */
export function namesMissingMethod(code: unknown, message: string): boolean {
  return code === -32601 || NO_METHOD.test(message);
}
