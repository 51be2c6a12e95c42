import { connect, type AddressInfo, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createSink, type SinkLimits } from "../../src/record/path/sink.ts";

const PATIENT: SinkLimits = { requestMs: 600_000, silentMs: 600_000 };
const BODY = '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}';

/** A mirror's copy, of this version of HTTP and with these headers. */
function copy(version: "1.0" | "1.1", headers = ""): string {
  return `POST / HTTP/${version}\r\nHost: node\r\n${headers}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
}

interface Talk {
  readonly socket: Socket;
  readonly got: () => string;
  readonly closed: Promise<void>;
  /** Resolves when so many answers have come. */
  answers(count: number): Promise<void>;
}

async function talkTo(limits: SinkLimits): Promise<Talk> {
  const sink = createSink(() => undefined, limits);
  await new Promise<void>((resolve) => sink.server.listen(0, "127.0.0.1", resolve));
  const socket = connect((sink.server.address() as AddressInfo).port, "127.0.0.1");
  let got = "";
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    got += bytes.toString();
  });
  onTestFinished(async () => {
    socket.destroy();
    sink.closeAll();
    await new Promise((resolve) => sink.server.close(resolve));
  });
  return {
    socket,
    got: () => got,
    closed,
    answers: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (got.split("HTTP/1.1 ").length > count) resolve();
        };
        socket.on("data", look);
        look();
      }),
  };
}

describe("a mirror's connection", () => {
  test("is kept for the next copy", async () => {
    const talk = await talkTo(PATIENT);
    talk.socket.write(copy("1.1"));
    await talk.answers(1);
    talk.socket.write(copy("1.1").repeat(2));
    await talk.answers(3);
    expect(talk.got()).toBe("HTTP/1.1 204 No Content\r\n\r\n".repeat(3));
    expect(talk.socket.destroyed).toBe(false);
  });

  test.each([copy("1.0"), copy("1.1", "Connection: close\r\n")])(
    "ends after the answer where its copy says so",
    async (bytes) => {
      const talk = await talkTo(PATIENT);
      talk.socket.write(bytes);
      await talk.closed;
      expect(talk.got()).toBe("HTTP/1.1 204 No Content\r\n\r\n");
    },
  );

  test("that sends what is no HTTP is refused, and not listened to any more", async () => {
    const talk = await talkTo(PATIENT);
    const { socket } = talk;
    const flood = Buffer.alloc(64 * 1024, 0x61);
    // Until the other side has had enough.
    const more = (): void => {
      while (!socket.destroyed && socket.write(flood));
    };
    socket.on("drain", more);
    socket.write("POST / HTTP/1.1\r\nX: ");
    more();
    await talk.closed;
    expect(talk.got()).toMatch(/^(?:HTTP\/1\.1 400 Bad Request\r\n|$)/);
  });

  test.each<[string, string, SinkLimits]>([
    ["stops within a head", "POST / HTTP/1.1\r\nX-A: ", { requestMs: 600_000, silentMs: 50 }],
    ["stops within a body", copy("1.1").slice(0, -5), { requestMs: 600_000, silentMs: 50 }],
    ["says hello in TLS", "\u0016\u0003\u0001", { requestMs: 600_000, silentMs: 50 }],
  ])("that %s is ended", async (_, bytes, limits) => {
    const talk = await talkTo(limits);
    talk.socket.write(bytes);
    await talk.closed;
    expect(talk.got()).toBe("");
  });

  test("that drips is ended once its copy takes too long", async () => {
    const talk = await talkTo({ requestMs: 200, silentMs: 100 });
    talk.socket.write("POST / HTTP/1.1\r\nX-A: ");
    const drip = setInterval(() => talk.socket.write("a"), 20);
    await talk.closed;
    clearInterval(drip);
    expect(talk.got()).toBe("");
  });

  test("that is silent between two copies stays", async () => {
    const talk = await talkTo({ requestMs: 50, silentMs: 50 });
    talk.socket.write(copy("1.1"));
    await talk.answers(1);
    // Another that is not between two is ended meanwhile.
    const other = await talkTo({ requestMs: 50, silentMs: 50 });
    other.socket.write("POST");
    await other.closed;
    talk.socket.write(copy("1.1"));
    await talk.answers(2);
    expect(talk.socket.destroyed).toBe(false);
  });
});
