import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { usageError } from "../errors.ts";
import { appendLine, readLines } from "./json-lines.ts";
import type { Evidence, Signature } from "./steps/facts.ts";

/** What lies where in an upgrade's folder. */
export function placesIn(folder: string) {
  const at = (name: string): string => path.join(folder, name);
  return {
    upgrade: at("upgrade.yaml"),
    release: at("release.json"),
    notes: at("release-notes.md"),
    cases: at("cases.sqlite"),
    bullets: at("cases.json"),
    runs: at("runs"),
    nodes: at("nodes"),
    preview: at("preview"),
    rolloutPlan: at("rollout.yaml"),
    rollout: at("rollout.jsonl"),
    evidence: at("evidence.jsonl"),
    signatures: at("signatures.jsonl"),
    parity: at("parity.json"),
    support: at("support.md"),
    page: at("status.html"),
  } as const;
}

const evidenceSchema = z.object({
  step: z.int().min(0).max(14),
  at: z.string(),
  ok: z.boolean(),
  what: z.string(),
  version: z.string().nullable(),
  file: z.string().nullable(),
});

const signatureSchema = z.object({
  step: z.int().min(0).max(14),
  state: z.enum(["done", "waived"]),
  by: z.string(),
  at: z.string(),
  reason: z.string(),
});

/** @throws usage error where it is no upgrade's folder */
export function checkFolder(folder: string): void {
  if (existsSync(placesIn(folder).upgrade)) return;
  throw usageError(`${folder} is no upgrade's folder: it has no upgrade.yaml.`, {
    details: [
      `Make one: shadowdiff upgrade init ${folder} --client geth --from 1.16.7 --to 1.17.0`,
    ],
  });
}

export function readEvidence(folder: string): Evidence[] {
  return readLines(placesIn(folder).evidence, evidenceSchema);
}

export function addEvidence(folder: string, evidence: Evidence): void {
  appendLine(placesIn(folder).evidence, evidence);
}

export function readSignatures(folder: string): Signature[] {
  return readLines(placesIn(folder).signatures, signatureSchema);
}

export function addSignature(folder: string, signature: Signature): void {
  appendLine(placesIn(folder).signatures, signature);
}

/** Folders below runs/ that hold a run, oldest name first. */
export function runFoldersIn(folder: string): string[] {
  const { runs } = placesIn(folder);
  if (!existsSync(runs)) return [];
  return readdirSync(runs)
    .sort()
    .map((name) => path.join(runs, name))
    .filter((run) => statSync(run).isDirectory() && existsSync(path.join(run, "run.sqlite")));
}
