import type { Headers, Protocol } from "../../model/exchange.ts";
import type { Kind, Severity } from "../../model/kinds.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { OutcomeKind } from "../../model/pair.ts";
import type { Fact } from "../facts/fact.ts";

/** One kind of difference: a data file in rules/, from which the reference, `explain` and the notices are made. */
export interface Rule {
  readonly id: Kind;
  /** The default; severity.ts says where it matters more. */
  readonly severity: Severity;
  /** A plain clause: "A field is gone". */
  readonly title: string;
  /** Why an operator should care. */
  readonly why: string;
  /** What a customer sees, in words that can be pasted to one. */
  readonly sees: string;
  readonly breaks: readonly Breakage[];
  /** What to write so that it works on both versions. */
  readonly write: { readonly text: string; readonly code: string };
  readonly examples: readonly RuleExample[];
  /** The first rule in order whose test holds gives a fact its kind. */
  readonly matches: (fact: Fact) => boolean;
}

export interface Breakage {
  readonly library: "ethers" | "viem" | "web3.py" | "any";
  readonly code: string;
  /** What happens on the candidate. */
  readonly result: string;
}

/** A pair on which the rule fires and no other does, or for what no single pair shows, a fact. */
export interface RuleExample {
  readonly protocol?: Protocol;
  /** A JSON-RPC request without its envelope, or for REST `{method: "GET /route"}`. */
  readonly request: { readonly method: string; readonly params?: readonly JsonValue[] };
  /** A JSON-RPC answer without its envelope, or the whole body; a string is sent as it stands. */
  readonly old: JsonValue;
  readonly candidate: JsonValue;
  readonly oldMeta?: ExampleMeta;
  readonly candidateMeta?: ExampleMeta;
  /** The path of the difference. */
  readonly path: string;
  /** Set where the kind comes from many calls: a chain split, a slower method. */
  readonly fact?: Pick<Fact, "type" | "old" | "candidate">;
}

export interface ExampleMeta {
  readonly outcome?: OutcomeKind;
  readonly status?: number;
  readonly headers?: Headers;
  /** Replaces members of the envelope; null leaves the envelope away. */
  readonly envelope?: JsonObject | null;
}
