import type { EnumRow } from "../chain.ts";

/** Fields that hold one of a few names, and the names that clients know. */
export const ETHEREUM_ENUMS: readonly EnumRow[] = [
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
];
