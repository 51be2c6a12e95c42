import type { JsonValue } from "../model/json.ts";

interface EnumRow {
  /** What the path ends in. */
  readonly field: string;
  /** Other fields of this name hold other things (a trace's `type` is `call`): these values are of this list. */
  readonly form: RegExp;
  readonly known: readonly string[];
  readonly source: string;
}

/** Fields that hold one of a few names, and the names that clients know. Data: add a row for a new API. */
const ENUMS: readonly EnumRow[] = [
  {
    field: "type",
    form: /^0x[0-9a-f]{1,2}$/i,
    known: ["0x0", "0x1", "0x2", "0x3", "0x4"],
    source: "EIP-2718 types: EIP-2930, EIP-1559, EIP-4844, EIP-7702",
  },
  {
    field: "type",
    form: /^[A-Z][A-Z0-9]+$/,
    known: [
      "CALL",
      "STATICCALL",
      "DELEGATECALL",
      "CALLCODE",
      "CREATE",
      "CREATE2",
      "SELFDESTRUCT",
      "SUICIDE",
    ],
    source: "callTracer of go-ethereum (eth/tracers/native/call.go)",
  },
  {
    field: "tx_status",
    form: /^[a-z_]+$/,
    known: ["success", "pending", "abort_by_response", "abort_by_post_condition"],
    source: "Stacks API transaction status",
  },
  {
    field: "tx_type",
    form: /^[a-z_]+$/,
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
  const field = path.slice(path.lastIndexOf("/") + 1);
  return ENUMS.some(
    (row) => row.field === field && row.form.test(value) && !row.known.includes(value),
  );
}
