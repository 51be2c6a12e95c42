import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readUpgrade } from "../config/files/upgrade-file.ts";
import { upgradeText, type KnownFacts } from "../config/upgrade-text.ts";
import type { WatchedClient } from "../config/watch.ts";
import { usageError } from "../errors.ts";
import { isObject } from "../model/json.ts";
import { composeCases } from "../cases/compose.ts";
import { noticeStatus } from "../notice/status.ts";
import { noticesPath } from "../notice/store/open.ts";
import { openStore } from "../notice/store/store.ts";
import { readObjections } from "../notice/objections.ts";
import { rolloutFacts } from "../rollout/journal.ts";
import { readRun } from "../runs/reader.ts";
import {
  addSignature,
  checkFolder,
  placesIn,
  readEvidence,
  readSignatures,
  runFoldersIn,
} from "../upgrade/folder.ts";
import { hashOf, readCasesOf, readRelease } from "../upgrade/release-file.ts";
import type { NoticeFacts, RunFactsOf, Signature, UpgradeFacts } from "../upgrade/steps/facts.ts";
import { stepsOf, type Step } from "../upgrade/steps/steps.ts";
import { triage } from "../watch/triage/triage.ts";
import { versionNumbers, type Release } from "../watch/triage/release.ts";
import { readTeamCases, writeCases } from "./cases.ts";
import { judgeRuns } from "./judge-runs.ts";
import { makeFolder } from "../make-folder.ts";

/** Makes an upgrade's folder: upgrade.yaml with what is known filled in, the rest to be written by a person. */
export function initUpgrade(folder: string, known: KnownFacts): string {
  const places = placesIn(folder);
  if (existsSync(places.upgrade))
    throw usageError(`${places.upgrade} is there already: nothing was written.`);
  makeFolder(places.runs);
  writeFileSync(places.upgrade, upgradeText(known));
  return places.upgrade;
}

/** A folder for each new release that has none yet: facts, the notes as fetched, the cases of what they name. */
export function openUpgrades(
  root: string,
  fresh: readonly {
    readonly client: WatchedClient;
    readonly release: Release;
    readonly from: string | null;
  }[],
  now: Date,
): string[] {
  return fresh.flatMap(({ client: { client }, release, from }) => {
    const version = versionNumbers(release.tag)?.join(".");
    if (version === undefined || release.prerelease) return [];
    const folder = path.join(root, `${client}-${version}`);
    if (existsSync(folder)) return [];
    const { urgency, dates, rollback } = triage(release.notes, release.name);
    const [forkAt = null] = dates;
    initUpgrade(folder, {
      client,
      from,
      to: version,
      releaseNotes: release.url,
      urgency,
      forkAt,
      rollback,
    });
    const places = placesIn(folder);
    writeFileSync(places.notes, release.notes);
    const { tag, url, publishedAt } = release;
    const fetched = {
      client,
      tag,
      url,
      publishedAt,
      fetchedAt: now.toISOString(),
      urgency,
      notesHash: hashOf(release.notes),
    };
    writeFileSync(places.release, `${JSON.stringify(fetched, null, 2)}\n`);
    return [folder];
  });
}

export interface CasesMade {
  readonly tested: number;
  readonly waived: number;
  readonly open: number;
}

/** The cases of the upgrade's release notes and of what is known of the versions between, as a recording to replay. */
export function makeCases(folder: string, teamFolder: string | null, now: Date): CasesMade {
  checkFolder(folder);
  const places = placesIn(folder);
  const { client, from, to } = readUpgrade(places.upgrade);
  const notes = existsSync(places.notes) ? readFileSync(places.notes, "utf8") : null;
  const team = teamFolder === null ? [] : readTeamCases(teamFolder);
  const request = { client, from, to, team, releaseNotes: notes };
  const { bullets, plans } = composeCases(request);
  if (plans.length > 0) writeCases(places.cases, request, now);
  writeFileSync(
    places.bullets,
    `${JSON.stringify({ notesHash: hashOf(notes ?? ""), madeAt: now.toISOString(), bullets, cases: plans.length }, null, 2)}\n`,
  );
  const count = (state: string): number => bullets.filter((own) => own.state === state).length;
  return { tested: count("tested"), waived: count("waived"), open: count("open") };
}

