import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { targetOf } from "../../src/replay/given/targets.ts";
import { waitUntil } from "../../src/record/path/listening.ts";
import { createFeedConnections, type FeedConnections } from "../../src/shadow/feed-connections.ts";
import { startFakeNode } from "../support/servers/fake-node.ts";
import { findingsOf, shadowBetween, statesOf, type Shadowed } from "./support.ts";

const transport = "websocket";

type Fault = "refuses" | "ends at once" | "ends on a message" | "says nothing" | "hangs";

async function faulty(fault: Fault): Promise<string> {
  const server: Server = createServer((_, response) => response.writeHead(404).end());
  const hanging: Duplex[] = [];
  if (fault === "hangs") server.on("upgrade", (_, socket) => hanging.push(socket));
  else if (fault !== "refuses") {
    const sockets = new WebSocketServer({ server });
    sockets.on("connection", (socket) => {
      if (fault === "ends at once") socket.close();
      socket.on("message", () => {
        if (fault === "ends on a message") socket.close();
      });
    });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of hanging) socket.destroy();
      }),
  );
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function shadowed(fault: Fault): Promise<Shadowed> {
  const old = await startFakeNode({ webSocket: true });
  const candidate = await startFakeNode();
  onTestFinished(async () => {
    await old.close();
    await candidate.close();
  });
  const url = await faulty(fault);
  return shadowBetween(old.url, candidate.url, {
    timeoutMs: 1_000,
    candidates: [targetOf("candidate", 0, candidate.url, {}, url)],
  });
}

interface Tried {
  readonly failing: string[];
  readonly connections: FeedConnections;
}

async function connectionsTo(url: string, isThere = true, oldUrl?: string): Promise<Tried> {
  const old = await startFakeNode({ webSocket: true });
  onTestFinished(() => old.close());
  const failing: string[] = [];
  const connections = createFeedConnections({
    old: targetOf("old", 0, old.url, {}, oldUrl),
    candidate: targetOf("candidate", 0, "http://127.0.0.1:1", {}, url),
    mayAsk: () => true,
    isThere: () => Promise.resolve(isThere),
    onFailing: (detail) => failing.push(detail),
  });
  return { failing, connections };
}

async function open({ connections }: Tried, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const opened = await connections.open([["newHeads"]]);
    if (opened === null) continue;
    const isOver = (): boolean =>
      opened.candidate.closed() !== null || opened.old.closed() !== null;
    await waitUntil(isOver, 20_000);
    await connections.ended(opened);
    opened.old.close();
  }
}

describe("calls over WebSocket to a candidate that", () => {
  test.each<Fault>(["refuses", "ends at once", "ends on a message", "says nothing", "hangs"])(
    "%s: are a finding, and calls over HTTP are compared all the same",
    async (fault) => {
      const own = await shadowed(fault);
      for (let call = 0; call < 12; call++) {
        await own.pass("eth_getBalance", ["0x01", "0x5"], { transport });
        await own.pass("eth_getBalance", ["0x01", "0x5"]);
      }
      await own.idle();
      expect(findingsOf(own.comparisons)).toEqual(["confirmed no-answer eth_getBalance "]);
      expect(statesOf(own.comparisons)["same"]).toBeGreaterThan(0);
      // It is there: no call was counted as if it were not.
      expect(statesOf(own.comparisons)["uncomparable candidate-gone"]).toBe(undefined);
      expect(own.shadow.status().candidate).toBe("answers");
    },
    240_000,
  );
});

describe("connections for events", () => {
  test.each<[Fault, string]>([
    ["refuses", "no WebSocket"],
    ["ends at once", "closed with code 1005"],
    ["ends on a message", "closed with code 1005"],
  ])("that a candidate %s are told of after three in a row", async (fault, detail) => {
    const tried = await connectionsTo(await faulty(fault));
    await open(tried, 2);
    expect(tried.failing).toEqual([]);
    await open(tried, 1);
    expect(tried.failing).toEqual([detail]);
    await open(tried, 3);
    expect(tried.failing).toEqual([detail, detail]);
  });

  test("are not held against a candidate that is gone", async () => {
    const tried = await connectionsTo(await faulty("refuses"), false);
    await open(tried, 6);
    expect(tried.failing).toEqual([]);
  });

  test("are not held against it where old has none either", async () => {
    const tried = await connectionsTo(await faulty("refuses"), true, await faulty("refuses"));
    await open(tried, 6);
    expect(tried.failing).toEqual([]);
  });
});
