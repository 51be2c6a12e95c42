import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { request } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";
import { rest } from "../../src/protocol/rest/adapter.ts";
import { routesOf } from "../../src/protocol/rest/routes.ts";
import { temporaryFolder } from "../support/folder.ts";
import {
  startStacksApi,
  type StacksApi,
  type StacksOptions,
} from "../support/servers/stacks-api.ts";
import { replayTo, restExchange, said } from "./support.ts";
import { freePort } from "../support/ports.ts";

const PRINCIPAL = "SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7";

async function api(options: StacksOptions): Promise<StacksApi> {
  const started = await startStacksApi(options);
  onTestFinished(() => started.close());
  return started;
}

const TRAFFIC = [
  restExchange(1, "GET", `/v2/accounts/${PRINCIPAL}?proof=0`),
  restExchange(2, "GET", "/extended/v1/tx/0xabc"),
  restExchange(3, "POST", `/v2/contracts/call-read/${PRINCIPAL}/pox/get-info`, {
    sender: PRINCIPAL,
  }),
  restExchange(4, "POST", "/v2/transactions", { tx: "00" }),
  restExchange(5, "GET", "/extended/v1/status"),
];

describe("an API in the Stacks API's shapes", () => {
  test("the tip is read, accounts are pinned to it, writes stay here", async () => {
    const [old, candidate] = [await api({ height: 120 }), await api({ height: 118 })];
    const { comparisons } = await replayTo(TRAFFIC, old.url, candidate.url, {
      adapter: rest([]),
      chain: "stacks",
    });
    expect(comparisons.map(said).sort()).toEqual([
      "GET /extended/v1/status: same",
      "GET /extended/v1/tx/{tx_id}: same",
      "GET /v2/accounts/{principal}: same",
      "POST /v2/contracts/call-read/{contract_address}/{contract_name}/{function_name}: same",
      "POST /v2/transactions: skipped writes",
    ]);
    const pinned = old.asked.find((line) => line.includes("/v2/accounts/"));
    expect(pinned).toBe(
      `GET /v2/accounts/${PRINCIPAL}?proof=0&tip=${(118).toString(16).padStart(64, "0")}`,
    );
    expect([...old.asked, ...candidate.asked].some((line) => line.includes("transactions"))).toBe(
      false,
    );
  });

  test("a field that went away is found, at its route", async () => {
    const old = await api({ height: 120 });
    const candidate = await api({
      height: 120,
      answer: (_verb, requestPath) =>
        requestPath.startsWith("/extended/v1/tx/")
          ? { tx_id: "0xabc", tx_status: "success", block_height: 7 }
          : undefined,
    });
    const routes = routesOf({ paths: { "/extended/v1/tx/{tx_id}": { get: {} } } });
    const { comparisons } = await replayTo(TRAFFIC, old.url, candidate.url, {
      adapter: rest(routes),
      chain: "stacks",
    });
    expect(comparisons.filter(({ state }) => state === "different").map(said)).toEqual([
      "GET /extended/v1/tx/{tx_id}: field-removed /events (confirmed)",
    ]);
  });

  test("a route that is gone is another HTTP status", async () => {
    const old = await api({ height: 120 });
    const candidate = await api({
      height: 120,
      answer: (_verb, requestPath) => (requestPath.includes("/tx/") ? null : undefined),
    });
    const { comparisons } = await replayTo(TRAFFIC, old.url, candidate.url, {
      adapter: rest([]),
      chain: "stacks",
    });
    expect(comparisons.filter(({ method }) => method.includes("/tx/")).map(said)).toEqual([
      expect.stringMatching(
        /^GET \/extended\/v1\/tx\/\{tx_id\}: .*http-status-changed \/status.*\(confirmed\)$/,
      ),
    ]);
  });
});

async function jsonServer(packageName: string, binary: string): Promise<string> {
  const folder = temporaryFolder();
  const database = path.join(folder, "db.json");
  writeFileSync(
    database,
    JSON.stringify({
      posts: Array.from({ length: 12 }, (_, id) => ({
        id: String(id + 1),
        title: `post ${id}`,
        views: id * 7,
      })),
      profile: { name: "shadow" },
    }),
  );
  const port = await freePort();
  const root = path.dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  const child = spawn(
    process.execPath,
    [path.join(root, binary), database, "--port", String(port), "--host", "127.0.0.1"],
    {
      stdio: "ignore",
      cwd: folder,
    },
  );
  onTestFinished(() => {
    child.kill();
  });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await request(`${url}/profile`).catch(() => null);
    await answer?.body.dump();
    if (answer?.statusCode === 200) return url;
    await setTimeout(25);
  }
  throw new Error(`${packageName} did not start`);
}

describe("two versions of a real REST server", () => {
  const paths = [
    "/posts/1",
    "/posts/3",
    "/profile",
    "/posts?_page=1&_limit=3",
    "/posts?views_gte=20",
    "/posts?_sort=views&_order=desc",
    "/nothing/9",
  ];
  const traffic = paths.map((requestPath, id) => restExchange(id, "GET", requestPath));

  test("json-server 0.17 against 1.0: what a client would notice, and nothing of what agrees", async () => {
    const old = await jsonServer("json-server-0-17", "lib/cli/bin.js");
    const candidate = await jsonServer("json-server-1", "lib/bin.js");
    const { comparisons } = await replayTo(traffic, old, candidate, { adapter: rest([]) });
    const kindsAt = (requestPath: string): string[] => {
      const found = comparisons.find(
        ({ pairId }) => paths[Number(pairId.split(":")[1])] === requestPath,
      );
      return (found?.differences ?? []).map(({ kind, path: place }) => `${kind} ${place}`);
    };
    // Version 1 answers a page as an object and has no Link header; it sorts by another parameter; posts stay posts.
    expect(kindsAt("/posts?_page=1&_limit=3")).toEqual(
      expect.arrayContaining(["header-changed /headers/link", "type-changed "]),
    );
    const bodies = kindsAt("/posts/1").filter((text) => !text.includes("/headers/"));
    expect(bodies).toEqual([]);
    expect(kindsAt("/posts/1")).toContain(
      "header-changed /headers/access-control-allow-credentials",
    );
    const itself = await replayTo(traffic, old, old, { adapter: rest([]) });
    expect(new Set(itself.comparisons.map(({ state }) => state))).toEqual(new Set(["same"]));
  });
});
