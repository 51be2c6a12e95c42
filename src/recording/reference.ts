import Database from "better-sqlite3";
import { migrate } from "../sqlite.ts";
import { APPLICATION_ID, FORMAT_VERSION, MIGRATIONS, RECORDING_KIND } from "./schema.ts";

interface Table {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

const COLUMN = /^\s+"?(\w+)"? ([A-Z]+)(.*?),? -- (.+)$/;

/** docs/RECORDING-FORMAT.md, from the schema that SQLite itself holds after all migrations. */
export function recordingFormatDocument(): string {
  const database = new Database(":memory:");
  migrate(database, "the schema", RECORDING_KIND);
  const tables = database
    .prepare<[], Table>(
      "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid",
    )
    .all();
  database.close();
  return [INTRODUCTION, ...tables.map(section), QUERIES, migrations()].join("\n\n") + "\n";
}

function section({ type, name, sql }: Table): string {
  if (type === "index") return `Index: \`${sql}\``;
  const lines = sql.split("\n");
  const comments = lines.filter((line) => line.trim().startsWith("--"));
  const purpose = comments.map((line) => line.trim().slice(3)).join(" ");
  if (type === "view") return `## ${name} (view)\n\n${purpose}`;
  const columns = lines.flatMap((line) => {
    const match = COLUMN.exec(line);
    return match ? [`| \`${match[1]}\` | ${match[2]} | ${match[4]} |`] : [];
  });
  return [`## ${name}\n\n${purpose}\n`, "| column | type | what |", "| --- | --- | --- |"]
    .concat(columns)
    .join("\n");
}

function migrations(): string {
  const rows = MIGRATIONS.map(({ version, summary }) => `| ${version} | ${summary} |`);
  return ["## Format versions\n", "| version | what came |", "| --- | --- |", ...rows].join("\n");
}

const INTRODUCTION = `<!-- Generated from src/recording/schema.ts by \`npm run docs\`. -->

# The recording file

A recording is one SQLite file: \`PRAGMA application_id\` is 0x${APPLICATION_ID.toString(16)}, \`PRAGMA user_version\` is the format version,
now ${FORMAT_VERSION}. An older file is read as it is; a newer one is refused. While it is being written it is in WAL mode, with \`-wal\` and
\`-shm\` files beside it that belong to it; a closed recording is one file and is never changed again, but to forget a customer.

Heads and bodies are in \`blocks\`: zstd frames of some 500 records each. \`exchanges\` has the columns to query by and says
where each record lies: \`block\`, \`start\`, \`length\` (in the decompressed block). A record is three parts, each after its length as
a 32-bit little-endian number, where 0xffffffff means that there is none:

1. JSON text \`[verb, path, request headers, response headers]\`, redacted; names in lower case;
2. the request's body, content-encoding removed, redacted;
3. the response's body, likewise.

\`sqlite3\` does not decompress zstd; \`shadowdiff inspect RECORDING --export FILE.jsonl\` gives every exchange as JSON.

Two laws hold after every commit: \`recording.seen\` equals the rows of \`exchanges\` plus the sum of \`drops\`; and the weights in
\`exchange_weights\` of one window and method add up to what \`window_methods\` says was seen (where at least one was kept).`;

const QUERIES = `## Queries

\`\`\`sql
-- Does the count add up? (1 = yes)
SELECT seen = (SELECT count(*) FROM exchanges) + (SELECT coalesce(sum(exchanges), 0) FROM drops) FROM recording;
-- Calls by method: kept, and in all of the traffic
SELECT m.name, count(*) AS kept, round(sum(w.weight)) AS traffic FROM exchanges e
  JOIN methods m ON m.id = e.method JOIN exchange_weights w ON w.exchange = e.id GROUP BY m.name ORDER BY traffic DESC;
-- The slowest exchanges of one customer
SELECT e.id, m.name, e.duration_ms FROM exchanges e JOIN methods m ON m.id = e.method JOIN customers c ON c.id = e.customer
  WHERE c.token = 'cus_0123456789abcdef' ORDER BY e.duration_ms DESC LIMIT 10;
\`\`\``;
