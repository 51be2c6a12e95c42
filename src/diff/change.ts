import type { JsonValue } from "../model/json.ts";
import type { Path } from "./path.ts";

/**
 * A fact at one path of two JSON values. No judgement: what it means for a client is said in classify/.
 * - `removed`, `added`: a field of an object. A whole object that is gone is one change.
 * - `changed`: a value that differs, at a leaf, or where the types differ.
 * - `renamed`: a field that is there under another name, with the same value; `old` and `candidate` are `{name: value}`.
 * - `rekeyed`: the same for a key that is data (a storage slot, an address) and is written in another form; its
 *   value may be written in another form too.
 * - `wrapped`: a value that is now inside an object or array of its own, or the other way round.
 * - `item-removed`, `item-added`: of an array whose items were matched by identity or by value.
 * - `reordered`: an array whose items are the same in another order; values are the arrays.
 * - `deep`: below the depth limit, where no path is given any more.
 */
export type ChangeType =
  | "removed"
  | "added"
  | "changed"
  | "renamed"
  | "rekeyed"
  | "wrapped"
  | "item-removed"
  | "item-added"
  | "reordered"
  | "deep";

export interface Change {
  readonly type: ChangeType;
  /** Where it is in old for a removed thing, else in candidate. */
  readonly path: Path;
  readonly old: JsonValue | undefined;
  readonly candidate: JsonValue | undefined;
  /** For `removed`: none of the object's fields stayed, so that the object is another thing altogether. */
  readonly alone?: true;
}
