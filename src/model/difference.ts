import type { JsonValue } from "./json.ts";
import type { Kind } from "./kinds.ts";

/** A fact at one path of one pair, with its kind. No severity. */
export interface Difference {
  readonly kind: Kind;
  /**
   * Concrete JSON pointer into the call's response (`/result/logs/3/topics/0`, `/error/code`), or `/status`,
   * `/headers/<name>`; "" is the whole response. For a removed or missing thing: its path in old; else its path in candidate.
   */
  readonly path: string;
  /** Path pattern: indexes, digits, hex of 8 and more, and configured maps become `*`. */
  readonly pattern: string;
  /** Undefined where the side has nothing there. */
  readonly old: JsonValue | undefined;
  readonly candidate: JsonValue | undefined;
  /** Path pattern and kind of the difference of this pair that explains this one (a block's hash), if any. */
  readonly causedBy?: { readonly kind: Kind; readonly pattern: string };
}

/** A path at which old did not repeat itself. */
export interface Unrepeated {
  readonly pattern: string;
  readonly kind: Kind;
}

/** Where differences of one kind are: a method and a path pattern. */
export interface Place {
  readonly method: string;
  readonly path: string;
  readonly kind: Kind;
}
