import { array, assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpRelay } from "../../src/record/path/http-relay.ts";
import type { Rewriting } from "../../src/record/path/rewrite-head.ts";

const UPSTREAM: Rewriting = { hostHeader: "node:1", basePath: "/v2/KEY", query: "" };
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
const H2C =
  "POST / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nHost: me\r\nHTTP2-Settings: AAEA\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}";
const PLAIN = "POST /a?b=c HTTP/1.1\r\nHost: me\r\nContent-Length: 2\r\n\r\n{}";
const HANDSHAKE = "GET / HTTP/1.1\r\nHost: me\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const SWITCHED =
  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

class Ends {
  server = "";
  client = "";
  ended = false;
  toServer(bytes: Buffer): void {
    this.server += bytes.toString("latin1");
  }
  toClient(bytes: Buffer): void {
    this.client += bytes.toString("latin1");
  }
  end(): void {
    this.ended = true;
  }
}

function relayed(rewriting: Rewriting | null = UPSTREAM) {
  const ends = new Ends();
  const relay = new HttpRelay(ends, rewriting);
  return {
    ends,
    relay,
    ask: (text: string) => relay.fromClient(Buffer.from(text, "latin1")),
    answer: (text: string) => relay.fromServer(Buffer.from(text, "latin1")),
  };
}

const lines = (text: string): string[] =>
  text.match(/[A-Z]+ \/\S* HTTP\/1\.1|(?:Host|Upgrade|HTTP2-Settings|Connection): \S+/g) ?? [];

describe("rewriting as an HTTP proxy does", () => {
  it("gives every request of a connection its path and Host, whatever the chunks", () => {
    const text = `${PLAIN}POST / HTTP/1.1\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n${PLAIN}`;
    const wanted = text
      .replaceAll("/a?b=c HTTP/1.1\r\nHost: me", "/v2/KEY/a?b=c HTTP/1.1\r\nHost: node:1")
      .replace("POST / HTTP/1.1\r\n", "POST /v2/KEY HTTP/1.1\r\nHost: node:1\r\n");
    assert(
      property(array(integer({ min: 0, max: text.length }), { maxLength: 40 }), (cuts) => {
        const { ends, ask } = relayed();
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        for (const [index, end] of at.slice(1).entries()) ask(text.slice(at[index], end));
        expect(ends.server).toBe(wanted);
      }),
    );
  });

  it("goes on after an upgrade that nobody could rewrite, which is not asked for", () => {
    const { ends, ask, answer } = relayed();
    for (const request of [H2C, PLAIN, H2C]) {
      ask(request);
      answer(OK);
    }
    expect(lines(ends.server)).toEqual([
      "POST /v2/KEY HTTP/1.1",
      "Host: node:1",
      "POST /v2/KEY/a?b=c HTTP/1.1",
      "Host: node:1",
      "POST /v2/KEY HTTP/1.1",
      "Host: node:1",
    ]);
    expect(ends.client).toBe(OK + OK + OK);
  });

  it("passes a WebSocket once the node has agreed, and requests where it has not", () => {
    const agreed = relayed();
    agreed.ask(HANDSHAKE);
    agreed.ask("GET /frames that only look like a request HTTP/1.1\r\n\r\n");
    expect(agreed.ends.server).not.toContain("frames");
    agreed.answer(`${SWITCHED}frames back`);
    expect(agreed.ends.server).toMatch(/\r\n\r\nGET \/frames that only/);
    expect(agreed.ends.client).toBe(`${SWITCHED}frames back`);
    const refused = relayed();
    refused.ask(HANDSHAKE + PLAIN);
    refused.answer(OK);
    expect(lines(refused.ends.server).slice(-2)).toEqual([
      "POST /v2/KEY/a?b=c HTTP/1.1",
      "Host: node:1",
    ]);
  });

  it("ends a connection that switched to what nobody asked for", () => {
    const { ends, ask, answer } = relayed();
    ask(H2C);
    answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");
    expect(ends.ended).toBe(true);
  });

  it.each([
    ["POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ["POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n"],
    ["CONNECT other:443 HTTP/1.1\r\nHost: other\r\n\r\n"],
    ["GET nowhere HTTP/1.1\r\nHost: me\r\n\r\n"],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ])("answers 400 to %j instead of passing on what it is not sure of", (bad) => {
    const { ends, ask, answer } = relayed();
    ask(PLAIN + bad + PLAIN);
    expect(ends.client).toBe("");
    answer(OK);
    expect(lines(ends.server).filter((line) => line.startsWith("POST"))).toEqual([
      "POST /v2/KEY/a?b=c HTTP/1.1",
    ]);
    expect(ends.server).not.toContain("other");
    expect(ends.client).toBe(
      `${OK}HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(ends.ended).toBe(true);
  });

  it("puts the target's query beside the request's", () => {
    const { ends, ask } = relayed({ hostHeader: null, basePath: "", query: "token=K" });
    ask(PLAIN);
    ask("GET http://x/y HTTP/1.1\r\nHost: me\r\n\r\n");
    expect(lines(ends.server)).toEqual([
      "POST /a?token=K&b=c HTTP/1.1",
      "Host: me",
      "GET /y?token=K HTTP/1.1",
      "Host: me",
    ]);
  });
});

describe("ending a connection after its answer", () => {
  it("says so in the answer, and changes nothing else", () => {
    const { ends, relay, ask, answer } = relayed(null);
    relay.close();
    ask(PLAIN);
    expect(ends.server).toBe(PLAIN);
    answer("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{");
    expect(ends.ended).toBe(false);
    answer("}");
    expect(ends.client).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
    expect(ends.ended).toBe(true);
  });

  it("passes as it came what is no HTTP", () => {
    const { ends, relay, ask, answer } = relayed(null);
    relay.close();
    ask("POST / HTTP/9\r\n\r\nwhat");
    answer("ever");
    relay.serverEnded();
    expect([ends.server, ends.client, ends.ended]).toEqual([
      "POST / HTTP/9\r\n\r\nwhat",
      "ever",
      false,
    ]);
  });
});
