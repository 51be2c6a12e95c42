import { Writable } from "node:stream";

/** A stream that keeps what is written to it. */
export interface Collector extends Writable {
  text(): string;
}

export function collector(): Collector {
  const parts: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      parts.push(chunk.toString());
      done();
    },
  });
  return Object.assign(stream, { text: () => parts.join("") });
}
