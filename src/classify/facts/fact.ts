import type { ChangeType } from "../../diff/change.ts";
import type { ChainName } from "../../model/exchange.ts";
import type { JsonValue } from "../../model/json.ts";

/** What a JSON-RPC answer, or a REST answer of good status, is as a whole. */
export type AnswerClass = "result" | "null" | "error";

/** The error of an answer, or of a part of a result, as far as it has the usual members. */
export interface AnswerError {
  readonly code: JsonValue | undefined;
  readonly message: string;
}

export type FactType =
  | ChangeType
  /** The class of the answer changed: `from` and `to` say how. */
  | "answer"
  | "no-answer"
  | "malformed"
  | "envelope"
  | "batch-order"
  | "status"
  | "content-type"
  | "header-added"
  | "header-changed"
  /** Equal after parsing, other bytes. */
  | "bytes"
  /** Another value of the same form, in an answer that follows the head or names the node. */
  | "drift"
  /** A text of another form (decimal for hex) in such an answer, whatever its value. */
  | "form"
  /** Known from many calls, never from one pair: the replay and the judge state these. */
  | "chain-split"
  | "latency"
  | "size";

/** What was observed at one path of one pair, before it has a kind. Rules match on nothing else. */
export interface Fact {
  readonly type: FactType;
  readonly chain: ChainName;
  readonly method: string;
  /** JSON pointer. */
  readonly path: string;
  readonly pattern: string;
  readonly old: JsonValue | undefined;
  readonly candidate: JsonValue | undefined;
  /** Set for `answer`, and for errors inside results. */
  readonly from?: AnswerClass;
  readonly to?: AnswerClass;
  readonly oldError?: AnswerError;
  readonly candidateError?: AnswerError;
  /** For `removed`: none of the object's fields stayed. */
  readonly alone?: true;
  /** A drifting list that is empty on one side: what its items look like could not be compared. */
  readonly emptied?: boolean;
  /** The values may hold number texts that are marked (diff/number-text.ts). */
  readonly marked?: boolean;
}
