import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { exchangeBytes, serveVerdict, type Wanted } from "./support.ts";

const VERDICTS: readonly Wanted[] = ["pass", "fail", "inconclusive"];

/** The bytes that Argo Rollouts 1.10's web metric sends (Go's net/http). */
function argo(url: string, target: string): Promise<string> {
  const host = new URL(url).host;
  return exchangeBytes(
    url,
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`,
  );
}

/** The bytes that Flagger 1.36's webhook sends. */
function flagger(url: string, hook: string): Promise<string> {
  const host = new URL(url).host;
  const body = JSON.stringify({
    name: "geth",
    namespace: "default",
    phase: "Progressing",
    checksum: "85d557f47b",
    metadata: { eventMessage: "Advance geth.default canary weight 25" },
  });
  return exchangeBytes(
    url,
    `POST ${hook} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: ${body.length}\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n${body}`,
  );
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf("\r\n\r\n") + 4);
}

describe("Argo Rollouts' web metric", () => {
  test.each(VERDICTS)("reads %s at {$.verdict.verdict}, with 200 and JSON", async (wanted) => {
    const { url } = await serveVerdict(wanted);
    const answer = await argo(url, "/v1/verdict");
    expect(statusOf(answer)).toBe(200);
    expect(answer).toMatch(/content-type: application\/json/i);
    const document = JSON.parse(bodyOf(answer)) as Record<string, unknown>;
    expect(document).toMatchObject({
      schemaVersion: 1,
      verdict: { verdict: wanted },
      generatedAt: "2026-11-21T10:00:00.000Z",
      windowStart: "2026-11-21T10:00:00.000Z",
      ageSeconds: 0,
      run: { id: wanted },
    });
    // Bodies and pseudonyms stay with the run: an engine keeps what it is answered in its own log.
    for (const finding of document["findings"] as object[]) {
      expect(finding).toHaveProperty("affectedCustomers");
      expect(finding).not.toHaveProperty("samples");
      expect(finding).not.toHaveProperty("customers");
    }
  });

  test("gets JSON for everything, as it takes a page for a success", async () => {
    const { url } = await serveVerdict("fail");
    for (const target of ["/", "/v1", "/v1/verdicts", "/v1/verdict?window=soon", "/nothing.html"]) {
      const answer = await argo(url, target);
      expect(answer).toMatch(/content-type: application\/json/i);
      expect(() => JSON.parse(bodyOf(answer)) as unknown).not.toThrow();
    }
  });

  test("reads inconclusive, and why, where the run is gone or the window makes no sense", async () => {
    const { url, folder } = await serveVerdict("pass");
    const odd = await argo(url, "/v1/verdict?window=soon");
    expect(statusOf(odd)).toBe(200);
    expect(JSON.parse(bodyOf(odd))).toMatchObject({
      verdict: {
        verdict: "inconclusive",
        reasons: [{ code: "request.window", text: expect.stringContaining('"soon"') as string }],
      },
    });
    for (const [query, code] of [
      ["run=2", "request.run"],
      ["run=__proto__", "request.run"],
      ["window=1h&window=2h", "request.window"],
      ["run=1&run=2", "request.run"],
    ] as const) {
      expect(JSON.parse(bodyOf(await argo(url, `/v1/verdict?${query}`)))).toMatchObject({
        verdict: { verdict: "inconclusive", reasons: [{ code }] },
      });
    }
    rmSync(folder, { recursive: true });
    const gone = await argo(url, "/v1/verdict");
    expect(statusOf(gone)).toBe(200);
    expect(JSON.parse(bodyOf(gone))).toMatchObject({
      verdict: { verdict: "inconclusive", reasons: [{ code: "run.unreadable" }] },
      windowStart: null,
      ageSeconds: null,
    });
  });

  test("reads inconclusive of a window in which nothing was compared", async () => {
    const { url } = await serveVerdict("pass", { now: () => new Date("2026-11-21T12:00:00Z") });
    const recent = JSON.parse(bodyOf(await argo(url, "/v1/verdict?window=1h"))) as object;
    expect(recent).toMatchObject({ verdict: { verdict: "inconclusive" }, ageSeconds: 7_200 });
    const wide = JSON.parse(bodyOf(await argo(url, "/v1/verdict?window=24h"))) as object;
    expect(wide).toMatchObject({ verdict: { verdict: "pass" } });
  });
});

describe("Flagger's webhooks", () => {
  test.each([
    ["confirm", "pass", 200],
    ["confirm", "fail", 403],
    ["confirm", "inconclusive", 403],
    // Yes takes the candidate away.
    ["rollback", "pass", 403],
    ["rollback", "fail", 200],
    ["rollback", "inconclusive", 403],
  ] as const)("%s of a verdict %s is %i with a line of text", async (hook, wanted, status) => {
    const { url } = await serveVerdict(wanted);
    const answer = await flagger(url, `/v1/flagger/${hook}`);
    expect(statusOf(answer)).toBe(status);
    expect(bodyOf(answer)).toMatch(new RegExp(`^shadowdiff: ${wanted}: [ -~]+\n$`));
  });

  test("event is kept beside the run", async () => {
    const { url, folder } = await serveVerdict("pass");
    expect(statusOf(await flagger(url, "/v1/flagger/event"))).toBe(200);
    const text = readFileSync(path.join(folder, "rollout-events.jsonl"), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      at: "2026-11-21T10:00:00.000Z",
      event: { name: "geth", phase: "Progressing" },
    });
  });

  test("a hook that is asked with GET is no yes", async () => {
    const { url } = await serveVerdict("pass");
    expect(statusOf(await argo(url, "/v1/flagger/confirm"))).toBe(405);
  });
});

describe("health checks of a load balancer", () => {
  test.each([
    ["pass", 200],
    ["fail", 503],
    // No node is taken out because too little was seen.
    ["inconclusive", 200],
  ] as const)("of a verdict %s get %i", async (wanted, status) => {
    const { url } = await serveVerdict(wanted);
    // As HAProxy's `option httpchk GET /v1/ready` sends it.
    const answer = await exchangeBytes(url, "GET /v1/ready HTTP/1.0\r\n\r\n");
    expect(statusOf(answer)).toBe(status);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({ verdict: wanted });
  });
});

describe("Prometheus", () => {
  test("finds every row from the start, and no customer", async () => {
    const { url } = await serveVerdict("inconclusive");
    const text = bodyOf(await argo(url, "/metrics"));
    expect(text).toContain('shadowdiff_verdict{verdict="inconclusive"} 1');
    expect(text).toContain('shadowdiff_verdict{verdict="fail"} 0');
    expect(text).toContain('shadowdiff_window_calls{state="different"} 0');
    expect(text).toContain('shadowdiff_window_findings{severity="breaking",status="new"} 0');
    expect(text).not.toContain("cus_");
  });
});
