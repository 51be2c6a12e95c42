import type { JsonValue } from "../model/json.ts";

/** Fields that hold one of a few names, and the names that clients know. Data: add a row for a new API. */
const ENUMS: readonly {
  /** What the path ends in. */
  readonly path: RegExp;
  readonly known: readonly string[];
  readonly source: string;
}[] = [
  {
    path: /^\/result(?:\/(?:tx|transactions|pending|queued|\d+|\*|[^/]*))*\/type$/,
    known: ["0x0", "0x1", "0x2", "0x3", "0x4"],
    source: "EIP-2718 types: EIP-2930, EIP-1559, EIP-4844, EIP-7702",
  },
  {
    path: /\/(?:tx_status|status)$/,
    known: ["0x0", "0x1", "success", "pending", "abort_by_response", "abort_by_post_condition"],
    source: "EIP-658; Stacks API transaction status",
  },
  {
    path: /\/tx_type$/,
    known: [
      "token_transfer",
      "contract_call",
      "smart_contract",
      "poison_microblock",
      "coinbase",
      "tenure_change",
    ],
    source: "Stacks API transaction types",
  },
];

/** Whether the path holds one of a few names and the value is none of them. */
export function isNewEnumValue(path: string, value: JsonValue | undefined): boolean {
  if (typeof value !== "string") return false;
  return ENUMS.some((row) => row.path.test(path) && !row.known.includes(value));
}
