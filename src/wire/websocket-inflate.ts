import { createInflateRaw } from "node:zlib";
import type { InflateRaw } from "node:zlib";

/** RFC 7692, 7.2.2: what a sender cuts off each compressed message. */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** Undoes permessage-deflate for one direction; with context takeover each message needs those before it. */
export class MessageInflater {
  private stream: InflateRaw | undefined;
  private readonly keepsContext: boolean;
  private readonly limitBytes: number;

  constructor(keepsContext: boolean, limitBytes: number) {
    this.keepsContext = keepsContext;
    this.limitBytes = limitBytes;
  }

  /** The plain message. Rejects past the limit or for bytes that are no deflate; the direction is then lost. */
  async inflate(payload: Buffer): Promise<Buffer> {
    // The largest window reads streams made with any smaller one.
    const stream = (this.stream ??= createInflateRaw({ windowBits: 15 }));
    const parts: Buffer[] = [];
    let bytes = 0;
    const plain = await new Promise<Buffer>((resolve, reject) => {
      const onData = (part: Buffer): void => {
        bytes += part.length;
        if (bytes > this.limitBytes) stream.destroy(new Error("message too large"));
        else parts.push(part);
      };
      stream.on("data", onData);
      stream.once("error", reject);
      stream.write(payload);
      stream.write(TAIL);
      stream.flush(() => {
        stream.off("data", onData);
        stream.off("error", reject);
        resolve(Buffer.concat(parts));
      });
    });
    if (!this.keepsContext) this.close();
    return plain;
  }

  close(): void {
    this.stream?.close();
    this.stream = undefined;
  }
}

/** What the answer to a handshake agreed on, or null where messages are not compressed. */
export function agreedCompression(
  extensions: string,
): { readonly clientKeepsContext: boolean; readonly serverKeepsContext: boolean } | null {
  const offer = extensions
    .split(",")
    .find((extension) => /^\s*permessage-deflate\b/i.test(extension));
  if (offer === undefined) return null;
  return {
    clientKeepsContext: !/client_no_context_takeover/i.test(offer),
    serverKeepsContext: !/server_no_context_takeover/i.test(offer),
  };
}
