import type {
  ChainName,
  Exchange,
  Headers,
  Protocol,
  Transport,
  Unreplayable,
} from "../model/exchange.ts";

/** An exchange on its way from the capture thread to the comparer, redacted. */
export interface Passed {
  readonly id: number;
  readonly at: number;
  readonly durationMs: number | null;
  readonly protocol: Protocol;
  readonly chain: ChainName | null;
  readonly transport: Transport;
  readonly connection: number;
  readonly customer: string | null;
  /** JSON text of `[verb, path, request headers, response headers]`, as the redactor gives it. */
  readonly head: string;
  readonly status: number | null;
  readonly unreplayable: Unreplayable | null;
}

const PREFIX_BYTES = 12;
/** No frame is as long: a length past it is a stream out of step. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** Lengths of the three parts, then the parts. A missing body has length 0; one that is there, its length and 1. */
export function encodePassed(
  passed: Passed,
  requestBody: Buffer | null,
  responseBody: Buffer | null,
): Buffer {
  const text = Buffer.from(JSON.stringify(passed));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(text.length, 0);
  prefix.writeUInt32BE(requestBody === null ? 0 : requestBody.length + 1, 4);
  prefix.writeUInt32BE(responseBody === null ? 0 : responseBody.length + 1, 8);
  return Buffer.concat([prefix, text, requestBody ?? EMPTY, responseBody ?? EMPTY]);
}

const EMPTY = Buffer.alloc(0);

/** Reads frames out of what comes in any pieces. Throws where the stream is out of step. */
export function passedReader(take: (exchange: Exchange) => void): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  let wanted = PREFIX_BYTES;
  return (bytes) => {
    parts.push(bytes);
    held += bytes.length;
    if (held < wanted) return;
    let rest = parts.length === 1 ? bytes : Buffer.concat(parts);
    for (;;) {
      wanted = PREFIX_BYTES;
      if (rest.length < wanted) break;
      const [text, request, response] = [0, 4, 8].map((offset) => rest.readUInt32BE(offset)) as [
        number,
        number,
        number,
      ];
      const end = [PREFIX_BYTES + text, Math.max(0, request - 1), Math.max(0, response - 1)];
      wanted = end.reduce((sum, length) => sum + length, 0);
      if (wanted > MOST_BYTES) throw new Error("a frame that is too long");
      if (rest.length < wanted) break;
      const passed = JSON.parse(rest.toString("utf8", PREFIX_BYTES, PREFIX_BYTES + text)) as Passed;
      const bodyAt = PREFIX_BYTES + text;
      const requestBody = request === 0 ? null : rest.subarray(bodyAt, bodyAt + request - 1);
      const responseAt = bodyAt + Math.max(0, request - 1);
      const responseBody =
        response === 0 ? null : rest.subarray(responseAt, responseAt + response - 1);
      take(exchangeOf(passed, requestBody, responseBody));
      rest = rest.subarray(wanted);
    }
    parts = rest.length === 0 ? [] : [rest];
    held = rest.length;
  };
}

function exchangeOf(
  { head, status, chain, ...passed }: Passed,
  requestBody: Buffer | null,
  responseBody: Buffer | null,
): Exchange {
  const [verb, path, headers, responseHeaders] = JSON.parse(head) as [
    string,
    string,
    Headers,
    Headers | null,
  ];
  return {
    ...passed,
    ...(chain === null ? {} : { chain }),
    name: null,
    request: { verb, path, headers, body: requestBody },
    response:
      status === null ? null : { status, headers: responseHeaders ?? {}, body: responseBody },
    probability: 1,
  };
}
