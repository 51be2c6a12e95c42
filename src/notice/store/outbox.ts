import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import type { Channel, NoticeStore, StoredNotice } from "./store.ts";

type OutboxState = "waiting" | "transmitting" | "delivered" | "in-doubt" | "failed" | "dropped";

export interface OutboxRow {
  readonly id: string;
  readonly notice: number;
  readonly channel: Channel;
  readonly address: string;
  readonly state: OutboxState;
  readonly attempts: number;
  /** Unix ms. */
  readonly nextAt: number;
  readonly error: string | null;
}

const SELECT = `SELECT outbox.id, outbox.notice, outbox.channel, places.address, outbox.state, attempts, next_at AS nextAt, error
  FROM outbox JOIN places USING (notice, channel)`;

interface SettleDetail {
  /** Unix ms before which the row is not tried again. */
  readonly nextAt?: number;
  readonly error?: string;
  /** What the receiver said. */
  readonly detail?: string;
  /** True when an attempt was made: it counts. */
  readonly tried?: boolean;
  readonly by?: string;
}

/** Rows of the outbox; every step is on the disk before the next begins. */
export interface Outbox {
  /** Puts every place of an approved notice in, once. */
  enqueue(notice: StoredNotice, at: Date): void;
  /**
   * After a crash: what was being transmitted may have arrived. Receivers that know attempts by their id get it again, others
   * are left in doubt for a person to settle.
   */
  recover(idempotent: ReadonlySet<Channel>, at: Date): void;
  ofNotice(notice: number): OutboxRow[];
  byState(state: OutboxState): OutboxRow[];
  transmitting(row: OutboxRow): void;
  settle(row: OutboxRow, state: OutboxState, event: string, detail: SettleDetail, at: Date): void;
}

/** The outbox of a notices file. */
export function openOutbox(store: NoticeStore): Outbox {
  const { database } = store;
  const byState = database.prepare(`${SELECT} WHERE outbox.state = ? ORDER BY notice, channel`);
  const outbox: Outbox = {
    enqueue: (notice, at) =>
      database.transaction(() => {
        const put = database.prepare(
          "INSERT OR IGNORE INTO outbox (id, notice, channel, state, next_at) VALUES (?, ?, ?, 'waiting', 0)",
        );
        for (const { channel } of store.places(notice.id)) {
          const id = messageId(notice, channel);
          const { changes } = put.run(id, notice.id, channel);
          if (changes > 0)
            store.log("queued", { ...notice, notice: notice.id }, { channel, id }, at);
        }
      })(),
    recover(idempotent, at) {
      for (const row of outbox.byState("transmitting")) {
        if (idempotent.has(row.channel))
          outbox.settle(row, "waiting", "resumed", { nextAt: 0 }, at);
        else
          outbox.settle(
            row,
            "in-doubt",
            "in-doubt",
            { error: "the sender stopped before the answer came" },
            at,
          );
      }
    },
    ofNotice: (notice) =>
      database
        .prepare(`${SELECT} WHERE outbox.notice = ? ORDER BY channel`)
        .all(notice) as OutboxRow[],
    byState: (state) => byState.all(state) as OutboxRow[],
    transmitting(row) {
      database.prepare("UPDATE outbox SET state = 'transmitting' WHERE id = ?").run(row.id);
    },
    settle: (row, state, event, detail, at) =>
      database.transaction(() => settle(store, row, state, event, detail, at))(),
  };
  return outbox;
}

function settle(
  store: NoticeStore,
  row: OutboxRow,
  state: OutboxState,
  event: string,
  detail: SettleDetail,
  at: Date,
): void {
  const { database } = store;
  database
    .prepare("UPDATE outbox SET state = ?, attempts = ?, next_at = ?, error = ? WHERE id = ?")
    .run(
      state,
      row.attempts + (detail.tried === true ? 1 : 0),
      detail.nextAt ?? row.nextAt,
      detail.error ?? null,
      row.id,
    );
  const notice = noticeOf(database, row.notice);
  store.log(
    event,
    { ...notice, notice: row.notice },
    { channel: row.channel, id: row.id, ...detail },
    at,
  );
  // From the first place that it reached or may have reached, it counts as sent: later changes are revisions that say so.
  if ((state === "delivered" || state === "in-doubt") && notice.state === "approved")
    database.prepare("UPDATE notices SET state = 'sent' WHERE id = ?").run(row.notice);
}

function noticeOf(
  database: Database.Database,
  id: number,
): { upgrade: string; account: string; state: string } {
  return database.prepare("SELECT upgrade, account, state FROM notices WHERE id = ?").get(id) as {
    upgrade: string;
    account: string;
    state: string;
  };
}

/** The text's hash is part of it: a text that was replaced before it was sent is another message. */
function messageId(
  { upgrade, account, kind, revision, hash }: StoredNotice,
  channel: Channel,
): string {
  const name = JSON.stringify([upgrade, account, kind, revision, hash, channel]);
  return `ntc_${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
