import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { countObjections, readObjections } from "../../src/notice/objections.ts";
import { noticesPath } from "../../src/notice/store/open.ts";
import { openStore } from "../../src/notice/store/store.ts";
import { tokeniser } from "../../src/redact/tokens.ts";
import { storeBuiltRun } from "../support/stored-run.ts";
import { token } from "./build.ts";
import { ADDED, project, REMOVED } from "./project.ts";
import type { Project } from "./project.ts";

const CUSTOMERS = [
  `acme,${token("a")},acme@example.org,,`,
  `beta,${token("b")},beta@example.org,,`,
  `gamma,${token("c")},,,`,
];

async function drafted(): Promise<Project> {
  const own = project(CUSTOMERS);
  const { code } = await own.notice("draft", "run", "--customers", "customers.csv");
  expect(code).toBe(0);
  return own;
}

function states(own: Project): string[] {
  using store = openStore(noticesPath(own.run), { create: false });
  return store
    .all()
    .map(({ account, kind, revision, state }) => `${account} ${kind} ${revision} ${state}`);
}

/** Takes notices as sent without a server. */
function markSent(own: Project): void {
  using store = openStore(noticesPath(own.run), { create: false });
  for (const notice of store.all()) store.setState(notice, "sent", {}, own.now);
}

const draft = (own: Project, ...words: string[]) =>
  own.notice("draft", "run", "--customers", "customers.csv", ...words);
const text = (own: Project, account: string, file = "notice.md") =>
  readFileSync(path.join(own.run, "notices", account, file), "utf8");

describe("drafts", () => {
  test("three customers get three different notices: breaking, for information, not seen", async () => {
    const own = await drafted();
    expect(text(own, "acme")).toContain(
      "Yes, if your code is as described below: act by 2026-12-12 14:00 UTC",
    );
    expect(text(own, "beta")).toContain("No, as far as we saw");
    expect(text(own, "gamma")).toContain("Probably not, but we can't be sure");
  });

  test("the page lists every draft with its recipients, and the public entry has no customer", async () => {
    const own = await drafted();
    const page = text(own, "", "index.html");
    for (const words of ["e-mail acme@example.org", "no place", "affected", "not-seen"])
      expect(page).toContain(words);
    const entry = text(own, "", "changelog.md");
    expect(entry).toContain("no longer returns `totalDifficulty`");
    for (const words of ["acme", "beta", "cus_"]) expect(entry).not.toContain(words);
  });

  test("customers without a file entry, and entries without traffic, are listed", async () => {
    const own = project([`acme,${token("a")},,,`, `silent,${token("f")},,,`]);
    const { stdout } = await draft(own);
    expect(stdout).toContain(`${token("b")}: 2 calls`);
    expect(stdout).toContain("In the customers file, but not in the traffic:\n  silent");
  });

  test("a run of another network is refused", async () => {
    const own = project(CUSTOMERS);
    own.upgrade({ chainId: "100" });
    const { code, stderr } = await draft(own);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("is of chain 1, the upgrade file is of chain 100"),
    ]);
  });

  test("keys of the customers file are found by the recording's key and written nowhere", async () => {
    const keys = ["canary-key-1-9c1de2", "canary-key-2-77aa01"];
    const recording = tokeniser(Buffer.from("the recording's key 0123"));
    const rows = keys.map((key) => ({
      method: "eth_getBlockByNumber",
      count: 1,
      customer: recording.token("cus", key),
      findings: [REMOVED],
    }));
    const own = project([`acme,${keys[0]},acme@example.org,,`, `acme,${keys[1]},,,`], rows);
    own.env = { SHADOWDIFF_KEY: "the recording's key 0123" };
    const { code, stdout, stderr } = await draft(own);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("1 affected");
    expect(text(own, "acme", "notice.json")).toContain('"calls": 2');
    const files = readdirSync(own.run, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const content = readFileSync(path.join(file.parentPath, file.name), "latin1");
      for (const key of keys) expect(content + stdout).not.toContain(key);
    }
  });
});

