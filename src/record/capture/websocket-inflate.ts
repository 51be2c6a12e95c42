import { PerMessageDeflate } from "ws";

/** What `ws` takes as its limit: a 32-bit number. */
const LARGEST_LIMIT_BYTES = 2 ** 31 - 1;

/**
 * Undoes permessage-deflate (RFC 7692) for one direction, by the code that `ws` itself reads with: bombs, final blocks and
 * damaged bytes come out as a rejection, never as an event that nobody listens to.
 */
export class MessageInflater {
  private readonly deflate: PerMessageDeflate;

  constructor(keepsContext: boolean, limitBytes: number) {
    this.deflate = new PerMessageDeflate({
      isServer: true,
      maxPayload: Math.min(limitBytes, LARGEST_LIMIT_BYTES),
    });
    // Without a window size the largest is used, which reads streams made with any smaller one.
    this.deflate.params = keepsContext ? {} : { client_no_context_takeover: true };
  }

  /** The plain message. Rejects past the limit or for bytes that are no deflate; the direction is then lost. */
  async inflate(payload: Buffer): Promise<Buffer> {
    return await new Promise<Buffer>((resolve, reject) => {
      this.deflate.decompress(payload, true, (error, plain) => {
        if (error === null) resolve(plain);
        else reject(error);
      });
    });
  }

  close(): void {
    this.deflate.cleanup();
  }
}

/** Whether the inflater refused for its limit, rather than for damaged bytes. */
export function isTooLarge(error: unknown): boolean {
  return error instanceof RangeError;
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
