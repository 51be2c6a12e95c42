import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { derivedSecret } from "../../src/notice/answer-link.ts";
import { waitUntil } from "../../src/record/path/listening.ts";
import { alertsOf, NOTHING_TOLD, type Watched } from "../../src/serve/alerts/alerts.ts";
import { serveVerdict } from "./support.ts";

const QUIET: Watched = {
  verdict: "pass",
  reason: "pass",
  breaking: [],
  isGone: false,
  blocksBehind: 0,
};

describe("what is told", () => {
  test("is what turned, once, and not again within the quiet time", () => {
    let state = alertsOf(NOTHING_TOLD, QUIET, 1_000, 0).state;
    const told = (watched: Partial<Watched>, now: number): string[] => {
      const next = alertsOf(state, { ...QUIET, ...watched }, 1_000, now);
      ({ state } = next);
      return next.alerts.map(({ text }) => text);
    };
    const fail = { verdict: "fail", reason: "limit.mismatchRate" } as const;
    expect(told(fail, 10)).toEqual(["The verdict is fail (it was pass). limit.mismatchRate"]);
    expect(told(fail, 20)).toEqual([]);
    // Back and forth within the quiet time: what stands at its end is told, if it is another one.
    expect(told({}, 30)).toEqual([]);
    expect(told(fail, 40)).toEqual([]);
    expect(told({}, 1_100)).toEqual(["The verdict is pass (it was fail). pass"]);
    expect(told({ isGone: true, blocksBehind: null }, 1_200)).toEqual([
      "The candidate gives no answers.",
    ]);
    expect(told({ isGone: true, blocksBehind: 9 }, 1_300)).toEqual([
      "The candidate is 9 blocks behind old.",
    ]);
  });

  test("is each new breaking finding once for ever, and a flood as a number", () => {
    const breaking = Array.from({ length: 8 }, (_, index) => ({
      fingerprint: `f${index}`,
      text: `finding ${index}`,
    }));
    const first = alertsOf(NOTHING_TOLD, { ...QUIET, breaking }, 1_000, 0);
    expect(first.alerts).toHaveLength(6);
    expect(first.alerts.at(-1)?.text).toBe("And 3 more new breaking findings.");
    expect(alertsOf(first.state, { ...QUIET, breaking }, 1_000, 9_999).alerts).toEqual([]);
  });
});

test("Slack and a signed webhook are told of a run that fails, and not again after a restart", async () => {
  const got: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => {
      body += part.toString();
    });
    request.on("end", () => {
      got.push({ url: request.url ?? "", headers: request.headers, body });
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void receiver.close());
  const { port } = receiver.address() as { port: number };
  const alerts = {
    targets: {
      slack: `http://127.0.0.1:${port}/slack`,
      webhook: `http://127.0.0.1:${port}/hook`,
      secret: "a secret for tests, long enough",
    },
    quietMs: 60_000,
    everyMs: 20,
    note: () => {},
  };
  await serveVerdict("fail", { alerts });
  // The verdict and its one breaking finding, to both.
  await waitUntil(() => got.length >= 4, 60_000);
  const slack = got.filter(({ url }) => url === "/slack").map(({ body }) => body);
  expect(slack[0]).toContain("The verdict is fail");
  expect(slack[1]).toContain("New breaking finding: result-to-error eth_getBalance");
  const hook = got.find(({ url }) => url === "/hook");
  expect(JSON.parse(hook?.body ?? "")).toMatchObject({ type: "shadow.alert" });
  const key = derivedSecret(alerts.targets.secret, "webhook\0alerts");
  const signed = `${String(hook?.headers["webhook-id"])}.${String(hook?.headers["webhook-timestamp"])}.${hook?.body}`;
  expect(hook?.headers["webhook-signature"]).toBe(
    `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
  );
  expect(got).toHaveLength(4);
  expect(got.map(({ body }) => body).join("\n")).not.toContain("cus_0000000000000002 ");
});
