import { createHash } from "node:crypto";
import { parseClientVersion } from "../classify/knowledge/client-version.ts";
import { usageError } from "../errors.ts";
import type { CaseFacts, RunFacts, RunHead, RunHeader, TargetFacts } from "../model/run.ts";
import { mergeGroups } from "./merge/groups.ts";
import { mergeMethods } from "./merge/methods.ts";
import { joinParts, partsOf, resolveParts } from "./merge/parts.ts";
import { addCounts, addWeighted, distinct, mergeBy } from "./merge/rows.ts";

/**
 * Several runs of the same upgrade (shards of a recording, or hosts with one each) as one: counts add up, findings join by
 * fingerprint, and the whole is as complete and as old as its weakest part. The same part done twice counts once, and shards
 * that are not there are named.
 * Throws a usage error for runs of different networks or versions, and for runs that hold some of the same calls.
 */
export function mergeFacts(all: readonly RunFacts[]): RunFacts {
  if (all.length === 0) throw usageError("No run was given.");
  checkMergeable(all);
  const { counted, missing, repeated } = resolveParts(all);
  return {
    ...addUp(counted),
    ...(missing.length === 0 ? {} : { missing }),
    ...(repeated.length === 0 ? {} : { repeated }),
  };
}

function addUp(runs: readonly RunFacts[]): RunFacts {
  const [first, ...rest] = runs;
  if (first !== undefined && rest.length === 0) return first;
  const header = mergeHeaders(runs);
  return {
    header,
    ...endOf(runs),
    counts: addCounts(runs.map(({ counts }) => counts)),
    sends: runs.reduce((sum, run) => sum + run.sends, 0),
    methods: mergeMethods(runs.flatMap(({ methods }) => methods)),
    notCompared: mergeBy(
      runs.flatMap(({ notCompared }) => notCompared),
      (row) => [row.state, row.reason, row.method],
      (a, b) => ({ ...a, calls: a.calls + b.calls, weight: a.weight + b.weight }),
    ),
    groups: mergeGroups(runs, header.candidate),
    noise: mergeBy(
      runs.flatMap(({ noise }) => noise),
      (row) => [row.method, row.path, row.kind],
      (a, b) => ({
        ...a,
        candidateOnly: a.candidateOnly + b.candidateOnly,
        controlOnly: a.controlOnly + b.controlOnly,
        both: a.both + b.both,
      }),
    ),
    firm: distinct(runs.flatMap(({ firm }) => firm ?? [])),
    signatures: mergeBy(
      runs.flatMap(({ signatures }) => signatures),
      (row) => [row.method, row.customer ?? "", row.confidence, ...row.fingerprints],
      (a, b) => ({ ...a, ...addWeighted(a, b) }),
    ),
    customers: mergeCustomers(runs),
    cases: mergeBy(
      runs.flatMap(({ cases }) => cases),
      ({ name }) => [name],
      (a, b) => (CASE_ORDER.indexOf(a.outcome) <= CASE_ORDER.indexOf(b.outcome) ? a : b),
    ),
    samples: runs.flatMap(({ samples }, run) =>
      samples.map((sample) => ({ ...sample, pairId: mergedPairId(run, sample.pairId) })),
    ),
  };
}

/** Whether and when the whole ended: as complete, and as old, as its weakest part. */
export function endOf(runs: readonly RunHead[]): Omit<RunHead, "header"> & { finishedAt: string } {
  const unfinished = runs.filter(({ complete }) => !complete);
  return {
    complete: unfinished.length === 0,
    incompleteReason:
      unfinished.length === 0
        ? null
        : unfinished
            .map((run) => `${run.header.id}: ${run.incompleteReason ?? "it did not finish"}`)
            .join("; "),
    finishedAt: earliest(runs.map((run) => run.finishedAt ?? run.header.createdAt)),
  };
}

/** A pair's id among several runs, which may use the same ids: the number of its run, from 1, before its own. */
function mergedPairId(run: number, pairId: string): string {
  return `${run + 1}/${pairId}`;
}

