import type { Adapter } from "../adapter.ts";
import { fillInBlock, pinCall } from "./blocks.ts";
import { askFor, readRequest } from "./request.ts";
import { answerKind, splitBatch } from "./response.ts";

/** JSON-RPC 2.0 with Ethereum's methods. */
export const jsonRpc: Adapter = {
  protocol: "json-rpc",
  read: readRequest,
  pin: pinCall,
  fillIn: fillInBlock,
  question: askFor,
  shown: (_exchange, call) => call.bytes,
  split: splitBatch,
  kind: answerKind,
};
