import path from "node:path";
import Database from "better-sqlite3";
import { migrate } from "../sqlite.ts";
import { LONGEST_WAIT_MS } from "./fetch-text.ts";
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
  `
-- How often a release has changed, so that a change that comes a second time is another one.
ALTER TABLE releases ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
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

/** A message that is refused is tried at each look until it is this old, and at least so often. */
const GIVEN_UP_AFTER_MS = 3 * 86_400_000;
const ATTEMPTS = 5;

/** What watching remembers between two looks. */
export class WatchStore {
  readonly #database: Database.Database;
  /** What was on its way when a process ended: nobody knows whether it arrived. Said once. */
  #lost: readonly Pick<Delivering, "event" | "channel" | "address">[];

  constructor(file: string) {
    makeFolder(path.dirname(file));
    this.#database = new Database(file);
    this.#database.pragma("busy_timeout = 5000");
    this.#database.pragma("journal_mode = WAL");
    // That a message is about to leave has to be on the disk before it leaves.
    this.#database.pragma("synchronous = FULL");
    migrate(this.#database, file, KIND);
    // Whoever was killed between sending and hearing of it can't know. A webhook's receiver knows a message by its id and gets it again;
    // elsewhere it is not sent again.
    this.#database.exec(
      "UPDATE deliveries SET state = 'waiting' WHERE state = 'transmitting' AND channel = 'webhook'",
    );
    this.#lost = this.#database
      .prepare<[], Delivering>(
        "UPDATE deliveries SET state = 'in-doubt' WHERE state = 'transmitting' RETURNING event, channel, address, attempts",
      )
      .all();
  }

  /** Messages that may or may not have arrived when a process before this one ended. The second time it is asked there are none. */
  takeLost(): readonly Pick<Delivering, "event" | "channel" | "address">[] {
    const lost = this.#lost;
    this.#lost = [];
    return lost;
  }

  /** Whether this client's releases were seen before; a look that was turned away has seen none. */
  isKnown(client: string): boolean {
    return (
      this.#database.prepare("SELECT 1 FROM pages WHERE client = ? LIMIT 1").get(client) !==
      undefined
    );
  }

  /** Unix ms until which the source wants no request; 0 where it may be asked, also after a clock went back. */
  waitUntil(client: string, now: number): number {
    const row = this.#database
      .prepare<[string], { wait_until: number }>("SELECT wait_until FROM sources WHERE client = ?")
      .get(client);
    const until = row?.wait_until ?? 0;
    return until > now && until - now <= LONGEST_WAIT_MS ? until : 0;
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
      .prepare<[string], { release: string; withdrawn: number; revision: number }>(
        "SELECT release, withdrawn, revision FROM releases WHERE client = ?",
      )
      .all(client)
      .map(({ release, withdrawn, revision }) => ({
        ...(JSON.parse(release) as Release),
        withdrawn: withdrawn === 1,
        revision,
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
        "INSERT INTO releases (client, id, release, withdrawn) VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET release = excluded.release, withdrawn = 0",
      );
      const old = new Map(this.releases(client).map(({ id, commit }) => [id, commit]));
      for (const release of releases) {
        const commit = release.commit ?? old.get(release.id) ?? null;
        put.run(client, release.id, JSON.stringify({ ...release, commit }));
      }
      const withdraw = database.prepare(
        "UPDATE releases SET withdrawn = 1 WHERE client = ? AND id = ?",
      );
      const changed = database.prepare(
        "UPDATE releases SET revision = revision + 1 WHERE client = ? AND id = ?",
      );
      for (const { kind, release } of changes) {
        if (kind === "withdrawn") withdraw.run(client, release.id);
        if (kind !== "new") changed.run(client, release.id);
      }
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

  /** Takes a message to send it; false where another process has it. */
  transmitting({ event, channel, address }: Delivering): boolean {
    return (
      this.#database
        .prepare(
          "UPDATE deliveries SET state = 'transmitting', error = NULL WHERE event = ? AND channel = ? AND address = ? AND state = 'waiting'",
        )
        .run(event, channel, address).changes === 1
    );
  }

  /** `again` leaves it in the queue, for as long as it may be tried; true where it was given up now. */
  settle(
    { event, channel, address, attempts }: Delivering,
    state: "delivered" | "in-doubt" | "failed" | "again",
    { error, now }: { readonly error: string | null; readonly now: Date },
  ): boolean {
    const told = Date.parse(this.event(event)?.at ?? "");
    const isOld = now.getTime() - told > GIVEN_UP_AFTER_MS && attempts + 1 >= ATTEMPTS;
    const next = state === "again" ? (isOld ? "failed" : "waiting") : state;
    this.#settle(event, channel, address, next, error);
    this.#database
      .prepare(
        "UPDATE deliveries SET attempts = attempts + 1 WHERE event = ? AND channel = ? AND address = ?",
      )
      .run(event, channel, address);
    return next === "failed";
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
