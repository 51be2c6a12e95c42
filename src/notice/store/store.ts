import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type Database from "better-sqlite3";
import type { Account } from "../../config/customers.ts";
import type { Notice, Standing } from "../compose/model.ts";
import { openNotices } from "./open.ts";

type NoticeState = "draft" | "approved" | "sent" | "superseded" | "withdrawn" | "resolved";
export type NoticeKind = "notice" | "reminder-14" | "reminder-3" | "reminder-0";
export type Channel = "email" | "slack" | "webhook";

export interface Place {
  readonly channel: Channel;
  readonly address: string;
}

export interface StoredNotice {
  readonly id: number;
  readonly upgrade: string;
  readonly account: string;
  readonly kind: NoticeKind;
  readonly revision: number;
  readonly state: NoticeState;
  readonly standing: Standing;
  readonly title: string;
  readonly actBy: string;
  readonly hash: string;
  readonly createdAt: string;
  readonly approvedAt: string | null;
  readonly approvedBy: string | null;
}

interface NewNotice {
  readonly kind: NoticeKind;
  readonly notice: Notice;
  readonly hash: string;
  readonly places: readonly Place[];
}

const COLUMNS = `id, upgrade, account, kind, revision, state, standing, title, act_by AS actBy, hash,
  created_at AS createdAt, approved_at AS approvedAt, approved_by AS approvedBy`;

/** The notices file: every change of it is one transaction with its line in the log. */
export interface NoticeStore extends Disposable {
  readonly database: Database.Database;
  /** The newest revision of an account's notice or reminder that was not withdrawn. */
  current(upgrade: string, account: string, kind: NoticeKind): StoredNotice | undefined;
  /** Newest revisions of everything, or of one upgrade. */
  all(upgrade?: string): StoredNotice[];
  byId(id: number): StoredNotice;
  /** Whether something of it may have reached the customer: from then on a change is a new revision. */
  mayHaveArrived(notice: StoredNotice): boolean;
  model(id: number): Notice;
  places(id: number): Place[];
  /** Adds a draft, or replaces the text of one that was never sent; either way it then needs a new approval. */
  draft(entry: NewNotice, at: Date): StoredNotice;
  setState(notice: StoredNotice, state: NoticeState, detail: object, at: Date): void;
  approve(notice: StoredNotice, by: string, at: Date): void;
  rememberAccounts(upgrade: string, accounts: readonly Account[]): void;
  log(
    event: string,
    subject: { upgrade: string; account: string; notice: number | null },
    detail: object,
    at: Date,
  ): void;
  inOne<T>(work: () => T): T;
}

