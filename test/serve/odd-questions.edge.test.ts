import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { BUILT_AT } from "../support/facts.ts";
import { exchangeBytes, serveVerdict } from "./support.ts";

const POLICY = { onFail: "down", onInconclusive: "hold", weight: null } as const;
const AGENT = { listen: { host: "127.0.0.1", port: 0 }, policy: POLICY };

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

/** Codes of the reasons that a verdict gives, after the verdict itself. */
async function verdictOf(url: string, query: string): Promise<string[]> {
  const answer = await fetch(`${url}/v1/verdict${query}`);
  expect(answer.status).toBe(200);
  const { verdict } = (await answer.json()) as {
    verdict: { verdict: string; reasons: { code: string }[] };
  };
  return [verdict.verdict, ...verdict.reasons.map(({ code }) => code)];
}

describe("a window that makes no sense", () => {
  test.each([
    "0",
    "0h",
    "-1h",
    "1",
    "1e9h",
    "NaN",
    "99999999999999999999d",
    "1h ",
    "%00",
    "2026-13-45",
    "2026-02-30T25:00:00Z",
    "9".repeat(300),
  ])("such as %s is inconclusive or judged, and never ends the server", async (window) => {
    const { url } = await serveVerdict("pass");
    const query = `?window=${window === "%00" ? window : encodeURIComponent(window)}`;
    const [verdict] = await verdictOf(url, query);
    expect(["inconclusive", "pass"]).toContain(verdict);
    for (const page of ["/", "/metrics", "/v1/ready", "/events"]) {
      const ending = new AbortController();
      const answer = await fetch(`${url}${page}${query}`, {
        headers: { accept: "text/html" },
        signal: ending.signal,
      });
      expect(answer.status).toBeLessThan(600);
      await answer.body?.getReader().read();
      ending.abort();
    }
    expect((await verdictOf(url, ""))[0]).toBe("pass");
  });

  test("as one to come holds nothing", async () => {
    const { url } = await serveVerdict("pass");
    expect((await verdictOf(url, "?window=2999-01-01T00:00:00Z"))[0]).toBe("inconclusive");
  });
});

describe("an odd request", () => {
  test.each([
    ["HEAD /v1/verdict HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 200],
    ["GET /v1/verdict/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 200],
    ["GET /v1/verdict HTTP/1.0\r\n\r\n", 200],
    ["GET //v1/verdict HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 403],
    ["GET /v1%2Fverdict HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 404],
    ["GET /v1/../v1/verdict HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 200],
    ["GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 400],
    ["PUT /v1/verdict HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 405],
    ["GET /v1/verdict HTTP/1.1\r\nHost: 0.0.0.0:9191\r\nConnection: close\r\n\r\n", 403],
    ["\u0016\u0003\u0001\r\n\r\n", 400],
  ])("%j is answered in JSON or refused: %i", async (bytes, status) => {
    const { url } = await serveVerdict("pass");
    const answer = await exchangeBytes(url, bytes);
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toMatch(/text\/html/i);
  });

  test("a hook whose body is no JSON, or chunked, is answered by the verdict alone", async () => {
    const { url } = await serveVerdict("pass");
    const chunked = await exchangeBytes(
      url,
      "POST /v1/flagger/confirm HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{{{\r\n0\r\n\r\n",
    );
    expect(statusOf(chunked)).toBe(200);
    const event = await fetch(`${url}/v1/flagger/event`, { method: "POST", body: "\0{{" });
    expect(event.status).toBe(200);
  });

  test("a hook that never ends its body is no yes, and holds up nobody", async () => {
    const { url } = await serveVerdict("pass");
    const { hostname, port } = new URL(url);
    const slow = connect(Number(port), hostname);
    onTestFinished(() => void slow.destroy());
    slow.write(
      "POST /v1/flagger/confirm HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{",
    );
    let got = "";
    slow.on("data", (bytes) => {
      got += bytes.toString();
    });
    expect((await verdictOf(url, ""))[0]).toBe("pass");
    expect(got).toBe("");
  });
});

describe("a run that is spoilt while it is served", () => {
  test.each<[string, (folder: string) => void]>([
    ["gone", (folder) => rmSync(folder, { recursive: true })],
    ["cut short", (folder) => writeFileSync(path.join(folder, "run.sqlite"), "SQLite format 3\0")],
    ["no database", (folder) => writeFileSync(path.join(folder, "run.sqlite"), "<html>")],
    ["empty", (folder) => writeFileSync(path.join(folder, "run.sqlite"), "")],
  ])("%s is inconclusive, and the agent repeats what it last said", async (_, spoil) => {
    let seconds = 0;
    // Each asking is some time after the one before it: none gets what was judged for another.
    const now = (): Date => new Date(BUILT_AT.getTime() + 1_000 * seconds++);
    const { url, agentUrl, folder } = await serveVerdict("fail", { agent: AGENT, now });
    const line = await exchangeBytes(agentUrl ?? "", "");
    expect(line).toMatch(/^down /);
    for (const name of ["run.sqlite-wal", "run.sqlite-shm"])
      rmSync(path.join(folder, name), { force: true });
    spoil(folder);
    for (const query of ["", "?window=24h"])
      await expect
        .poll(() => verdictOf(url, query), { timeout: 20_000 })
        .toEqual(["inconclusive", "run.unreadable"]);
    expect(await exchangeBytes(agentUrl ?? "", "")).toBe(line);
    const ready = await fetch(`${url}/v1/ready`);
    expect(ready.status).toBe(200);
    const rollback = await fetch(`${url}/v1/flagger/rollback`, { method: "POST" });
    expect(rollback.status).toBe(403);
  });
});

describe("the agent", () => {
  test("answers though its memory can't be kept", async () => {
    const { agentUrl, folder } = await serveVerdict("fail", { agent: AGENT });
    // A folder in the place of its file: it can be written by nobody, root included.
    mkdirSync(path.join(folder, "agent-state.json.new"));
    chmodSync(path.join(folder, "agent-state.json.new"), 0o500);
    expect(await exchangeBytes(agentUrl ?? "", "")).toMatch(/^down #shadowdiff:/);
  });

  test("says nothing that its memory was spoilt with", async () => {
    const { folder } = await serveVerdict("inconclusive");
    for (const line of ["up\nready", "maint; rm", "", 7, "down #\u001b[2J"]) {
      writeFileSync(path.join(folder, "agent-state.json"), JSON.stringify({ line }));
      const { agentUrl } = await serveVerdict("inconclusive", { agent: AGENT });
      expect(await exchangeBytes(agentUrl ?? "", "")).toBe("up\n");
    }
  });

  test("answers who asks while others hold their connections open", async () => {
    const { agentUrl } = await serveVerdict("pass", { agent: AGENT });
    const { hostname, port } = new URL((agentUrl ?? "").replace("tcp:", "http:"));
    const held = Array.from({ length: 40 }, () =>
      connect({ port: Number(port), host: hostname, allowHalfOpen: true }),
    );
    onTestFinished(() => held.forEach((socket) => socket.destroy()));
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once("data", resolve))));
    expect(await exchangeBytes(agentUrl ?? "", "")).toBe("up ready\n");
  });
});
