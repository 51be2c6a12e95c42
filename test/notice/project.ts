import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { runCli } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { storeBuiltRun } from "../support/stored-run.ts";
import type { BuiltCalls } from "../support/facts.ts";
import { NOW, token, UPGRADE_FILE } from "./build.ts";

export interface Project {
  readonly folder: string;
  readonly run: string;
  /** Runs `shadowdiff notice …` in the folder. */
  notice(...words: string[]): Promise<CliResult>;
  /** Writes upgrade.yaml anew. */
  upgrade(changes: object): void;
  env: Record<string, string>;
  now: Date;
}

export const REMOVED = { kind: "field-removed", path: "/result/totalDifficulty" } as const;
export const ADDED = { kind: "field-added", path: "/result/blockTimestamp" } as const;

/** Acme is affected, beta is only informed, and nothing was seen of gamma's. */
const ROWS: readonly BuiltCalls[] = [
  { method: "eth_getBlockByNumber", count: 3, customer: token("a"), findings: [REMOVED] },
  { method: "eth_getBlockByNumber", count: 2, customer: token("b"), findings: [ADDED] },
  { method: "eth_call", count: 2, customer: token("c") },
];

/** A folder with a stored run, an upgrade file and a customers file, ready for `notice draft`. */
export function project(customers: readonly string[], rows: readonly BuiltCalls[] = ROWS): Project {
  const folder = temporaryFolder();
  const run = storeBuiltRun(folder, "run", rows);
  const built: Project = {
    folder,
    run,
    env: {},
    now: NOW,
    notice: (...words) =>
      runCli(["notice", ...words], { cwd: folder, env: built.env, now: built.now }),
    upgrade: (changes) =>
      writeFileSync(path.join(folder, "upgrade.yaml"), stringify({ ...UPGRADE_FILE, ...changes })),
  };
  built.upgrade({});
  const head = "account,key,email,slack,webhook";
  writeFileSync(path.join(folder, "customers.csv"), [head, ...customers, ""].join("\n"));
  return built;
}
