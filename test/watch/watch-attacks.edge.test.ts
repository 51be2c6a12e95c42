import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseWatch } from "../../src/config/watch.ts";
import type { Message, Transport } from "../../src/notice/deliver/transport.ts";
import { watchOnce, type Watched } from "../../src/stages/watch.ts";
import { WatchStore } from "../../src/watch/store.ts";
import { FakeGithub, type FakeRelease } from "./github.ts";
import { keeper } from "./keeper.ts";

let folder = "";
let github: FakeGithub;
let told: Message[] = [];
let clock = new Date("2026-11-25T12:00:00Z");

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-watch-"));
  github = new FakeGithub();
  await github.start();
  told = [];
  clock = new Date("2026-11-25T12:00:00Z");
});

afterEach(async () => {
  await github[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const kept = keeper("slack", false, (message) => told.push(message));

const stateFile = (): string => path.join(folder, "watch.sqlite");

function lookWith(
  store: WatchStore,
  client: Record<string, unknown> = {},
  transport: Transport = kept,
): Promise<Watched> {
  const settings = parseWatch(
    {
      api: github.url,
      clients: [{ client: "geth", running: "1.16.6", advisories: false, ...client }],
      tell: { slack: ["#ops"] },
    },
    "watch.yaml",
  );
  const signal = new AbortController().signal;
  return watchOnce({
    settings,
    store,
    transports: [transport],
    token: undefined,
    signal,
    now: () => clock,
  });
}

async function look(client: Record<string, unknown> = {}, transport = kept): Promise<Watched> {
  using store = new WatchStore(stateFile());
  return await lookWith(store, client, transport);
}

function release(number: number, more: Partial<FakeRelease> = {}): FakeRelease {
  return {
    id: number,
    tag: `v1.16.${number}`,
    body: `Notes of ${number}.`,
    publishedAt: new Date(Date.UTC(2026, 0, 1 + number * 7)).toISOString(),
    ...more,
  };
}

const subjects = (): string[] => told.map(({ rendered }) => rendered.subject);

test("a first look that the server turned away makes no news of history", async () => {
  github.releases = Array.from({ length: 20 }, (_, index) => release(index + 1));
  github.faults = [{ status: 429, headers: { "retry-after": "5" } }];
  await look({ running: "1.16.19" });
  clock = new Date("2026-11-25T12:01:00Z");
  await look({ running: "1.16.19" });
  expect(subjects()).toEqual(["Geth v1.16.20: optional"]);
});

test("two processes on one state file tell each thing once", async () => {
  github.releases = [release(7), release(8), release(9)];
  const slow: Transport = {
    ...kept,
    async deliver(message, transmitting) {
      await new Promise((resolve) => setImmediate(resolve));
      transmitting();
      await new Promise((resolve) => setImmediate(resolve));
      told.push(message);
      return { kind: "delivered", detail: "" };
    },
  };
  using one = new WatchStore(stateFile());
  using other = new WatchStore(stateFile());
  await Promise.all([lookWith(one, {}, slow), lookWith(other, {}, slow)]);
  expect(subjects().sort()).toEqual([
    "Geth v1.16.7: optional",
    "Geth v1.16.8: optional",
    "Geth v1.16.9: optional",
  ]);
});

test("notes that are changed, changed back and changed again are three edits", async () => {
  github.releases = [release(7)];
  await look();
  told = [];
  for (const body of ["Mandatory upgrade.", "Notes of 7.", "Mandatory upgrade."]) {
    github.releases = [release(7, { body })];
    await look();
    await look();
  }
  expect(subjects()).toEqual(
    Array.from({ length: 3 }, () => "Geth v1.16.7: the notes were edited"),
  );
});

test("a release that became a draft and is published again is told both times", async () => {
  github.releases = [release(7), release(8)];
  await look();
  told = [];
  github.releases = [release(7), release(8, { draft: true })];
  await look();
  github.releases = [release(7), release(8)];
  await look();
  await look();
  github.releases = [release(7), release(8, { draft: true })];
  await look();
  expect(subjects()).toEqual([
    "Geth v1.16.8 was withdrawn",
    "Geth v1.16.8 is back",
    "Geth v1.16.8 was withdrawn",
  ]);
});

test("the only release of a source can be withdrawn", async () => {
  github.releases = [release(7)];
  await look();
  told = [];
  github.releases = [];
  await look();
  await look();
  expect(subjects()).toEqual(["Geth v1.16.7 was withdrawn"]);
});

test("a release that upstream makes a pre-release again is told, and its return too", async () => {
  github.releases = [release(7)];
  await look();
  told = [];
  github.releases = [release(7, { prerelease: true })];
  await look();
  await look();
  github.releases = [release(7)];
  await look();
  expect(subjects()).toEqual(["Geth v1.16.7 is a pre-release again", "Geth v1.16.7: optional"]);
});

test("a release that moves between pages while they are read is not withdrawn", async () => {
  github.perPage = 2;
  github.releases = [release(1), release(2), release(3), release(4)];
  await look({ running: "1.16.4" });
  // The newest goes after the first page was read: the third is on neither page.
  const [first, second, third, fourth] = github.releases as [
    FakeRelease,
    FakeRelease,
    FakeRelease,
    FakeRelease,
  ];
  github.onPage = (page) => {
    github.releases = page === 1 ? [first, second, third, fourth] : [first, second];
  };
  github.shown = [third, fourth].map(({ id }) => id);
  await look({ running: "1.16.4" });
  github.onPage = null;
  github.releases = [first, second, third, fourth];
  await look({ running: "1.16.4" });
  expect(told).toEqual([]);
});

test("a release that can't be asked for now is no withdrawn one", async () => {
  github.releases = [release(7), release(8)];
  await look();
  told = [];
  github.releases = [release(7)];
  github.faultsOfOne = 1;
  await look();
  expect(told).toEqual([]);
  await look();
  expect(subjects()).toEqual(["Geth v1.16.8 was withdrawn"]);
});

test("another choice of tags withdraws nothing", async () => {
  github.releases = [release(7), release(8, { tag: "other-1.2.3" })];
  await look();
  told = [];
  await look({ tags: "^v" });
  expect(told).toEqual([]);
});

test("a clock that goes back does not wait for its old future", async () => {
  github.releases = [release(7)];
  await look();
  github.faults = [{ status: 429, headers: { "retry-after": "600" } }];
  await look();
  clock = new Date("2026-11-20T12:00:00Z");
  told = [];
  github.releases.push(release(8));
  await look();
  expect(subjects()).toEqual(["Geth v1.16.8: optional"]);
});

test("a channel that refuses for hours gets the message when it takes messages again", async () => {
  github.releases = [release(7)];
  const busy: Transport = {
    ...kept,
    deliver: () =>
      Promise.resolve({ kind: "refused", error: "busy", final: false, retryAfterMs: null }),
  };
  for (let hour = 0; hour < 12; hour += 1) {
    clock = new Date(Date.UTC(2026, 10, 25, hour));
    await look({}, busy);
  }
  await look();
  expect(subjects()).toEqual(["Geth v1.16.7: optional"]);
});

test("a process that dies while it sends is told of, and the message is not sent twice", async () => {
  github.releases = [release(7)];
  const dies: Transport = {
    ...kept,
    deliver(message, transmitting) {
      transmitting();
      told.push(message);
      return new Promise(() => undefined);
    },
  };
  const dead = new WatchStore(stateFile());
  void lookWith(dead, {}, dies);
  await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1);
  const next = await look();
  expect(told).toHaveLength(1);
  expect(next.told.problems.join()).toContain("not known whether");
  expect((await look()).told.problems).toEqual([]);
  dead[Symbol.dispose]();
});

function advisory(id: string): object {
  return {
    ghsa_id: `GHSA-${id}`,
    summary: id,
    severity: "high",
    vulnerabilities: [{ vulnerable_version_range: "< 1.16.7" }],
  };
}

test("two vulnerabilities of one node are two messages to whoever goes by their ids", async () => {
  const running = "Geth/v1.16.6-stable-386c3de6/linux-amd64/go1.25.1";
  github.advisories = [advisory("one"), advisory("two")];
  github.releases = [release(6)];
  await look({ running, advisories: true });
  expect(new Set(told.map(({ id }) => id)).size).toBe(2);
});

test.each([
  ["truncated", '[{"id":1,"tag_name":"v1.16.8","bo'],
  ["a page of another server", "<html>sign in</html>"],
  ["an error in the form of an answer", '{"message":"Not Found"}'],
])("an answer that is %s changes nothing", async (_, body) => {
  github.releases = [release(7)];
  await look();
  told = [];
  github.faults = [{ status: 200, body }];
  expect((await look()).problems).toHaveLength(1);
  github.releases.push(release(8, { body: null }));
  await look();
  expect(subjects()).toEqual(["Geth v1.16.8: optional"]);
});

test("a state file of the first format is brought up to date and tells nothing twice", async () => {
  github.releases = [release(7)];
  await look();
  const database = new Database(stateFile());
  database.exec("DROP TABLE advisories");
  database.exec("ALTER TABLE releases DROP COLUMN revision");
  database.pragma("user_version = 1");
  database.close();
  told = [];
  github.releases = [release(7, { body: "Edited." })];
  await look();
  await look();
  expect(subjects()).toEqual(["Geth v1.16.7: the notes were edited"]);
  expect(existsSync(stateFile())).toBe(true);
});
