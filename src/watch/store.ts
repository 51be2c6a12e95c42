import path from "node:path";
import Database from "better-sqlite3";
import { migrate } from "../sqlite.ts";
import type { Remembered, Change } from "./triage/changes.ts";
import type { Release } from "./triage/release.ts";
import { makeFolder } from "../make-folder.ts";

const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE sources (
  -- A client that is watched, and how its source was last found.
  client TEXT PRIMARY KEY,
  seen_at TEXT NOT NULL, -- RFC 3339, UTC: the first look
  wait_until INTEGER NOT NULL DEFAULT 0 -- Unix ms before which the source wants no request
) STRICT, WITHOUT ROWID;
CREATE TABLE pages (
  -- What a page of a source held, so that "not modified" is an answer.
  client TEXT NOT NULL,
  page INTEGER NOT NULL, -- from 1
  etag TEXT,
  next INTEGER NOT NULL, -- 1 where there was a page after it
  releases TEXT NOT NULL, -- JSON
  PRIMARY KEY (client, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE releases (
  client TEXT NOT NULL,
  id TEXT NOT NULL,
  release TEXT NOT NULL, -- JSON, as last seen
  withdrawn INTEGER NOT NULL,
  PRIMARY KEY (client, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  -- What is told, once. The key says what happened: the same thing seen twice is one row.
  key TEXT PRIMARY KEY,
  at TEXT NOT NULL, -- RFC 3339, UTC
  event TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
CREATE TABLE deliveries (
  event TEXT NOT NULL REFERENCES events (key),
  channel TEXT NOT NULL, -- slack, webhook, email
  address TEXT NOT NULL,
  state TEXT NOT NULL, -- waiting, transmitting, delivered, in-doubt, failed
  attempts INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  PRIMARY KEY (event, channel, address)
) STRICT, WITHOUT ROWID;
`,
  `
CREATE TABLE advisories (
  -- The advisories of a client's repository as they were last read.
  client TEXT PRIMARY KEY,
  at INTEGER NOT NULL, -- Unix ms
  body TEXT NOT NULL -- JSON, as GitHub gave it
) STRICT, WITHOUT ROWID;
`,
];

const KIND = {
  what: "a file of watched releases",
  applicationId: 0x53445741,
  migrations: MIGRATIONS,
};

export interface StoredPage {
  readonly etag: string | null;
  readonly next: boolean;
  readonly releases: readonly Release[];
}

export interface Delivering {
  readonly event: string;
  readonly channel: "slack" | "webhook" | "email";
  readonly address: string;
  readonly attempts: number;
}

/** Times that a message is tried before it is given up. */
const ATTEMPTS = 5;

/** What watching remembers between two looks. */
export class WatchStore {
  readonly #database: Database.Database;

  constructor(file: string) {
    makeFolder(path.dirname(file));
    this.#database = new Database(file);
    this.#database.pragma("journal_mode = WAL");
    // That a message is about to leave has to be on the disk before it leaves.
    this.#database.pragma("synchronous = FULL");
    this.#database.pragma("busy_timeout = 5000");
    migrate(this.#database, file, KIND);
    // Whoever was killed between sending and hearing of it can't know: such a message is not sent again.
    this.#database.exec("UPDATE deliveries SET state = 'in-doubt' WHERE state = 'transmitting'");
  }

  /** Whether this client was looked at before. */
  isKnown(client: string): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM sources WHERE client = ?").get(client) !== undefined
    );
  }

  waitUntil(client: string): number {
    const row = this.#database
      .prepare<[string], { wait_until: number }>("SELECT wait_until FROM sources WHERE client = ?")
      .get(client);
    return row?.wait_until ?? 0;
  }

  setWait(client: string, until: number, now: Date): void {
    this.#database
      .prepare(
        "INSERT INTO sources (client, seen_at, wait_until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET wait_until = excluded.wait_until",
      )
      .run(client, now.toISOString(), until);
  }

  page(client: string, page: number): StoredPage | null {
    const row = this.#database
      .prepare<[string, number], { etag: string | null; next: number; releases: string }>(
        "SELECT etag, next, releases FROM pages WHERE client = ? AND page = ?",
      )
      .get(client, page);
    return row === undefined
      ? null
      : { etag: row.etag, next: row.next === 1, releases: JSON.parse(row.releases) as Release[] };
  }

  releases(client: string): Remembered[] {
    return this.#database
      .prepare<[string], { release: string; withdrawn: number }>(
        "SELECT release, withdrawn FROM releases WHERE client = ?",
      )
      .all(client)
      .map(({ release, withdrawn }) => ({
        ...(JSON.parse(release) as Release),
        withdrawn: withdrawn === 1,
      }));
  }

  /** What a look found, and what is to be told of it: all of it or nothing, so that a crash neither loses nor doubles a word. */
  remember(look: {
    readonly client: string;
    readonly pages: readonly StoredPage[];
    readonly releases: readonly Release[];
    readonly changes: readonly Change[];
    readonly events: readonly { readonly key: string; readonly event: unknown }[];
    readonly places: readonly Pick<Delivering, "channel" | "address">[];
    readonly now: Date;
  }): string[] {
    const { client, pages, releases, changes, events, places, now } = look;
    const database = this.#database;
    return database.transaction(() => {
      database
        .prepare("INSERT INTO sources (client, seen_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .run(client, now.toISOString());
      database.prepare("DELETE FROM pages WHERE client = ?").run(client);
      const addPage = database.prepare("INSERT INTO pages VALUES (?, ?, ?, ?, ?)");
      for (const [index, { etag, next, releases: own }] of pages.entries())
        addPage.run(client, index + 1, etag, next ? 1 : 0, JSON.stringify(own));
      const put = database.prepare(
        "INSERT INTO releases VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET release = excluded.release, withdrawn = 0",
      );
      const old = new Map(this.releases(client).map(({ id, commit }) => [id, commit]));
      for (const release of releases) {
        const commit = release.commit ?? old.get(release.id) ?? null;
        put.run(client, release.id, JSON.stringify({ ...release, commit }));
      }
      const withdraw = database.prepare(
        "UPDATE releases SET withdrawn = 1 WHERE client = ? AND id = ?",
      );
      for (const { kind, release } of changes)
        if (kind === "withdrawn") withdraw.run(client, release.id);
      return this.#addEvents(events, places, now);
    })();
  }

  /** A repository's advisories and when they were read, Unix ms; null where they never were. */
  advisories(client: string): { readonly at: number; readonly body: string } | null {
    const row = this.#database
      .prepare<[string], { at: number; body: string }>(
        "SELECT at, body FROM advisories WHERE client = ?",
      )
      .get(client);
    return row ?? null;
  }

  keepAdvisories(client: string, body: string, now: Date): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO advisories VALUES (?, ?, ?)")
      .run(client, now.getTime(), body);
  }

  /** Something to be told that is no release: how far a node is behind, a vulnerability. */
  tell(
    events: readonly { readonly key: string; readonly event: unknown }[],
    places: readonly Pick<Delivering, "channel" | "address">[],
    now: Date,
  ): string[] {
    return this.#database.transaction(() => this.#addEvents(events, places, now))();
  }

  #addEvents(
    events: readonly { readonly key: string; readonly event: unknown }[],
    places: readonly Pick<Delivering, "channel" | "address">[],
    now: Date,
  ): string[] {
    const addEvent = this.#database.prepare(
      "INSERT INTO events VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    const addDelivery = this.#database.prepare(
      "INSERT INTO deliveries (event, channel, address, state) VALUES (?, ?, ?, 'waiting') ON CONFLICT DO NOTHING",
    );
    return events.flatMap(({ key, event }) => {
      const { changes } = addEvent.run(key, now.toISOString(), JSON.stringify(event));
      if (changes === 0) return [];
      for (const { channel, address } of places) addDelivery.run(key, channel, address);
      return [key];
    });
  }

  event(key: string): { readonly at: string; readonly event: unknown } | null {
    const row = this.#database
      .prepare<[string], { at: string; event: string }>(
        "SELECT at, event FROM events WHERE key = ?",
      )
      .get(key);
    return row === undefined ? null : { at: row.at, event: JSON.parse(row.event) as unknown };
  }

  waiting(): Delivering[] {
    return this.#database
      .prepare<[], Delivering>(
        "SELECT event, channel, address, attempts FROM deliveries WHERE state = 'waiting' ORDER BY event, channel, address LIMIT 1000",
      )
      .all();
  }

  transmitting({ event, channel, address }: Delivering): void {
    this.#settle(event, channel, address, "transmitting", null);
  }

  /** `again` puts it back in the queue, for as often as it may be tried. */
  settle(
    { event, channel, address, attempts }: Delivering,
    state: "delivered" | "in-doubt" | "failed" | "again",
    error: string | null,
  ): void {
    const next = state === "again" ? (attempts + 1 < ATTEMPTS ? "waiting" : "failed") : state;
    this.#settle(event, channel, address, next, error);
    this.#database
      .prepare(
        "UPDATE deliveries SET attempts = attempts + 1 WHERE event = ? AND channel = ? AND address = ?",
      )
      .run(event, channel, address);
  }

  #settle(
    event: string,
    channel: string,
    address: string,
    state: string,
    error: string | null,
  ): void {
    this.#database
      .prepare(
        "UPDATE deliveries SET state = ?, error = ? WHERE event = ? AND channel = ? AND address = ?",
      )
      .run(state, error, event, channel, address);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
