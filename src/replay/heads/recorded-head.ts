import type { Exchange } from "../../model/exchange.ts";

/** The head of the chain as the recorded answers told it. */
export interface RecordedHead {
  see(exchange: Exchange): void;
  number(): number | null;
}

const HEAD_METHOD = Buffer.from('"eth_blockNumber"');
const RESULT = /"result"\s*:\s*"(0x[0-9a-fA-F]{1,13})"/;
/** A head's answer is short; anything longer is a batch or no head at all. */
const SHORT_BYTES = 200;

/** Follows the recorded answers to eth_blockNumber, in their order. */
export function createRecordedHead(): RecordedHead {
  let number: number | null = null;
  return {
    see({ request, response }) {
      if (request.body === null || request.body.length > SHORT_BYTES) return;
      const answer = response?.body ?? null;
      if (answer === null || answer.length > SHORT_BYTES || !request.body.includes(HEAD_METHOD))
        return;
      const match = RESULT.exec(answer.toString("latin1"));
      if (match !== null) number = Number(match[1]);
    },
    number: () => number,
  };
}
