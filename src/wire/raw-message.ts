import { decodedBody } from "./decode.ts";
import { headParser } from "./http-head.ts";
import type { HttpHead } from "./http-head.ts";
import { framingOf, HttpReader } from "./http-reader.ts";
import type { Framing } from "./http-reader.ts";

/** A raw HTTP/1 message, read strictly: `whole` says that its framing and its bytes agree. */
export interface RawMessage {
  readonly head: HttpHead;
  readonly body: Buffer | null;
  readonly whole: boolean;
}

const parsers = { request: headParser("request"), response: headParser("response") };

/** A head put behind a message shows whether it ends where its framing says: bytes between would be read with it. */
const BEHIND = {
  request: Buffer.from("GET /behind-the-message HTTP/1.1\r\n\r\n"),
  response: Buffer.from("HTTP/1.1 299 Behind The Message\r\nContent-Length: 0\r\n\r\n"),
};

/** Undefined where the bytes do not start with a head. `verb` of the request tells whether an answer has a body. */
export function readRawMessage(
  bytes: Buffer,
  side: "request" | "response",
  verb = "",
): RawMessage | undefined {
  let head: HttpHead | undefined;
  let ends = 0;
  let heads = 0;
  let isBroken = false;
  let hasBody = false;
  let lastsUntilEnd = false;
  let wasRead: boolean | undefined;
  const parts: Buffer[] = [];
  const reader = new HttpReader(parsers[side], {
    head(each, _bytes, start, end) {
      if (wasRead === false) {
        wasRead = end - start === BEHIND[side].length;
        return { by: "none" };
      }
      heads += 1;
      // Interim answers come before the one that counts.
      const isInterim = side === "response" && each.status < 200 && each.status !== 101;
      if (isInterim) heads -= 1;
      head ??= isInterim ? undefined : each;
      const framing: Framing = isInterim ? { by: "none" } : framingFor(each, side, verb);
      hasBody = framing.by !== "none";
      lastsUntilEnd = framing.by === "close";
      return framing;
    },
    body: (part) => void (heads === 1 && parts.push(part)),
    end: () => {
      if (heads > 0 && wasRead === undefined) ends += 1;
    },
    tunnel: () => {},
    broken: () => {
      isBroken = true;
    },
  });
  reader.feed(bytes);
  if (!lastsUntilEnd && heads === 1 && ends === 1) {
    wasRead = false;
    reader.feed(BEHIND[side]);
  }
  reader.finish();
  if (head === undefined) return undefined;
  return {
    head,
    body: hasBody ? Buffer.concat(parts) : null,
    // Two messages glued together are a known fault of captures from the network.
    whole: ends === 1 && heads === 1 && !isBroken && wasRead !== false,
  };
}

function framingFor(head: HttpHead, side: "request" | "response", verb: string): Framing {
  if (side === "response" && (verb === "HEAD" || head.status === 204 || head.status === 304)) {
    return { by: "none" };
  }
  return framingOf(head, side === "request" ? "none" : "close");
}

/** The message's body without content-encoding; rejects where it can't be undone. */
export async function plainBody(message: RawMessage, limitBytes: number): Promise<Buffer | null> {
  if (message.body === null || message.body.length === 0 || message.head.contentEncoding === "") {
    return message.body;
  }
  return await decodedBody(message.body, message.head.contentEncoding, limitBytes);
}