/** The run, from 0, and the id in it, of a pair of a merged run. */
export function splitPairId(merged: string): { readonly run: number; readonly pairId: string } {
  const slash = merged.indexOf("/");
  return { run: Number(merged.slice(0, slash)) - 1, pairId: merged.slice(slash + 1) };
}

/** The best evidence first: what one shard showed, another need not show again. */
export const CASE_ORDER: readonly CaseFacts["outcome"][] = [
  "confirmed",
  "not-seen",
  "waived",
  "not-testable",
  "open",
];

/** Throws a usage error for runs that can't be judged as one: of other networks, or of other versions. */
export function checkMergeable(runs: readonly RunHead[]): void {
  const networks = distinct(
    runs.map(
      ({ header: { network } }) =>
        `chain ${network.chainId}, genesis ${network.genesisHash ?? "unknown"}`,
    ),
  );
  if (networks.length > 1) {
    throw usageError("These runs are of different networks and can't be judged as one:", {
      details: networks,
    });
  }
  for (const side of ["old", "candidate"] as const) {
    const releases = distinct(runs.flatMap(({ header }) => header[side].flatMap(releaseOf)));
    if (releases.length > 1) {
      throw usageError(
        `These runs have other versions as ${side} and can't be judged as one upgrade:`,
        {
          details: releases,
        },
      );
    }
  }
}

/** Client and release: builds for other machines, or of other commits, are the same version. */
function releaseOf({ clientVersion }: TargetFacts): string[] {
  const version = parseClientVersion(clientVersion);
  return version === null ? [] : [`${version.client} ${version.release.join(".")}`];
}

export function mergeHeaders(runs: readonly RunHead[]): RunHeader {
  const headers = runs.map(({ header }) => header);
  const ids = headers.map(({ id }) => id);
  const [first] = headers;
  if (first === undefined) throw new Error("mergeHeaders needs a run");
  return {
    id: idOf(ids),
    createdAt: earliest(headers.map(({ createdAt }) => createdAt)),
    command: "merged",
    network: first.network,
    chains: distinct(headers.flatMap(({ chains = [] }) => chains)),
    recordings: distinct(headers.flatMap(({ recordings }) => recordings)),
    parts: joinParts(runs.flatMap(partsOf)),
    old: mergeTargets(headers.flatMap(({ old }) => old)),
    candidate: mergeTargets(headers.flatMap(({ candidate }) => candidate)),
    configurationDifferences: distinct(
      headers.flatMap((header) => header.configurationDifferences),
    ),
    options:
      distinct(headers.map(({ options }) => options)).length === 1
        ? first.options
        : { mergedFrom: ids },
  };
}

const IDS_JOINED = 3;

function idOf(ids: readonly string[]): string {
  if (ids.length <= IDS_JOINED) return ids.join("+");
  const hash = createHash("sha256")
    .update([...ids].sort().join("\n"))
    .digest("hex");
  return `merged-${hash.slice(0, 16)}`;
}

/** One target a URL and version: shards that ask the same node list it once. */
function mergeTargets(targets: readonly TargetFacts[]): readonly TargetFacts[] {
  return mergeBy(
    targets,
    (target) => [target.url, target.clientVersion ?? ""],
    (a) => a,
  );
}

function mergeCustomers(runs: readonly RunFacts[]): RunFacts["customers"] {
  return mergeBy(
    runs.flatMap(({ customers }) => customers),
    ({ id }) => [id],
    (a, b) => ({
      ...a,
      ...addWeighted(a, b),
      compared: a.compared + b.compared,
      lastSeen: Math.max(a.lastSeen ?? 0, b.lastSeen ?? 0) || null,
      methods: mergeBy(
        [...a.methods, ...b.methods],
        ({ method }) => [method],
        (one, two) => ({ ...one, calls: one.calls + two.calls }),
      ),
    }),
  );
}

/** RFC 3339 texts in UTC order as they stand. */
function earliest(times: readonly string[]): string {
  return times.reduce((first, time) => (time < first ? time : first));
}
