import type Database from "better-sqlite3";
import type { GroupFacts } from "../model/run.ts";

interface FindingRow {
  readonly fingerprint: string;
  readonly kind: GroupFacts["kind"];
  readonly method: string;
  readonly path: string;
  readonly calls: number;
  readonly weight: number;
  readonly weightSquares: number;
  readonly confirmed: number;
  readonly probable: number;
  readonly flaky: number;
}

/** The run's groups of differences, ordered by fingerprint. */
export function readGroups(database: Database.Database): GroupFacts[] {
  const rows = database
    .prepare("SELECT *, weight_squares AS weightSquares FROM findings ORDER BY fingerprint")
    .all() as FindingRow[];
  const causes = listsOf<{ cause: string; calls: number }>(
    database,
    "SELECT * FROM finding_causes ORDER BY cause",
  );
  const customers = listsOf<GroupFacts["customers"][number]>(
    database,
    `SELECT fingerprint, customer AS id, calls, weight, weight_squares AS weightSquares, last_seen AS lastSeen
     FROM finding_customers ORDER BY calls DESC, customer`,
  );
  const clients = listsOf<ClientRow>(
    database,
    "SELECT * FROM finding_clients ORDER BY name, version, customer",
  );
  const places = listsOf<GroupFacts["places"][number]>(
    database,
    "SELECT fingerprint, path, count FROM finding_places ORDER BY count DESC, path",
  );
  const variants = listsOf<GroupFacts["variants"][number]>(
    database,
    "SELECT fingerprint, old, candidate, calls FROM finding_variants ORDER BY calls DESC, old, candidate",
  );
  const targets = listsOf<{ target: number }>(
    database,
    "SELECT * FROM finding_targets ORDER BY target",
  );
  const header = database
    .prepare("SELECT json_array_length(header, '$.candidate') AS targets FROM run")
    .get() as {
    targets: number;
  };
  return rows.map((row) => ({
    fingerprint: row.fingerprint,
    kind: row.kind,
    method: row.method,
    path: row.path,
    calls: row.calls,
    weight: row.weight,
    weightSquares: row.weightSquares,
    confidence: { confirmed: row.confirmed, probable: row.probable, flaky: row.flaky },
    causedBy:
      (causes.get(row.fingerprint) ?? []).find(({ calls }) => calls === row.calls)?.cause ?? null,
    customers: customers.get(row.fingerprint) ?? [],
    clients: clientsOf(clients.get(row.fingerprint) ?? []),
    places: places.get(row.fingerprint) ?? [],
    variants: variants.get(row.fingerprint) ?? [],
    targets: {
      seen: (targets.get(row.fingerprint) ?? []).map(({ target }) => target),
      of: header.targets,
    },
  }));
}

interface ClientRow {
  readonly name: string;
  readonly version: string;
  readonly customer: string;
  readonly calls: number;
}

function clientsOf(rows: readonly ClientRow[]): GroupFacts["clients"] {
  const byClient = Map.groupBy(rows, ({ name, version }) => `${name}/${version}`);
  return [...byClient.values()].map((own) => ({
    name: own[0]!.name,
    version: own[0]!.version,
    calls: own.reduce((sum, { calls }) => sum + calls, 0),
    customers: own.map(({ customer }) => customer).filter((customer) => customer !== ""),
  }));
}

function listsOf<Row>(database: Database.Database, sql: string): Map<string, Row[]> {
  const lists = new Map<string, Row[]>();
  for (const row of database.prepare(sql).iterate()) {
    const { fingerprint, ...rest } = row as { fingerprint: string };
    const list = lists.get(fingerprint);
    if (list === undefined) lists.set(fingerprint, [rest as Row]);
    else list.push(rest as Row);
  }
  return lists;
}