describe("what nobody has settled", () => {
  const UNSETTLED = { kind: "value-changed", path: "/result/size" } as const;
  const rows = [
    { method: "eth_getBlockByNumber", count: 1, customer: token("a"), findings: [UNSETTLED] },
  ];

  test("an approved text that told of it does not go out once it is held back", async () => {
    const own = project(CUSTOMERS, rows);
    await draft(own, "--allow-unsettled");
    await own.notice("approve", "run", "acme", "--by", "ann");
    expect(states(own)).toEqual(["acme notice 1 approved"]);
    expect((await draft(own)).stdout).toContain("0 drafted, 0 unchanged, 1 withdrawn");
    expect(states(own)).toEqual([]);
  });

  test("what was sent stands until there is more to say", async () => {
    const own = project(CUSTOMERS, rows);
    await draft(own, "--allow-unsettled");
    markSent(own);
    expect((await draft(own)).stdout).toContain("0 withdrawn");
    expect(states(own)).toEqual(["acme notice 1 sent"]);
  });
});

describe("approval", () => {
  test("drafting the same again changes nothing; a changed text needs a new approval", async () => {
    const own = await drafted();
    await own.notice("approve", "run", "--all", "--by", "ann");
    expect((await draft(own)).stdout).toContain("0 drafted, 3 unchanged");
    expect(states(own)).toEqual([
      "acme notice 1 approved",
      "beta notice 1 approved",
      "gamma notice 1 approved",
    ]);
    own.upgrade({ rollback: { possible: false } });
    expect((await draft(own)).stdout).toContain("3 drafted, 0 unchanged");
    expect(states(own)).toEqual([
      "acme notice 1 draft",
      "beta notice 1 draft",
      "gamma notice 1 draft",
    ]);
  });

  test("a changed recipient needs a new approval", async () => {
    const own = await drafted();
    await own.notice("approve", "run", "acme", "--by", "ann");
    writeFileSync(
      path.join(own.folder, "customers.csv"),
      ["account,key,email,slack,webhook", `acme,${token("a")},other@example.org,,`].join("\n"),
    );
    await draft(own);
    expect(states(own)[0]).toBe("acme notice 1 draft");
  });

  test("who, when and which text is recorded", async () => {
    const own = await drafted();
    await own.notice("approve", "run", "acme", "--by", "ann");
    using store = openStore(noticesPath(own.run), { create: false });
    const row = store.database
      .prepare("SELECT at, account, detail FROM log WHERE event = 'approved'")
      .get();
    const { hash } = store.current("geth-1.17.0", "acme", "notice")!;
    expect(row).toEqual({
      at: own.now.toISOString(),
      account: "acme",
      detail: JSON.stringify({ by: "ann", hash }),
    });
  });

  test.each([
    [["run", "--by", "ann"], {}, "Name the accounts"],
    [["run", "nobody", "--by", "ann"], {}, "There is no notice for nobody"],
    [["run", "--all"], {}, "by"],
    [["run", "acme", "--by", "ann", "--hash", "00000000"], {}, "is not the one with hash 00000000"],
    [["run", "--all", "--by", "ann"], { CI: "true" }, "refused where CI is set"],
  ])("approve %j is refused", async (words, env, message) => {
    const own = await drafted();
    own.env = env;
    const { code, stderr } = await own.notice("approve", ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(states(own)[0]).toBe("acme notice 1 draft");
  });

  test("a template that changed since the draft is not approved unread", async () => {
    const own = await drafted();
    mkdirSync(path.join(own.folder, "templates"));
    writeFileSync(path.join(own.folder, "templates", "notice.txt.hbs"), "other words");
    const { code, stderr } = await own.notice(
      "approve",
      "run",
      "acme",
      "--by",
      "ann",
      "--templates",
      "templates",
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("renders differently from when it was drafted"),
    ]);
  });

  test("the log can't be rewritten", async () => {
    const own = await drafted();
    using store = openStore(noticesPath(own.run), { create: false });
    expect(() => store.database.prepare("DELETE FROM log").run()).toThrow("append-only");
    expect(() => store.database.prepare("UPDATE log SET event = 'x'").run()).toThrow("append-only");
  });
});

