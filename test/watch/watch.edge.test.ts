import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseWatch } from "../../src/config/watch.ts";
import type { Message, Transport } from "../../src/notice/deliver/transport.ts";
import { openUpgrades } from "../../src/stages/upgrade.ts";
import { watchOnce, type Watched } from "../../src/stages/watch.ts";
import { WatchStore } from "../../src/watch/store.ts";
import { runCli } from "../support/cli.ts";
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

const kept = keeper("webhook", true, (message) => told.push(message));

/** A way to send on which nothing arrives, or nobody knows. */
function fails(kind: "refused" | "in-doubt"): Transport {
  return {
    ...kept,
    idempotent: false,
    deliver(_message, transmitting) {
      transmitting();
      return Promise.resolve(
        kind === "refused"
          ? { kind, error: "busy", final: false, retryAfterMs: null }
          : { kind, error: "no answer" },
      );
    },
  };
}

function look(
  client: Record<string, unknown> = {},
  transport: Transport = kept,
  more: Record<string, unknown> = {},
): Promise<Watched> {
  const settings = parseWatch(
    {
      api: github.url,
      clients: [{ client: "geth", running: "1.16.6", ...client }],
      tell: { webhook: ["http://127.0.0.1:9/hook"] },
      ...more,
    },
    "watch.yaml",
  );
  const store = new WatchStore(path.join(folder, "watch.sqlite"));
  return watchOnce({
    settings,
    store,
    transports: [transport],
    token: "secret-token",
    now: () => clock,
    signal: new AbortController().signal,
  }).finally(() => store[Symbol.dispose]());
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

test("history is not news: the first look tells what the fleet does not run yet", async () => {
  github.releases = [release(5), release(6), release(7), release(8)];
  await look();
  expect(subjects()).toEqual(["Geth v1.16.7: optional", "Geth v1.16.8: optional"]);
  await look();
  await look();
  expect(told).toHaveLength(2);
});

test("new, released, edited, withdrawn and moved are told once each", async () => {
  github.releases = [release(7, { commit: "a".repeat(40) }), release(8, { prerelease: true })];
  await look();
  told = [];
  github.releases[0] = release(7, {
    body: "Notes of 7.\nSecurity fix: CVE-2026-12345.",
    commit: "a".repeat(40),
  });
  github.releases[1] = release(8);
  await look();
  await look();
  expect(subjects().sort()).toEqual([
    "Geth v1.16.7: the notes were edited",
    "Geth v1.16.8: optional",
  ]);
  expect(told.find(({ rendered }) => rendered.subject.includes("edited"))?.rendered.text).toContain(
    "+ Security fix: CVE-2026-12345.",
  );
  told = [];
  github.releases[0] = { ...github.releases[0], commit: "b".repeat(40) };
  github.releases.splice(1, 1);
  await look();
  await look();
  expect(subjects().sort()).toEqual([
    "Geth v1.16.7: the tag points to other code",
    "Geth v1.16.8 was withdrawn",
  ]);
});

test("three pages are read, with what is not modified from memory, and an edit on the last one is seen", async () => {
  github.releases = Array.from({ length: 75 }, (_, index) => release(index + 1));
  await look({ running: "1.16.75" });
  expect(told).toEqual([]);
  github.asked.length = 0;
  github.releases[2] = release(3, { body: "Edited long after." });
  await look({ running: "1.16.75" });
  expect(subjects()).toEqual(["Geth v1.16.3: the notes were edited"]);
  expect(
    github.asked.filter(({ url }) => url.includes("releases?")).map(({ status }) => status),
  ).toEqual([304, 304, 200]);
});

test("a limit is obeyed until its time, and nothing is missed after it", async () => {
  github.releases = [release(7)];
  await look();
  told = [];
  github.releases.push(release(8));
  const reset = String(Math.floor(clock.getTime() / 1_000) + 600);
  github.faults = [
    { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } },
  ];
  expect((await look()).problems.join()).toContain("asks to wait until 2026-11-25T12:10:00");
  github.asked.length = 0;
  await look();
  expect(github.asked).toEqual([]);
  clock = new Date("2026-11-25T12:10:01Z");
  await look();
  expect(subjects()).toEqual(["Geth v1.16.8: optional"]);
});

