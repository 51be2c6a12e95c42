import { decodeBodyNow } from "../../wire/decode.ts";
import type { WireExchange } from "./captured.ts";

/** Content codings that may be named; any other text of a header is the sender's. */
const CODINGS: ReadonlySet<string> = new Set([
  "gzip",
  "x-gzip",
  "deflate",
  "br",
  "zstd",
  "identity",
]);

/** How a body begins, in hex. */
const BEGINNINGS: readonly (readonly [format: string, bytes: RegExp])[] = [
  ["gzip", /^1f8b/],
  ["zstd", /^28b52ffd/],
  ["zlib", /^78(?:01|5e|9c|da)/],
  ["JSON", /^(?:20|09|0a|0d)*(?:7b|5b)/],
  ["a page", /^(?:20|09|0a|0d)*3c/],
];

/**
 * What the body of an exchange that does not decode looks like, so that whoever runs the recorder can find its cause: its side,
 * size and coding, and the format that it begins as. Nothing of its content.
 */
export function undecodedIn(exchange: WireExchange, maxBodyBytes: number): string {
  const { requestHead, requestBody, responseHead, responseBody } = exchange;
  const request = describe("request", requestBody, requestHead.contentEncoding, maxBodyBytes);
  return (
    request ??
    describe("answer", responseBody, responseHead?.contentEncoding ?? "", maxBodyBytes) ??
    "a body"
  );
}

function describe(
  side: string,
  body: Buffer | null,
  encoding: string,
  maxBodyBytes: number,
): string | null {
  if (body === null || body.length === 0 || encoding === "") return null;
  const decoded = decodeBodyNow(body, encoding, maxBodyBytes);
  if (!("problem" in decoded)) return null;
  const codings = encoding.split(",").map((coding) => coding.trim().toLowerCase());
  const named = codings.every((coding) => CODINGS.has(coding)) ? codings.join(", ") : "unknown";
  const start = body.toString("hex", 0, 16);
  const [format = "none that is known"] = BEGINNINGS.find(([, bytes]) => bytes.test(start)) ?? [];
  return `${side} of ${body.length} bytes, content-encoding ${named}, that begins as ${format}`;
}