describe("after sending", () => {
  test("a change is a new revision that says what changed", async () => {
    const own = await drafted();
    markSent(own);
    own.upgrade({
      changesAt: "2027-02-01T14:00:00Z",
      revisionNote: "Two of you asked for more time.",
    });
    await draft(own);
    expect(states(own)[0]).toBe("acme notice 2 draft");
    const page = text(own, "acme");
    expect(page).toContain("Revision 2 of this notice");
    expect(page).toContain("Two of you asked for more time.");
    expect(page).toContain(
      "It takes effect on 2027-02-01 14:00 UTC instead of 2026-12-15 14:00 UTC.",
    );
    expect((await draft(own)).stdout).toContain("0 drafted, 3 unchanged");
  });

  test("postponed: who was told is told, who was not is not", async () => {
    const own = await drafted();
    await own.notice("approve", "run", "acme", "--by", "ann");
    using store = openStore(noticesPath(own.run), { create: false });
    store.setState(store.current("geth-1.17.0", "acme", "notice")!, "sent", {}, own.now);
    own.upgrade({ state: "postponed" });
    expect((await draft(own)).stdout).toContain("1 drafted, 0 unchanged, 2 withdrawn");
    expect(states(own)).toEqual(["acme notice 2 draft"]);
    expect(text(own, "acme")).toContain("is postponed");
  });

  test.each([
    ["2026-11-25T14:00:00Z", "no reminder is due", []],
    ["2026-12-05T14:00:00Z", "acme", ["acme reminder-14 1 draft"]],
    ["2026-12-13T14:00:00Z", "acme", ["acme reminder-3 1 draft"]],
    ["2026-12-15T02:00:00Z", "acme", ["acme reminder-0 1 draft"]],
    ["2026-12-16T02:00:00Z", "no reminder is due", []],
  ])("on %s those who still call what breaks are reminded, once", async (now, said, reminders) => {
    const own = await drafted();
    markSent(own);
    storeBuiltRun(own.folder, "later", [
      { method: "eth_getBlockByNumber", count: 5, customer: token("a"), findings: [REMOVED] },
      { method: "eth_getBlockByNumber", count: 5, customer: token("b"), findings: [ADDED] },
    ]);
    own.now = new Date(now);
    expect((await own.notice("remind", "run", "--later", "later")).stdout).toContain(said);
    expect(states(own).filter((line) => line.includes("reminder"))).toEqual(reminders);
    expect((await own.notice("remind", "run", "--later", "later")).stdout).toContain(
      "no reminder is due",
    );
  });

  test("clean newer traffic resolves; no newer traffic says nothing", async () => {
    const own = await drafted();
    markSent(own);
    storeBuiltRun(own.folder, "others", [{ method: "eth_call", count: 5, customer: token("b") }]);
    expect((await own.notice("remind", "run", "--later", "others")).stdout).toContain(
      "nothing can be said:\n  acme",
    );
    storeBuiltRun(own.folder, "clean", [
      { method: "eth_getBlockByNumber", count: 5, customer: token("a") },
    ]);
    expect((await own.notice("remind", "run", "--later", "clean")).stdout).toContain("Resolved");
    expect(states(own)[0]).toBe("acme notice 1 resolved");
    expect((await own.notice("status", "run")).stdout).toContain("0 still have to act");
  });
});

describe("answers", () => {
  test("objections count until they are taken back", async () => {
    const own = await drafted();
    expect(countObjections(own.run)).toBe(0);
    await own.notice("answer", "acme", "objects", "--reason", "release freeze", "--run", "run");
    await own.notice("answer", "beta", "ready", "--run", "run");
    expect(readObjections(own.run)).toEqual([{ customer: "acme", reason: "release freeze" }]);
    expect((await own.notice("status", "run")).stdout).toContain("acme objects: release freeze");
    await own.notice("answer", "acme", "ready", "--run", "run");
    expect(countObjections(own.run)).toBe(0);
  });

  test.each([
    [["acme", "objects"], "needs its reason"],
    [["nobody", "ready"], 'no notice for the account "nobody"'],
    [["acme"], "Give the account and its answer"],
  ])("%j is refused", async (words, message) => {
    const own = await drafted();
    const { code, stderr } = await own.notice("answer", ...words, "--run", "run");
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("a signed link answers for its account only, and only as it was signed", async () => {
    const own = project(CUSTOMERS);
    own.upgrade({ answers: "https://status.example.com/answer" });
    own.env = { SHADOWDIFF_NOTICE_SECRET: "a secret of the team" };
    await draft(own);
    const { answer } = JSON.parse(text(own, "acme", "notice.json")) as {
      answer: { ready: string };
    };
    for (const forged of [
      answer.ready.replace("answer=ready", "answer=objects"),
      answer.ready.replace("account=acme", "account=beta"),
    ]) {
      const { code, stderr } = await own.notice("answer", "--link", forged, "--run", "run");
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining("signature of this answer link is not valid"),
      ]);
    }
    expect((await own.notice("answer", "--link", answer.ready, "--run", "run")).stdout).toBe(
      "acme: ready (geth-1.17.0).\n",
    );
  });
});