/** Opens the notices file. Close it with `using`. */
export function openStore(file: string, options: { readonly create: boolean }): NoticeStore {
  const database = openNotices(file, options);
  const one = database.prepare(
    `SELECT ${COLUMNS} FROM notices WHERE upgrade = ? AND account = ? AND kind = ? AND state <> 'withdrawn' ORDER BY revision DESC LIMIT 1`,
  );
  const addLog = database.prepare(
    "INSERT INTO log (at, event, upgrade, account, notice, detail) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const store: NoticeStore = {
    database,
    current: (upgrade, account, kind) =>
      one.get(upgrade, account, kind) as StoredNotice | undefined,
    all(upgrade) {
      const rows = database
        .prepare(
          `SELECT ${COLUMNS} FROM notices WHERE (@upgrade IS NULL OR upgrade = @upgrade) AND state NOT IN ('superseded', 'withdrawn')
           ORDER BY upgrade, account, kind, revision`,
        )
        .all({ upgrade: upgrade ?? null });
      return rows as StoredNotice[];
    },
    byId: (id) =>
      database.prepare(`SELECT ${COLUMNS} FROM notices WHERE id = ?`).get(id) as StoredNotice,
    mayHaveArrived: ({ id, state }) =>
      state === "sent" ||
      state === "resolved" ||
      database
        .prepare(
          "SELECT 1 FROM outbox WHERE notice = ? AND state IN ('transmitting', 'delivered', 'in-doubt') LIMIT 1",
        )
        .get(id) !== undefined,
    model(id) {
      const blob = database
        .prepare("SELECT model FROM notices WHERE id = ?")
        .pluck()
        .get(id) as Buffer;
      return JSON.parse(zstdDecompressSync(blob).toString("utf8")) as Notice;
    },
    places: (id) =>
      database
        .prepare("SELECT channel, address FROM places WHERE notice = ? ORDER BY channel")
        .all(id) as Place[],
    draft: (entry, at) => database.transaction(() => putDraft(store, entry, at))(),
    setState: (notice, state, detail, at) =>
      database.transaction(() => {
        database.prepare("UPDATE notices SET state = ? WHERE id = ?").run(state, notice.id);
        if (state === "superseded" || state === "withdrawn") dropWaiting(database, notice.id);
        store.log(state, { ...notice, notice: notice.id }, detail, at);
      })(),
    approve: (notice, by, at) =>
      database.transaction(() => {
        database
          .prepare(
            "UPDATE notices SET state = 'approved', approved_at = ?, approved_by = ? WHERE id = ?",
          )
          .run(at.toISOString(), by, notice.id);
        store.log("approved", { ...notice, notice: notice.id }, { by, hash: notice.hash }, at);
      })(),
    rememberAccounts: (upgrade, accounts) =>
      database.transaction(() => {
        const put = database.prepare(
          "INSERT OR REPLACE INTO accounts (upgrade, account, name, owner, tokens) VALUES (?, ?, ?, ?, ?)",
        );
        for (const { account, name, owner, pseudonyms } of accounts)
          put.run(
            upgrade,
            account,
            name,
            owner,
            JSON.stringify(pseudonyms.map(({ token }) => token)),
          );
      })(),
    log: (event, { upgrade, account, notice }, detail, at) => {
      addLog.run(at.toISOString(), event, upgrade, account, notice, JSON.stringify(detail));
    },
    inOne: (work) => database.transaction(work)(),
    [Symbol.dispose]: () => {
      database.close();
    },
  };
  return store;
}

function putDraft(
  store: NoticeStore,
  { kind, notice, hash, places }: NewNotice,
  at: Date,
): StoredNotice {
  const { database } = store;
  const upgrade = notice.upgrade.id;
  const { account, revision } = notice;
  const earlier = store.current(upgrade, account, kind);
  if (earlier !== undefined && earlier.revision < revision)
    store.setState(earlier, "superseded", { by: revision }, at);
  database
    .prepare(
      `INSERT INTO notices (upgrade, account, kind, revision, state, standing, title, act_by, hash, model, created_at)
       VALUES (@upgrade, @account, @kind, @revision, 'draft', @standing, @title, @actBy, @hash, @model, @at)
       ON CONFLICT (upgrade, account, kind, revision) DO UPDATE SET state = 'draft', standing = excluded.standing,
         title = excluded.title, act_by = excluded.act_by, hash = excluded.hash, model = excluded.model,
         created_at = excluded.created_at, approved_at = NULL, approved_by = NULL`,
    )
    .run({
      upgrade,
      account,
      kind,
      revision,
      standing: notice.standing,
      title: notice.title,
      actBy: notice.upgrade.actBy,
      hash,
      model: zstdCompressSync(JSON.stringify(notice)),
      at: at.toISOString(),
    });
  const stored = store.current(upgrade, account, kind) as StoredNotice;
  // An approved text that was queued but not sent is replaced: what waits for it must not carry the new one unapproved.
  database
    .prepare("DELETE FROM outbox WHERE notice = ? AND state IN ('waiting', 'dropped')")
    .run(stored.id);
  database.prepare("DELETE FROM places WHERE notice = ?").run(stored.id);
  const put = database.prepare("INSERT INTO places (notice, channel, address) VALUES (?, ?, ?)");
  for (const { channel, address } of places) put.run(stored.id, channel, address);
  store.log(
    "drafted",
    { upgrade, account, notice: stored.id },
    { kind, revision, hash, standing: notice.standing },
    at,
  );
  return stored;
}

function dropWaiting(database: Database.Database, notice: number): void {
  database
    .prepare(
      "UPDATE outbox SET state = 'dropped' WHERE notice = ? AND state IN ('waiting', 'failed')",
    )
    .run(notice);
}
