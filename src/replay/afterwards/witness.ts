import { parsed, rpcQuestion, field } from "../../chains/ask.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import type { Target } from "../../model/target.ts";
import { givesHash } from "../../proof/claims.ts";
import { connect } from "../send/connection.ts";
import { createDeadlines } from "../send/deadlines.ts";

/** A header of a block with the hashes of its transactions is far below it. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Asks for headers of blocks, whichever node has them. */
export interface Witness extends AsyncDisposable {
  /** The header that gives this hash, or null: who gave it does not matter, as the hash speaks for it. */
  header(blockHash: string): Promise<JsonObject | null>;
}

/** One request to each side at most for each block. */
export function openWitness(targets: readonly Target[], timeoutMs: number): Witness {
  const deadlines = createDeadlines();
  const connections = targets.map((target) =>
    connect(target, { deadlines, maxBodyBytes: MAX_BODY_BYTES }),
  );
  return {
    async header(blockHash) {
      for (const connection of connections) {
        const question = rpcQuestion("eth_getBlockByHash", [blockHash, false]);
        const answer = await connection.ask(question, timeoutMs);
        const block = field(parsed(answer.body), ["result"]);
        if (isObject(block) && givesHash(block as JsonObject, blockHash) === true)
          return block as JsonObject;
      }
      return null;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection.close()));
      deadlines.close();
    },
  };
}
