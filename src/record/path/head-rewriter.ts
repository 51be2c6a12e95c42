import { headParser } from "../../wire/http-head.ts";
import { HttpReader } from "../../wire/http-reader.ts";
import type { Upstream } from "./upstream.ts";

const parse = headParser("request");

/**
 * Rewrites the Host header (and puts a base path in front) of each request that passes; every other byte stays. What it can't
 * read passes as it came.
 */
export class HeadRewriter {
  private out: Buffer[] = [];
  private waiting: "upgrade" | undefined;
  private readonly reader: HttpReader;

  constructor(upstream: Pick<Upstream, "hostHeader" | "basePath">) {
    this.reader = new HttpReader(parse, {
      head: (head, bytes, start, end) => {
        this.out.push(rewriteHead(bytes.subarray(start, end), upstream));
        if (head.upgrade !== "" || head.verb === "CONNECT") {
          // Nothing after it is a request of which the Host matters: a client waits for the answer.
          this.waiting = "upgrade";
          return { by: "upgrade" };
        }
        if (head.chunked) return { by: "chunks" };
        return head.contentLength === undefined
          ? { by: "none" }
          : { by: "length", bytes: head.contentLength };
      },
      body: () => {},
      end: () => {},
      tunnel: () => {},
      broken: () => {},
      raw: (bytes) => this.out.push(bytes),
    });
  }

  /** Bytes to send on for bytes that came; may be empty while a head is not whole. */
  rewrite(chunk: Buffer): Buffer {
    this.out = [];
    this.reader.feed(chunk);
    if (this.waiting === "upgrade") {
      this.waiting = undefined;
      this.reader.decide(true);
    }
    return this.out.length === 1 ? (this.out[0] ?? chunk) : Buffer.concat(this.out);
  }
}

/** The head with its first line and Host line changed; every other line byte for byte. */
export function rewriteHead(
  head: Buffer,
  { hostHeader, basePath }: Pick<Upstream, "hostHeader" | "basePath">,
): Buffer {
  let text = head.toString("latin1");
  if (basePath !== "") {
    text = text.replace(/^(\S+) (\/\S*)/, (_line, verb: string, path: string) =>
      path === "/" ? `${verb} ${basePath}` : `${verb} ${basePath}${path}`,
    );
  }
  if (hostHeader !== null) {
    text = text.replace(
      /^(host[ \t]*:[ \t]*)[^\r\n]*/im,
      (_line, name: string) => `${name}${hostHeader}`,
    );
  }
  return Buffer.from(text, "latin1");
}
