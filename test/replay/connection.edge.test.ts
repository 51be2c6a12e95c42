import { describe, expect, onTestFinished, test } from "vitest";
import type { Answer } from "../../src/replay/send/answer.ts";
import { connect } from "../../src/replay/send/connection.ts";
import { createDeadlines } from "../../src/replay/send/deadlines.ts";
import {
  MISBEHAVIOURS,
  startMisbehaving,
  type Misbehaviour,
} from "../support/servers/misbehaving.ts";
import { target } from "./support.ts";

const QUESTION = { verb: "POST", path: null, headers: {}, body: Buffer.from("{}") };
const MAX_BODY_BYTES = 2 * 1024 * 1024;

async function ask(behave: Misbehaviour, timeoutMs = 5_000): Promise<Answer> {
  const server = await startMisbehaving(behave);
  onTestFinished(() => server.close());
  return askAt(server.url, timeoutMs);
}

async function askAt(url: string, timeoutMs: number): Promise<Answer> {
  const deadlines = createDeadlines();
  const connection = connect(target("old", url), { deadlines, maxBodyBytes: MAX_BODY_BYTES });
  onTestFinished(async () => {
    deadlines.close();
    await connection.close();
  });
  return connection.ask(QUESTION, timeoutMs);
}

describe("an answer's body is decoded", () => {
  test.each(["plain", "gzip", "brotli", "deflate", "raw deflate", "zstd", "twice"] as const)(
    "%s",
    async (name) => {
      const { body, failure } = await ask(MISBEHAVIOURS[name]);
      expect(failure).toBeNull();
      expect(body?.toString()).toBe('{"jsonrpc":"2.0","id":1,"result":"0x7"}');
    },
  );
});

describe("a failed request is a value", () => {
  test.each([
    ["gzip that is not", "malformed", "not gzip"],
    ["unknown encoding", "malformed", "unknown content-encoding snappy"],
    ["bomb", "malformed", `decodes to more than ${MAX_BODY_BYTES} bytes`],
    ["too long", "malformed", `longer than ${MAX_BODY_BYTES} bytes`],
    ["too long, as announced", "malformed", `longer than ${MAX_BODY_BYTES} bytes`],
    ["too long, without end", "malformed", `longer than ${MAX_BODY_BYTES} bytes`],
    ["reset", "unreachable", "reset"],
    ["closed at once", "unreachable", "closed"],
    ["truncated", "unreachable", "closed within the answer"],
    ["no HTTP", "malformed", "not HTTP"],
  ] as const)("%s", async (name, kind, detail) => {
    expect((await ask(MISBEHAVIOURS[name])).failure).toEqual({ kind, detail });
  });

  test.each([
    ["hanging", "no answer"],
    ["hanging within the answer", "answer did not end"],
  ] as const)("%s is a timeout", async (name, detail) => {
    expect((await ask(MISBEHAVIOURS[name], 100)).failure).toEqual({ kind: "timeout", detail });
  });

  test("nobody there", async () => {
    const server = await startMisbehaving(MISBEHAVIOURS.plain);
    await server.close();
    const { failure } = await askAt(server.url, 5_000);
    expect(failure).toEqual({ kind: "unreachable", detail: "ECONNREFUSED" });
  });

  test("the connection serves again after each kind of failure", async () => {
    const behaviours = [MISBEHAVIOURS.reset, MISBEHAVIOURS.hanging, MISBEHAVIOURS.truncated];
    let next = 0;
    const server = await startMisbehaving((socket) =>
      (behaviours[next++] ?? MISBEHAVIOURS.plain)(socket),
    );
    onTestFinished(() => server.close());
    const deadlines = createDeadlines();
    const connection = connect(target("old", server.url), { deadlines, maxBodyBytes: 1024 });
    onTestFinished(async () => {
      deadlines.close();
      await connection.close();
    });
    const kinds: (string | undefined)[] = [];
    for (let round = 0; round < 4; round++) {
      kinds.push((await connection.ask(QUESTION, 200)).failure?.kind);
    }
    expect(kinds).toEqual(["unreachable", "timeout", "unreachable", undefined]);
  });
});
