import type { FileKind } from "../sqlite.ts";

/** Marks the file as a recording (`PRAGMA application_id`): "SDRC". */
export const APPLICATION_ID = 0x53445243;

/** One step of the format. Numbered from 1, never changed once released; `PRAGMA user_version` is the last one applied. */
export interface Migration {
  readonly version: number;
  readonly summary: string;
  readonly sql: string;
}

/*
 * The comments inside the SQL are part of the format: SQLite keeps them, `.schema` shows them, and
 * docs/RECORDING-FORMAT.md is generated from them.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    summary: "Exchanges in compressed blocks, with what was left out and why.",
    sql: `
CREATE TABLE recording (
  -- What the recording says of itself. One row.
  id INTEGER PRIMARY KEY CHECK (id = 1), -- always 1
  created_at TEXT NOT NULL, -- RFC 3339, UTC
  source TEXT NOT NULL, -- \`record\`, \`sink\`, or the importer's name
  chain_id TEXT NOT NULL, -- decimal text of the chain id, the Stacks network id, or \`unknown\`
  genesis_hash TEXT, -- hash of block 0, or null when it is not known
  key_id TEXT, -- id of the HMAC key that made the tokens, or null when nothing was tokenised
  closed INTEGER NOT NULL DEFAULT 0, -- 1 once the recording ended properly; it is immutable from then on
  options TEXT NOT NULL, -- JSON object: the options that shaped it, without secrets
  seen INTEGER NOT NULL DEFAULT 0, -- exchanges that reached the recorder: always the rows of exchanges plus the sum of drops
  last_batch INTEGER NOT NULL DEFAULT 0 -- number of the last batch the writer committed
) STRICT;
CREATE TABLE drops (
  -- Exchanges that were seen and are not here, by reason (\`sampled-out\`, \`queue-full\`, \`disk-full\`, \`redactor-error\`…).
  reason TEXT PRIMARY KEY, -- kebab-case
  exchanges INTEGER NOT NULL -- how many
) STRICT, WITHOUT ROWID;
CREATE TABLE methods (
  -- Names of methods: what exchanges are grouped and sampled by.
  id INTEGER PRIMARY KEY, -- referred to by exchanges.method
  name TEXT NOT NULL UNIQUE -- JSON-RPC method, verb and route, \`(batch)\`, \`(event)\`, \`(notification)\`
) STRICT;
CREATE TABLE customers (
  -- Keyed pseudonyms of those who sent the exchanges.
  id INTEGER PRIMARY KEY, -- referred to by exchanges.customer
  token TEXT NOT NULL UNIQUE -- \`cus_\` and 16 hex digits
) STRICT;
CREATE TABLE windows (
  -- Spans of time that were sampled on their own.
  id INTEGER PRIMARY KEY, -- in order
  started_at INTEGER NOT NULL -- Unix ms by the recorder's clock
) STRICT;
CREATE TABLE window_methods (
  -- How many exchanges each method had in each window, kept or not. The weights of exchanges come from here.
  "window" INTEGER NOT NULL, -- windows.id
  method INTEGER NOT NULL, -- methods.id
  seen REAL NOT NULL, -- exchanges seen; lower by the weight of those deleted later
  forced INTEGER NOT NULL, -- of them, first of their kind, to be kept whatever the sampling
  threshold REAL NOT NULL, -- others were kept when their priority was below this; 1 kept all
  PRIMARY KEY ("window", method)
) STRICT, WITHOUT ROWID;
CREATE TABLE window_customers (
  -- How many exchanges each customer had in each window, kept or not.
  "window" INTEGER NOT NULL, -- windows.id
  customer INTEGER NOT NULL, -- customers.id
  seen INTEGER NOT NULL, -- exchanges seen
  threshold REAL NOT NULL, -- the customer's cap kept those with a priority below this; 1 kept all
  PRIMARY KEY ("window", customer)
) STRICT, WITHOUT ROWID;
CREATE TABLE blocks (
  -- Heads and bodies of some 500 exchanges each.
  id INTEGER PRIMARY KEY, -- referred to by exchanges.block
  bytes INTEGER NOT NULL, -- size of data once decompressed
  data BLOB NOT NULL -- one zstd frame of records, one after the other
) STRICT;
CREATE TABLE exchanges (
  -- One client request and the response it got; a JSON-RPC batch is one exchange.
  id INTEGER PRIMARY KEY, -- in order of arrival
  at INTEGER NOT NULL, -- Unix ms of the request's first byte
  duration_ms REAL, -- to the response's last byte, or null without a response
  protocol TEXT NOT NULL, -- \`json-rpc\` or \`rest\`
  transport TEXT NOT NULL, -- \`http\` or \`websocket\`
  connection INTEGER, -- the client's connection, numbered within the recording
  method INTEGER NOT NULL, -- methods.id
  customer INTEGER, -- customers.id, or null
  name TEXT, -- what an imported source called it, or null
  status INTEGER, -- HTTP status; 101 over WebSocket; null without a response
  error_code INTEGER, -- code of the JSON-RPC error, or null
  request_bytes INTEGER NOT NULL, -- length of the decoded body, also where it was not kept
  response_bytes INTEGER, -- likewise; null without a response
  "window" INTEGER NOT NULL, -- windows.id
  priority REAL NOT NULL, -- random in [0, 1): sampling keeps the lowest
  forced INTEGER NOT NULL, -- 1: first of its method, parameter shape or error code; its probability is 1
  unreplayable TEXT, -- why it can't be sent again (\`redacted-body\`, \`body-too-large\`, \`incomplete\`, \`event\`, \`writes\`), or null
  block INTEGER NOT NULL, -- blocks.id
  start INTEGER NOT NULL, -- offset of its record in the decompressed block
  length INTEGER NOT NULL -- length of its record
) STRICT;
CREATE INDEX exchanges_by_method ON exchanges (method, "window");
CREATE INDEX exchanges_by_customer ON exchanges (customer);
CREATE TABLE large_bodies (
  -- Bodies that are not kept: past --max-body, with more values than anyone should parse, or not readable as what they claim to be.
  exchange INTEGER NOT NULL, -- exchanges.id
  side TEXT NOT NULL, -- \`request\` or \`response\`
  bytes INTEGER NOT NULL, -- length as it came over the wire; of one that can't be read, decoded
  sha256 TEXT NOT NULL, -- hex: SHA-256 of the bytes as they came over the wire; of one that can't be read, keyed as tokens are (HMAC-SHA-256)
  PRIMARY KEY (exchange, side)
) STRICT, WITHOUT ROWID;
CREATE VIEW exchange_weights AS
  -- How many exchanges each one stands for: 1 / probability.
  SELECT e.id AS exchange, CASE WHEN e.forced = 1 THEN 1.0 ELSE
    max(1.0, (w.seen - w.forced) / min(w.threshold, coalesce(c.threshold, 1.0))
      / sum(CASE WHEN e.forced = 1 THEN 0.0 ELSE 1.0 / min(w.threshold, coalesce(c.threshold, 1.0)) END)
        OVER (PARTITION BY e."window", e.method)) END AS weight
  FROM exchanges e
  JOIN window_methods w ON w."window" = e."window" AND w.method = e.method
  LEFT JOIN window_customers c ON c."window" = e."window" AND c.customer = e.customer;
`,
  },
  {
    version: 2,
    summary: "Minutes in which traffic passed unread.",
    sql: `
CREATE TABLE gaps (
  -- Minutes in which bytes passed that nobody could read: how many exchanges they were is not known, so that \`seen\` and every
  -- share and extrapolation leave them out.
  minute INTEGER NOT NULL, -- Unix ms of its start, by the recorder's clock
  reason TEXT NOT NULL, -- as in drops: \`capture-overflow\` (more traffic than could be read), \`capture-restarted\` (the reader ended; a WebSocket stays unread until it reconnects), \`capture-error\` (it was turned off), \`unparsable\` and what else ended the reading of a connection
  connections INTEGER NOT NULL, -- connections concerned, each as often as it happened to it
  bytes INTEGER NOT NULL, -- of both directions, as far as they are known
  PRIMARY KEY (minute, reason)
) STRICT, WITHOUT ROWID;
`,
  },
];

export const FORMAT_VERSION = MIGRATIONS.length;

/** A recording, as it is opened for writing and brought up to date. */
export const RECORDING_KIND: FileKind = {
  what: "a recording",
  applicationId: APPLICATION_ID,
  migrations: MIGRATIONS.map(({ sql }) => sql),
};