test("a server fault is tried again; a lasting one is said and changes nothing", async () => {
  github.releases = [release(7)];
  await look();
  told = [];
  github.faults = [{ status: 500 }, { status: 502 }];
  expect((await look()).problems).toEqual([]);
  github.faults = [{ status: 500 }, { status: 500 }, { status: 500 }];
  expect((await look()).problems.join()).toContain("answers 500");
  expect(told).toEqual([]);
});

test("a message whose answer was lost is not sent twice, one that was refused is sent again", async () => {
  github.releases = [release(7)];
  await look({}, fails("refused"));
  await look();
  expect(subjects()).toEqual(["Geth v1.16.7: optional"]);
  github.releases.push(release(8));
  await look({}, fails("in-doubt"));
  await look();
  expect(subjects()).toEqual(["Geth v1.16.7: optional"]);
});

test("a fleet that is too far behind is an alarm, whatever the notes say", async () => {
  github.releases = [release(5), release(6), release(7), release(8)];
  const { fleet } = await look({ running: "1.16.5", maxBehind: { releases: 2, days: 30 } });
  expect(fleet).toMatchObject([{ tooFar: true, behind: { releases: 3, newest: "v1.16.8" } }]);
  expect(subjects()).toContain("geth fleet is 3 releases behind v1.16.8");
});

test("--open makes a folder with the facts and the notes, once", async () => {
  github.releases = [
    release(7, {
      body: "- Mandatory: the fork activates on mainnet on December 3, 2026.\n- eth_getLogs now rejects (#1234)",
    }),
  ];
  const { fresh } = await look();
  const root = path.join(folder, "upgrades");
  const [made = ""] = openUpgrades(root, fresh, clock);
  expect(made).toBe(path.join(root, "geth-1.16.7"));
  expect(readFileSync(path.join(made, "upgrade.yaml"), "utf8")).toContain(
    'changesAt: "2026-12-03T00:00:00.000Z"',
  );
  expect(existsSync(path.join(made, "release-notes.md"))).toBe(true);
  expect(openUpgrades(root, fresh, clock)).toEqual([]);
});

test("the token goes to the API, and no message or problem holds it", async () => {
  github.releases = [release(7)];
  github.faults = [{ status: 404 }];
  const { problems } = await look();
  await look();
  expect(github.asked[0]?.authorization).toBe("Bearer secret-token");
  expect(JSON.stringify([problems, told])).not.toContain("secret-token");
});

function advisory(id: string, range: string, more: object = {}): object {
  return {
    ghsa_id: `GHSA-${id}`,
    cve_id: null,
    summary: `What ${id} is`,
    severity: "high",
    published_at: "2026-01-01T00:00:00Z",
    withdrawn_at: null,
    vulnerabilities: [
      { package: { name: "geth" }, vulnerable_version_range: range, patched_versions: "1.16.7" },
    ],
    ...more,
  };
}

test("advisories of the repository alarm the nodes that they name, once", async () => {
  github.advisories = [
    advisory("in", ">= 1.9.0, < 1.16.7"),
    advisory("old", "< 1.9.17"),
    advisory("gone", ">= 1.0.0", { withdrawn_at: "2026-02-01T00:00:00Z" }),
    advisory("unread", "all of them, I fear"),
    advisory("exact", "= 1.16.6"),
  ];
  await look();
  expect(subjects().sort()).toEqual([
    "geth fleet has GHSA-exact (high)",
    "geth fleet has GHSA-in (high)",
  ]);
  expect(told[0]?.rendered.text).toContain("Mended in 1.16.7.");
  await look();
  await look();
  expect(told).toHaveLength(2);
  const asked = github.asked.filter(({ url }) => url.includes("security-advisories"));
  expect(asked).toHaveLength(1);
});

