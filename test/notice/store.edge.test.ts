import { mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { lockSending } from "../../src/notice/store/lock.ts";
import { noticesPath } from "../../src/notice/store/open.ts";
import { openOutbox } from "../../src/notice/store/outbox.ts";
import { openStore } from "../../src/notice/store/store.ts";
import { temporaryFolder } from "../support/folder.ts";
import { token } from "./build.ts";
import { project } from "./project.ts";

const CUSTOMERS = [`acme,${token("a")},acme@example.org,,`];

describe("the notices file", () => {
  test("is readable by its owner only: it holds customers' addresses", async () => {
    const own = project(CUSTOMERS);
    await own.notice("draft", "run", "--customers", "customers.csv");
    expect(statSync(noticesPath(own.run)).mode & 0o777).toBe(0o600);
  });

  test("that does not exist is named, with what to do", async () => {
    const own = project(CUSTOMERS);
    const { code, stderr } = await own.notice("status", "run");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("Draft them first: shadowdiff notice draft"),
    ]);
  });

  test("of a newer format is refused", () => {
    const file = path.join(temporaryFolder(), "notices.sqlite");
    openStore(file, { create: true })[Symbol.dispose]();
    const database = new Database(file);
    database.pragma("user_version = 99");
    database.close();
    expect(() => openStore(file, { create: false })).toThrow(
      "written by a newer shadowdiff (format 99",
    );
  });

  test.each([
    [
      "text",
      (file: string) =>
        writeFileSync(file, "no database at all, but long enough to be looked at".repeat(20)),
    ],
    [
      "another database",
      (file: string) => {
        const database = new Database(file);
        database.exec("CREATE TABLE t (x)");
        database.close();
      },
    ],
  ])("%s is not taken for one", (_, make) => {
    const file = path.join(temporaryFolder(), "notices.sqlite");
    make(file);
    expect(() => openStore(file, { create: false })).toThrow(`${file} is not a file of notices`);
  });

  test("is not drafted into while it is being sent from", async () => {
    const own = project(CUSTOMERS);
    using _sender = lockSending(noticesPath(own.run));
    const { code, stderr } = await own.notice("draft", "run", "--customers", "customers.csv");
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining("Another `notice send` is at work"),
    ]);
  });

  test("what may have arrived makes a change a new revision", async () => {
    const own = project(CUSTOMERS);
    await own.notice("draft", "run", "--customers", "customers.csv");
    await own.notice("approve", "run", "--all", "--by", "ann");
    using store = openStore(noticesPath(own.run), { create: false });
    const outbox = openOutbox(store);
    outbox.enqueue(store.all()[0]!, own.now);
    outbox.transmitting(outbox.byState("waiting")[0]!);
    own.upgrade({ rollback: { possible: false } });
    await own.notice("draft", "run", "--customers", "customers.csv");
    expect(store.all().map(({ revision, state }) => [revision, state])).toEqual([[2, "draft"]]);
  });

  test("a notice that is withdrawn or superseded drops what waits for it, and nothing that went out", async () => {
    const own = project(CUSTOMERS);
    await own.notice("draft", "run", "--customers", "customers.csv");
    using store = openStore(noticesPath(own.run), { create: false });
    const outbox = openOutbox(store);
    const notice = store.all()[0]!;
    const settled = { waiting: "dropped", failed: "dropped", delivered: "delivered" } as const;
    for (const state of ["withdrawn", "superseded"] as const)
      for (const [before, after] of Object.entries(settled)) {
        outbox.enqueue(notice, own.now);
        const [row] = outbox.ofNotice(notice.id);
        outbox.settle(row!, before as keyof typeof settled, "test", {}, own.now);
        store.setState(notice, state, {}, own.now);
        expect(outbox.ofNotice(notice.id).map((one) => one.state)).toEqual([after]);
      }
  });

  test("an attempt is counted where one was made, and only there", async () => {
    const own = project(CUSTOMERS);
    await own.notice("draft", "run", "--customers", "customers.csv");
    using store = openStore(noticesPath(own.run), { create: false });
    const outbox = openOutbox(store);
    const notice = store.all()[0]!;
    outbox.enqueue(notice, own.now);
    const attempts = [{}, { tried: true }, {}, { tried: true }].map((detail) => {
      outbox.settle(outbox.ofNotice(notice.id)[0]!, "waiting", "test", detail, own.now);
      return outbox.ofNotice(notice.id)[0]?.attempts;
    });
    expect(attempts).toEqual([0, 1, 1, 2]);
  });

  test("an approval alone drops nothing", async () => {
    const own = project(CUSTOMERS);
    await own.notice("draft", "run", "--customers", "customers.csv");
    using store = openStore(noticesPath(own.run), { create: false });
    const outbox = openOutbox(store);
    const notice = store.all()[0]!;
    outbox.enqueue(notice, own.now);
    store.setState(notice, "approved", {}, own.now);
    expect(outbox.ofNotice(notice.id).map((one) => one.state)).toEqual(["waiting"]);
  });

  test("an upgrade that is called off after approval sends nothing", async () => {
    const own = project(CUSTOMERS);
    await own.notice("draft", "run", "--customers", "customers.csv");
    await own.notice("approve", "run", "--all", "--by", "ann");
    using store = openStore(noticesPath(own.run), { create: false });
    const outbox = openOutbox(store);
    outbox.enqueue(store.all()[0]!, own.now);
    own.upgrade({ state: "cancelled" });
    await own.notice("draft", "run", "--customers", "customers.csv");
    expect(outbox.byState("waiting")).toEqual([]);
    expect(outbox.byState("dropped")).toHaveLength(1);
  });

  test("a draft that fails half-way changes nothing", async () => {
    const own = project(CUSTOMERS);
    const templates = path.join(own.folder, "templates");
    await own.notice("draft", "run", "--customers", "customers.csv");
    using store = openStore(noticesPath(own.run), { create: false });
    const before = store.all();
    own.upgrade({ rollback: { possible: false } });
    mkdirSync(templates);
    writeFileSync(path.join(templates, "page.html.hbs"), "{{#if}}");
    const { code, stderr } = await own.notice(
      "draft",
      "run",
      "--customers",
      "customers.csv",
      "--templates",
      "templates",
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining("page.html.hbs can't be used")]);
    expect(store.all()).toEqual(before);
  });
});
