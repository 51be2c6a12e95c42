import type { FileKind } from "../../sqlite.ts";

/** Marks the file as a notices file (`PRAGMA application_id`): "SDNO". */
const APPLICATION_ID = 0x53444e4f;

/** Numbered from 1, never changed once released; `PRAGMA user_version` is the last one applied. */
const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE notices (
  -- One row a text: an account's notice of an upgrade, in one revision, or a reminder of it.
  id INTEGER PRIMARY KEY,
  upgrade TEXT NOT NULL, -- id in upgrade.yaml
  account TEXT NOT NULL, -- account in the customers file
  kind TEXT NOT NULL, -- notice, reminder-14, reminder-3, reminder-0
  revision INTEGER NOT NULL, -- from 1; a new one only once the last was sent
  state TEXT NOT NULL, -- draft, approved, sent, superseded, withdrawn, resolved
  standing TEXT NOT NULL, -- affected, check, informed, not-seen, unknown
  title TEXT NOT NULL,
  act_by TEXT NOT NULL, -- RFC 3339, UTC
  hash TEXT NOT NULL, -- SHA-256 of every rendered form and of the places it goes to
  model BLOB NOT NULL, -- the notice as JSON, zstd
  created_at TEXT NOT NULL, -- RFC 3339, UTC
  approved_at TEXT,
  approved_by TEXT,
  UNIQUE (upgrade, account, kind, revision)
) STRICT;
CREATE TABLE places (
  -- Where a notice goes, as the customers file said when it was drafted. No key and no secret.
  notice INTEGER NOT NULL REFERENCES notices (id),
  channel TEXT NOT NULL, -- email, slack, webhook
  address TEXT NOT NULL,
  PRIMARY KEY (notice, channel)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  -- One row for each approved notice and place. A row is sent once.
  id TEXT PRIMARY KEY, -- Message-ID and webhook-id are made of it: the same in every attempt
  notice INTEGER NOT NULL REFERENCES notices (id),
  channel TEXT NOT NULL,
  state TEXT NOT NULL, -- waiting, transmitting, delivered, in-doubt, failed, dropped
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL, -- Unix ms before which it is not tried
  error TEXT, -- of the last attempt
  UNIQUE (notice, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE TABLE accounts (
  -- Who the notices are for, and their pseudonyms in the traffic.
  upgrade TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT,
  tokens TEXT NOT NULL, -- JSON list of cus_ tokens
  PRIMARY KEY (upgrade, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE answers (
  -- What customers answered; the last one of an account counts.
  seq INTEGER PRIMARY KEY,
  upgrade TEXT NOT NULL,
  account TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('ready', 'objects')),
  reason TEXT,
  given_by TEXT NOT NULL,
  at TEXT NOT NULL -- RFC 3339, UTC
) STRICT;
CREATE TABLE log (
  -- What happened, in order. Rows are never changed or removed.
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL, -- RFC 3339, UTC
  event TEXT NOT NULL, -- drafted, approved, queued, delivered, refused, in-doubt, failed, answered, superseded, withdrawn, resolved
  upgrade TEXT NOT NULL,
  account TEXT NOT NULL,
  notice INTEGER, -- notices.id
  detail TEXT NOT NULL -- JSON object
) STRICT;
CREATE INDEX log_notice ON log (notice, event);
CREATE TRIGGER log_keeps BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_stays BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER answers_keep BEFORE UPDATE ON answers BEGIN SELECT RAISE(ABORT, 'answers are append-only'); END;
CREATE TRIGGER answers_stay BEFORE DELETE ON answers BEGIN SELECT RAISE(ABORT, 'answers are append-only'); END;
`,
];

/** The file of a run's notices, as it is opened and brought up to date. */
export const NOTICES_FILE_KIND: FileKind = {
  what: "a file of notices",
  applicationId: APPLICATION_ID,
  migrations: MIGRATIONS,
};