test("they are read again after six hours, and a node that has mended has none", async () => {
  github.advisories = [];
  await look();
  github.advisories = [advisory("new", "<= 1.16.6")];
  await look();
  expect(told).toEqual([]);
  clock = new Date("2026-11-25T18:00:01Z");
  await look({ running: "1.16.7" });
  expect(told).toEqual([]);
  await look();
  expect(subjects()).toEqual(["geth fleet has GHSA-new (high)"]);
});

test("a list that is none is a problem that is said, and alarms nobody", async () => {
  github.advisories = [{ what: "is this" }];
  const { problems } = await look();
  expect(problems.join()).toContain("Geth: advisories:");
  expect(told).toEqual([]);
});

async function startOsv(answer: (question: unknown) => { status?: number; body: unknown }) {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const question: unknown = JSON.parse(String(Buffer.concat(parts)));
    asked.push(question);
    const { status = 200, body } = answer(question);
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, [Symbol.dispose]: () => void server.close() };
}

test("OSV is asked of the versions that run; what an advisory has told already is not told again", async () => {
  using osv = await startOsv(() => ({
    body: {
      vulns: [
        { id: "GO-2026-1", summary: "One", aliases: ["GHSA-in", "CVE-2026-1"] },
        {
          id: "GO-2026-2",
          summary: "Two",
          aliases: ["CVE-2026-2"],
          affected: [{ ranges: [{ events: [{ introduced: "0" }, { fixed: "1.16.8" }] }] }],
        },
        { id: "GO-2026-3", summary: "Three", withdrawn: "2026-03-01T00:00:00Z" },
      ],
    },
  }));
  github.advisories = [advisory("in", "< 1.16.7")];
  await look({}, kept, { osv: osv.url });
  expect(subjects().sort()).toEqual([
    "geth fleet has GHSA-in (high)",
    "geth fleet has GO-2026-2 (severity not said)",
  ]);
  expect(told.some(({ rendered }) => rendered.text.includes("Two (CVE-2026-2)"))).toBe(true);
  expect(osv.asked).toEqual([
    { package: { ecosystem: "Go", name: "github.com/ethereum/go-ethereum" }, version: "1.16.6" },
  ]);
});

test.each<[string, { status?: number; body: unknown }]>([
  ["an error", { status: 500, body: "" }],
  ["a page", { body: "<html>" }],
  ["something else", { body: { vulns: 7 } }],
])("OSV that answers %s is a problem that is said", async (_, answer) => {
  using osv = await startOsv(() => answer);
  const { problems } = await look({}, kept, { osv: osv.url });
  expect(problems.join()).toContain("Geth: OSV:");
  expect(told).toEqual([]);
});

test("OSV is not asked where nobody named it", async () => {
  const { problems } = await look();
  expect(problems).toEqual([]);
});

test("--config and the positional are the same; both are one too many", async () => {
  const cli = (...words: string[]) => runCli(words, { cwd: folder, now: () => clock });
  writeFileSync(
    path.join(folder, "mine.yaml"),
    JSON.stringify({ api: github.url, clients: [{ client: "geth" }] }),
  );
  expect((await cli("watch", "--config", "mine.yaml")).code).toBe(0);
  expect((await cli("watch", "mine.yaml")).code).toBe(0);
  const both = await cli("watch", "mine.yaml", "--config", "mine.yaml");
  expect([both.code, both.stderr]).toEqual([
    2,
    "mine.yaml was given by --config, and another file beside it: give one.\n",
  ]);
  writeFileSync(path.join(folder, "shadowdiff.yaml"), "failOn: risky\n");
  expect((await cli("watch", "mine.yaml", "--config", "shadowdiff.yaml")).code).toBe(0);
});
