import { createServer } from "node:net";
import type { Socket } from "node:net";
import { BodyCollector } from "../capture/body-collector.ts";
import type { CaptureSink } from "../capture/captured.ts";
import type { CaptureLimits } from "../capture/connection-capture.ts";
import { headParser } from "../../wire/http-head.ts";
import type { HttpHead } from "../../wire/http-head.ts";
import { HttpReader } from "../../wire/http-reader.ts";
import { closeSockets } from "./pipe.ts";
import type { Proxy } from "./proxy.ts";

const ACCEPTED = Buffer.from("HTTP/1.1 204 No Content\r\n\r\n");
const REFUSED = Buffer.from(
  "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
);
const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

const parse = headParser("request");

/**
 * Takes the copies that a mirror sends. Each is answered 204 as soon as it was read: nginx holds the client's next request
 * until its mirror has answered.
 */
export function createSink(capture: {
  readonly sink: CaptureSink;
  readonly limits: CaptureLimits;
}): Proxy {
  const connections = new Set<Socket>();
  let count = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    count += 1;
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    socket.on("error", () => {});
    const reader = mirrorReader(capture, count, socket);
    socket.on("data", (bytes) => {
      try {
        reader.feed(bytes);
      } catch {
        socket.destroy();
      }
    });
  });
  return {
    server,
    connections,
    closeAll: (asReset) => closeSockets(connections, asReset),
  };
}

interface Copy {
  readonly id: number;
  readonly at: number;
  readonly head: HttpHead;
  readonly body: BodyCollector;
}

function mirrorReader(
  { sink, limits }: { readonly sink: CaptureSink; readonly limits: CaptureLimits },
  connection: number,
  socket: Socket,
): HttpReader {
  let current: Copy | undefined;
  const settle = (copy: Copy, incomplete: boolean): void => {
    const large = incomplete ? null : copy.body.large("request");
    sink.settle({
      id: copy.id,
      at: copy.at,
      durationMs: null,
      transport: "http",
      connection,
      requestHead: copy.head,
      requestBody:
        incomplete || (!copy.head.chunked && copy.head.contentLength === undefined)
          ? null
          : copy.body.body(),
      responseHead: null,
      responseBody: null,
      large: large === null ? [] : [large],
      incomplete,
      isEvent: false,
    });
    copy.body.release();
  };
  socket.once("close", () => {
    if (current !== undefined) settle(current, true);
    current = undefined;
  });
  return new HttpReader(parse, {
    head(head) {
      const body = new BodyCollector(limits.maxBodyBytes, limits.memory);
      current = { id: sink.arrive(), at: sink.now(), head, body };
      const expects = head.headers.some(
        ([name, value]) => name.toLowerCase() === "expect" && /100-continue/i.test(value),
      );
      if (expects) socket.write(CONTINUE);
      if (head.chunked) return { by: "chunks" };
      return head.contentLength === undefined
        ? { by: "none" }
        : { by: "length", bytes: head.contentLength };
    },
    body: (bytes) => current?.body.add(bytes),
    end() {
      socket.write(ACCEPTED);
      if (current !== undefined) settle(current, false);
      current = undefined;
    },
    tunnel: () => {},
    broken() {
      if (current === undefined) sink.arrive();
      current?.body.release();
      current = undefined;
      sink.drop("unparsable");
      socket.end(REFUSED);
    },
  });
}
