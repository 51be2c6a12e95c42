import { createServer } from "node:net";
import type { Socket } from "node:net";
import { headParser } from "../../wire/http-head.ts";
import { framingOf, HttpReader } from "../../wire/http-reader.ts";
import type { PipeObserver } from "./pipe.ts";
import type { Proxy } from "./proxy.ts";

const ACCEPTED = Buffer.from("HTTP/1.1 204 No Content\r\n\r\n");
const REFUSED = Buffer.from(
  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
);
const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

const parse = headParser("request");

/**
 * Takes the copies that a mirror sends. Each is answered 204 as soon as it has passed: nginx holds the client's next request
 * until its mirror has answered. A mirror that does not read its answers is not read either.
 */
export function createSink(observe: () => PipeObserver | undefined): Proxy {
  const connections = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    connections.add(socket);
    const observer = observe();
    socket.once("close", () => {
      connections.delete(socket);
      observer?.closed();
    });
    socket.on("error", () => {});
    const answer = (bytes: Buffer): void => {
      if (socket.writable && !socket.write(bytes)) socket.pause();
    };
    socket.on("drain", () => socket.resume());
    const reader = mirrorReader(answer, () => socket.end(REFUSED));
    socket.on("data", (bytes) => {
      observer?.fromClient(bytes);
      reader.feed(bytes);
    });
  });
  // A mirror's copies are answered at once: nothing is ever under way.
  const closeAll = (): void => {
    for (const socket of connections) socket.destroySoon();
  };
  return {
    server,
    connections: () => connections.size,
    drain: () => {},
    closeQuiet: closeAll,
    closeAll,
  };
}

/** Finds where each request ends. It keeps no bodies: what is in them is the capture's to read. */
function mirrorReader(answer: (bytes: Buffer) => void, refuse: () => void): HttpReader {
  return new HttpReader(parse, {
    head(head) {
      const expects = head.headers.some(
        ([name, value]) => name.toLowerCase() === "expect" && /100-continue/i.test(value),
      );
      if (expects) answer(CONTINUE);
      return framingOf(head, "none");
    },
    body: () => {},
    end: () => answer(ACCEPTED),
    tunnel: () => {},
    broken: refuse,
  });
}
