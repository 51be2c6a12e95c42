import type { Adapter } from "../adapter.ts";
import { fillInBlock, pinCall } from "./blocks.ts";
import { askFor, readRequest } from "./request.ts";
import { answerKind, splitBatch } from "./response.ts";

/** JSON-RPC, whichever chain speaks it: what a method means is its chain's knowledge. */
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
