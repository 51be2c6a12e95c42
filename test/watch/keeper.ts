import type { Message, Transport } from "../../src/notice/deliver/transport.ts";

/** Keeps what it is given; the real ways to send have tests of their own. */
export function keeper(
  channel: Transport["channel"],
  idempotent: boolean,
  keep: (message: Message) => void,
): Transport {
  return {
    channel,
    idempotent,
    unavailable: () => null,
    deliver(message, transmitting) {
      transmitting();
      keep(message);
      return Promise.resolve({ kind: "delivered", detail: "" });
    },
    close: () => Promise.resolve(),
  };
}
