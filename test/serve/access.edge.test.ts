import { describe, expect, test } from "vitest";
import { accessFor } from "../../src/serve/access.ts";
import { exchangeBytes, serveVerdict } from "./support.ts";

describe("off loopback", () => {
  test("a token is needed to listen", () => {
    expect(() => accessFor("0.0.0.0", undefined)).toThrow(
      "0.0.0.0 is not this machine alone: a token is needed to listen there.",
    );
    expect(accessFor("0.0.0.0", "s3cret").token).toBe("s3cret");
    expect(accessFor("127.0.0.1", undefined).token).toBeNull();
  });
});

describe("with a token", () => {
  test("only who knows it is answered, but for /healthz", async () => {
    const { url } = await serveVerdict("pass", { access: { token: "s3cret" } });
    const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(`${url}${path}`, { headers })).status;
    expect(await status("/v1/verdict")).toBe(401);
    expect(await status("/metrics")).toBe(401);
    expect(await status("/nothing")).toBe(401);
    expect(await status("/v1/verdict", { authorization: "Bearer wrong" })).toBe(401);
    expect(await status("/healthz")).toBe(200);
    expect(await status("/v1/verdict", { authorization: "Bearer s3cret" })).toBe(200);
    expect(await status("/v1/verdict?token=s3cret")).toBe(200);
    expect(await status("/v1/verdict", { cookie: "a=b; shadowdiff=s3cret" })).toBe(200);
  });
});

describe("without a token", () => {
  test("a foreign name that leads here, and a form of another site, are refused", async () => {
    const { url } = await serveVerdict("pass");
    const rebound = await exchangeBytes(
      url,
      "GET /v1/verdict HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    );
    expect(rebound).toMatch(/^HTTP\/1\.1 403 /);
    const form = await fetch(`${url}/v1/flagger/event`, {
      method: "POST",
      body: "{}",
      headers: { "sec-fetch-site": "cross-site" },
    });
    expect(form.status).toBe(403);
  });

  test("a body past the bound is refused", async () => {
    const { url } = await serveVerdict("pass");
    const large = await fetch(`${url}/v1/flagger/event`, {
      method: "POST",
      body: "x".repeat(70_000),
    });
    expect(large.status).toBe(413);
  });
});