/** Signs a step: who, when, why. */
export function signStep(folder: string, signature: Signature): void {
  checkFolder(folder);
  addSignature(folder, signature);
}

export interface StatusRequest {
  /** The upgrade's folder. */
  readonly folder: string;
  /** How it is named in the commands that are suggested; as given where left out. */
  readonly shown?: string;
  /** Top level of the configuration file, unchecked. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where accepted.yaml is looked for. */
  readonly cwd: string;
  readonly now: Date;
}

/** The checklist as it stands. */
export function upgradeStatus(request: StatusRequest): {
  readonly facts: UpgradeFacts;
  readonly steps: readonly Step[];
} {
  const { folder, shown = folder, now } = request;
  checkFolder(folder);
  const places = placesIn(folder);
  const upgrade = readUpgrade(places.upgrade);
  const runs = runFoldersIn(folder);
  const facts: UpgradeFacts = {
    upgrade,
    release: readRelease(folder),
    casesOf: readCasesOf(folder),
    runs: runs
      .map((run) => runFacts(run, request))
      .sort((one, other) => one.createdAt.localeCompare(other.createdAt)),
    notices: noticeFacts(runs, upgrade.id),
    rollout: rolloutFacts(places.rollout),
    evidence: readEvidence(folder),
    signatures: readSignatures(folder),
  };
  return { facts, steps: stepsOf(facts, shown, now) };
}

function runFacts(run: string, { folder, settings, cwd, now }: StatusRequest): RunFactsOf {
  const facts = readRun(run);
  const { judged } = judgeRuns({
    runs: [run],
    since: null,
    accepted: undefined,
    settings: withoutPlaybook(settings),
    settingsPath: null,
    cwd,
    now,
  });
  const versions = (side: "old" | "candidate"): string[] =>
    facts.header[side].flatMap(({ clientVersion }) => clientVersion ?? []);
  const outcomes = (...wanted: string[]): number =>
    facts.cases.filter(({ outcome }) => wanted.includes(outcome)).length;
  return {
    folder: path.relative(folder, run),
    createdAt: facts.header.createdAt,
    complete: facts.complete,
    old: versions("old"),
    candidate: versions("candidate"),
    compared: facts.counts.compared,
    traffic: facts.cases.length === 0 || facts.customers.length > 0,
    verdict: judged.verdict.verdict,
    reason: judged.verdict.reasons[0]?.text ?? "",
    cases: {
      tested: outcomes("confirmed", "not-seen"),
      waived: outcomes("waived"),
      open: outcomes("open", "not-testable"),
    },
  };
}

/** The checklist rests on the runs' verdicts: these can't rest on the checklist. */
function withoutPlaybook(
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { require } = settings;
  return isObject(require) ? { ...settings, require: { ...require, playbook: [] } } : settings;
}

/** The notices of the upgrade, in whichever of its runs they were drafted. */
function noticeFacts(runs: readonly string[], upgrade: string): NoticeFacts | null {
  const lines = runs
    .filter((run) => existsSync(noticesPath(run)))
    .flatMap((run) => {
      using store = openStore(noticesPath(run), { create: false });
      return noticeStatus(store);
    })
    .filter((line) => line.upgrade === upgrade && line.kind === "notice")
    .filter(({ state }) => !["superseded", "withdrawn"].includes(state));
  if (lines.length === 0) return null;
  const places = lines.flatMap((line) => line.places);
  const sentAt = places.flatMap(({ deliveredAt }) => deliveredAt ?? []).sort();
  return {
    drafted: lines.length,
    approved: lines.filter(({ state }) => state === "approved").length,
    sent: lines.filter(({ state }) => state === "sent" || state === "resolved").length,
    unsettled: places.filter(({ state }) =>
      ["waiting", "failed", "in-doubt", "transmitting"].includes(state),
    ).length,
    objections: runs.flatMap(readObjections).length,
    lastSentAt: sentAt.at(-1) ?? null,
  };
}
